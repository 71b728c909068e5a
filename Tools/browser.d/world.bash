# Makes records of a real ledger for Tools/browser, with texts that would like to be more than text,
# and serves its site; sourced by it, in an empty folder, with the programs in the path.

# Edits of one work: more than a page of it shows.
edits=11

# made COMMAND...: runs a command, whose words are shown where it fails.
made() { "$@" >words 2>&1 || { cat words >&2 && die "failed: $*"; }; }

# sign WORK TITLE OPTION...: signs a file that says its own name.
sign() {
    local work=$1 title=$2
    shift 2
    echo "$work" >"$work"
    made colophon sign "$work" --key berlin.pem --issuer https://pops.example/berlin \
        --creator 'Studio <b>"Berlin"</b>' --title "$title" "$@"
}

make_world() {
    local key invisible=$'\u200b\u2060\u200d' word
    export HOME=$PWD
    word=$(printf 'w%.0s' {1..1000})
    for key in admin berlin eve; do made colophon keygen --out "$key.pem"; done
    made colophond init --data ledger --origin ledger.example/prints --admin admin.pub.pem
    made colophond trust-kit --data ledger --out first
    start_ledger "$PWD/ledger" log
    for key in berlin eve; do
        made colophon key add --admin admin.pem --key "$key.pub.pem" \
            --issuer "https://pops.example/$key" --origin ledger.example/prints --ledger "$ledger"
    done
    made colophon trust fetch --ledger "$ledger" --out world.colophon-kit
    sign script.jpg "<script>alert(1)</script><img src=x onerror=alert(1)>"
    sign bidi.jpg $'\u202egnp.exe \u2066hidden\u2069 \e[31mred'
    sign invisible.jpg "$invisible" --record "$invisible"
    sign word.jpg "$word" --record "$word$word$word"
    sign print.jpg "A print" --event issue --edition 7/50 \
        --drop https://drops.example/estuary --parent script.jpg.colophon
    sign withdrawn.jpg "Withdrawn" --event withdraw --parent print.jpg.colophon
    sign erased.jpg "Erased"
    # A work may begin as a record does: every COSE message with a tag does.
    printf '\xd2\x84hello' >cose.jpg
    made colophon sign cose.jpg --key berlin.pem --issuer https://pops.example/berlin \
        --creator "Studio Berlin" --title "A message"
    made colophon submit ./*.jpg.colophon --ledger "$ledger"
    made colophon spool init outbox --key berlin.pem --issuer https://pops.example/berlin \
        --ledger "$ledger" --trust world.colophon-kit
    mkdir evening
    echo evening >evening/evening.jpg
    made colophon sign --spool outbox evening --creator "Studio Berlin" --title "The opening"
    made colophon spool sync outbox
    cp evening/evening.jpg .
    cp outbox/registered/*-evening.jpg.colophon evening.jpg.colophon
    make_rivals
    make_label_records
    make_documents
    stop_ledger
}

# claim NUMBER SIGNER WORDS OPTION...: registers a record of a file of these words, in a folder.
claim() {
    mkdir -p "rivals/$1"
    echo "$3" >"rivals/$1/work.jpg"
    made colophon sign "rivals/$1/work.jpg" --key "$2.pem" --issuer "https://pops.example/$2" \
        --creator "Studio $2" --title "$3" "${@:4}"
    made colophon submit "rivals/$1/work.jpg.colophon" --ledger "$ledger"
}

# make_rivals: makes works that several records are about; folders have their numbers.
make_rivals() {
    claim 1 berlin taken
    claim 2 berlin taken --event withdraw --parent rivals/1/work.jpg.colophon
    claim 3 berlin mended
    claim 4 berlin mended --event correct --parent rivals/3/work.jpg.colophon
    claim 5 eve contested
    claim 6 berlin contested
    claim 7 eve contested --event withdraw --parent rivals/6/work.jpg.colophon
    claim 8 berlin claimed
    claim 9 eve claimed --event withdraw --parent rivals/8/work.jpg.colophon
    claim 10 berlin claimed --event publish
}

# entry_of RECORD: prints the name of its entry.
entry_of() {
    colophon show "$1" --json |
        python3 -c 'import json, sys; print(json.load(sys.stdin)["entry"])'
}

# make_documents: makes what the program writes for a browser, and a work with a long life.
make_documents() {
    local number
    mkdir edits
    cp print.jpg edits/0.jpg
    cp print.jpg.colophon edits/0.jpg.colophon
    for ((number = 1; number <= edits; number++)); do
        sign "edits/$number.jpg" "Step $number" --parent edits/0.jpg.colophon
    done
    made colophon submit edits/[1-9]*.jpg.colophon --ledger "$ledger"
    made colophon erase "--entry=$(entry_of erased.jpg.colophon)" --admin admin.pem \
        --reason "asked for" --authority "the person shown" --origin ledger.example/prints \
        --ledger "$ledger" --yes
    colophon show print.jpg.colophon --artifact print.jpg --trust world.colophon-kit --html \
        >card.html
    colophon history edits/3.jpg.colophon --trust world.colophon-kit --ledger "$ledger" --html \
        >history.html
    made colophon label print.jpg.colophon edits/3.jpg.colophon --out labels.html
}

# serve_site: serves the ledger's site, seen by a witness; writes names and addresses of documents
# to `documents`, a line each.
serve_site() {
    local host witness_log
    witness_log=$(sed -n 's/^log \([^ ]*\).*/\1/p' first/policy)
    printf 'log %s\n' "$witness_log" >policy
    start_witness east || die "the witness does not answer: see east.log"
    printf 'quorum east\n' >>policy
    start_ledger "$PWD/ledger" log --explorer --witness-policy policy \
        --index on --index-interval 1s
    awaited cosigned || die "the witness has cosigned nothing: see log"
    awaited indexed || die "the ledger has made no index head: see log"
    host=$ledger
    {
        echo "front $host/"
        echo "log $host/log"
        echo "likeness $host/likeness"
        echo "list $host/find?by=issuer&q=https%3A%2F%2Fpops.example%2Fberlin"
        echo "nothing-found $host/find?q=$(printf '0%.0s' {1..64})"
        echo "refused $host/find?q=x"
        echo "missing $host/nothing"
        echo "entry $host/entries/$(entry_of print.jpg.colophon)"
        echo "long-life $host/entries/$(entry_of edits/3.jpg.colophon)"
        echo "withdrawn $host/entries/$(entry_of withdrawn.jpg.colophon)"
        echo "erased $host/entries/$(entry_of erased.jpg.colophon)"
        echo "script $host/entries/$(entry_of script.jpg.colophon)"
        echo "invisible $host/entries/$(entry_of invisible.jpg.colophon)"
        echo "word $host/entries/$(entry_of word.jpg.colophon)"
        echo "index-head $host/entries/$(index_head)"
        echo "ops $host/ops"
        echo "verify $host/verify"
        echo "verify-offline $host/verify/offline"
        echo "card file://$PWD/card.html"
        echo "history file://$PWD/history.html"
        echo "labels file://$PWD/labels.html"
    } >documents
}

