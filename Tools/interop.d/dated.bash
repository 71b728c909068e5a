# A ledger of its own is dated by two authorities (openssl ts, with ECDSA and with RSA) and a
# calendar that are played here: its records' tokens and proofs are read by programs that are not
# ours. Sourced by `interop`.

# token_holds NUMBER [FLAG...]: openssl verifies a token of the record over the bytes that it dates.
token_holds() {
    openssl ts -verify -token_in -in "evidence/$1.head.tst" -data "evidence/$1.head" \
        -CAfile trust/tsa.pem "${@:2}"
}

# token_fails NUMBER: openssl refuses the token over other bytes.
token_fails() {
    sed 's/ledger/letter/' "evidence/$1.head" >other.head
    ! openssl ts -verify -token_in -in "evidence/$1.head.tst" -data other.head \
        -CAfile trust/tsa.pem
}

# block_agrees NUMBER: the reference client leads a proof to the Merkle root that the block has.
block_agrees() {
    local ots=$folder/venv/bin/ots words height root
    words=$("$ots" --no-cache --no-bitcoin verify "evidence/$1.head.ots" 2>&1 || true)
    height=$(sed -n 's/.*Bitcoin block \([0-9]*\) has merkleroot.*/\1/p' <<<"$words" | head -n 1)
    # The client prints the bytes of the root in the other order.
    root=$(sed -n "s/^$height .\{72\}\(.\{64\}\).*/\1/p" "$INTEROP_CALENDAR_HEADERS" |
        fold -w 2 | tac | tr -d '\n')
    [[ -n $height && -n $root ]] || { echo "$words" && return 1; }
    grep -qF "$root" <<<"$words"
}

# debian_agrees NUMBER: Debian's own library reads a proof, and writes the same bytes.
debian_agrees() {
    /usr/bin/python3 - "evidence/$1.head.ots" <<'PYTHON'
import sys
from opentimestamps.core.notary import BitcoinBlockHeaderAttestation
from opentimestamps.core.serialize import BytesSerializationContext, StreamDeserializationContext
from opentimestamps.core.timestamp import DetachedTimestampFile
with open(sys.argv[1], "rb") as file:
    proof = DetachedTimestampFile.deserialize(StreamDeserializationContext(file))
written = BytesSerializationContext()
proof.serialize(written)
kinds = [type(attestation) for _, attestation in proof.timestamp.all_attestations()]
with open(sys.argv[1], "rb") as file:
    sys.exit(file.read() != written.getbytes() or BitcoinBlockHeaderAttestation not in kinds)
PYTHON
}

(
    mkdir dated
    cd dated
    trap 'stop_ledger || true' EXIT
    origin=ledger.example/dated
    colophond init --data ledger --origin "$origin" --admin ../admin.pub.pem >genesis 2>words
    export COLOPHOND_TIMESTAMP_AUTHORITIES=$authority,$authority_rsa COLOPHOND_TIMESTAMP_INTERVAL=1s
    export COLOPHOND_TIMESTAMP_CAS=$INTEROP_AUTHORITY_CA,$folder/authority-rsa/ca.pem
    export COLOPHOND_CALENDARS=$calendar COLOPHOND_CALENDAR_INTERVAL=1s
    start_ledger "$PWD/ledger" "$PWD/ledger.log"
    dated=$ledger
    HOME=$PWD colophon key add --admin ../admin.pem --issuer https://pops.example/berlin \
        --origin "$origin" --key ../berlin.pub.pem --ledger "$dated" >>words 2>&1
    colophond trust-kit --data ledger --out trust >>words 2>&1
    cp ../works/1.txt work.txt
    colophon sign work.txt --key ../berlin.pem --issuer https://pops.example/berlin \
        --creator "Studio Berlin" --title "A work that was dated" >>words 2>&1
    passes "dates: submit waits until an authority has dated the entry" \
        colophon submit work.txt.colophon --ledger "$dated" --trust trust \
        --until timestamped --wait 60s
    passes "dates: a collector finds it timestamped" \
        colophon verify work.txt --trust trust --require timestamped
    size=$(curl -fsS "$dated/checkpoint" | sed -n 2p)
    passes "dates: the calendar is given a head with the work" awaited has_proof "$size"
    calendar_says mine
    passes "dates: the ledger fetches the proof when a block is mined" \
        awaited has_proof "$size" complete
    passes "dates: refresh brings it into the record" \
        colophon refresh work.txt.colophon --ledger "$dated" --trust trust
    passes "dates: with the block's header it is anchored" \
        colophon verify work.txt --trust trust --require anchored \
        --bitcoin-headers "$INTEROP_CALENDAR_HEADERS"
    passes "dates: show writes the evidence as files" \
        colophon show work.txt.colophon --anchors evidence
    for token in evidence/*.head.tst; do
        number=${token#evidence/} number=${number%.head.tst}
        passes "dates: openssl verifies token $number over the bytes that it dates" \
            token_holds "$number"
        passes "dates: and refuses it over others" token_fails "$number"
    done
    for proof in evidence/*.head.ots; do
        number=${proof#evidence/} number=${number%.head.ots}
        passes "dates: ots info reads proof $number" "$folder/venv/bin/ots" info "$proof"
        passes "dates: Debian's opentimestamps reads and writes it" debian_agrees "$number"
        passes "dates: ots verify leads it to the block's Merkle root" block_agrees "$number"
    done
    python dated
    python proofs
)