# cosigned: whether the witness stands below the ledger's checkpoint.
cosigned() { curl -fsS "$ledger/checkpoint" 2>/dev/null | grep -q 'witness.example/east'; }

# indexed: whether there is a proof which entries name the print.
indexed() {
    local digest
    digest=$(sha256sum <print.jpg | cut -c1-64)
    curl -fsS -o print.complete "$ledger/complete?sha256=$digest" 2>/dev/null \
        && [[ -s print.complete ]]
}

# index_head: the name of the newest index head.
index_head() {
    curl -fsS -o /dev/null -D - "$ledger/index" | sed -n 's/^[Ee][Tt]ag: W\/"\([^"]*\)".*/\1/p'
}

# make_label_records: what labels are made of, in a folder of its own; one record is registered, the
# others wait for a network.
make_label_records() {
    mkdir labels
    cp print.jpg.colophon labels/
    local number=0 title
    for title in "Estuary at dawn" '</text><script>alert(1)</script>' $'\u202egnp.exe' \
        "$(printf 'Estuary %.0s' {1..20})" "$word" $'\u6cb3\u53e3\u306e\u591c\u660e\u3051' \
        $'\u0645\u0635\u0628 \u0627\u0644\u0646\u0647\u0631 2026' \
        $'\u05e9\u05e4\u05da, Ana' $'\u2003\u00a0' $'e\u0301\u0323e\u0301 \U1f3a8\U1f305'; do
        number=$((number + 1))
        sign "label-$number.jpg" "$title" --trust world.colophon-kit --event issue \
            --edition "$number/1000" --drop https://drops.example/estuary \
            --parent script.jpg.colophon
        mv "label-$number.jpg.colophon" labels/
    done
}
