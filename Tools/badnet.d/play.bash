#!/usr/bin/env bash
# Registers a spool of small records over a network that is cut again and again, and says what that
# costs.
#
# Usage: Tools/badnet --play [--records 2000] [--rate 64k] [--delay 800ms] [--cut-every 3s-8s]
#                            [--seed 1] [--by submit]
#
# A ledger, a PoP and its spool in a new folder; between them Tools/badnet. At the end each record
# is in the log exactly once, has its receipt, and verifies; the spool's numbers are all there.
# Printed is what a record costs: bytes up on the line, in all that was sent (heads of requests,
# questions after a cut, and what was sent twice too, without TCP's own), bytes down, connections,
# time. More up than 0.8 of what statement and manifest are by themselves is a failure.
#
# --by submit sends the same records with `colophon submit --wait` in place of `spool sync`, to
# compare.
#
# COLOPHON_BIN names the folder of the programs; without it they are built.
set -euo pipefail
parts=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source "$parts/../common.bash"

records=2000 rate=64k delay=800ms cut_every=3s-8s seed=1 by=sync
while (($# > 0)); do
    case $1 in
    --records) records=$2 ;;
    --rate) rate=$2 ;;
    --delay) delay=$2 ;;
    --cut-every) cut_every=$2 ;;
    --seed) seed=$2 ;;
    --by) by=$2 ;;
    -h | --help) help "${BASH_SOURCE[0]}" && exit ;;
    *) die "$1: unknown; see Tools/badnet --play --help" ;;
    esac
    shift 2
done
[[ $by == sync || $by == submit ]] || die "--by $by: sync or submit"

install_packages curl python3
if [[ -n ${COLOPHON_BIN:-} ]]; then
    bin=$(realpath "$COLOPHON_BIN")
    PATH=$bin:$PATH
else
    build
fi

place=$(mktemp -d "${TMPDIR:-/tmp}/colophon-badnet.XXXXXX")
net_pid=
# end_net: ends the bad network, which then says what it has counted.
end_net() {
    [[ -n $net_pid ]] || return 0
    kill -TERM "$net_pid" 2>/dev/null || true
    wait "$net_pid" 2>/dev/null || true
    net_pid=
}
trap 'end_net; stop_ledger || true; rm -rf "$place"' EXIT
cd "$place"
export HOME=$place

# quietly COMMAND...: its words are shown only where it fails, which ends the play.
quietly() {
    if ! "$@" >words 2>&1; then
        tail -n 20 words >&2
        die "failed: ${*:0:8}"
    fi
}

# size: the number of entries of the log.
size() { curl -fsS "$ledger/checkpoint" | sed -n 2p; }

origin=ledger.example/prints
issuer=https://pops.example/berlin
say "A ledger, and a PoP with $records works"
for name in admin berlin; do quietly colophon keygen --out "$name.pem"; done
quietly colophond init --data ledger --origin "$origin" --admin admin.pub.pem
start_ledger "$place/ledger" "$place/log"
quietly colophon key add --admin admin.pem --key berlin.pub.pem --issuer "$issuer" \
    --origin "$origin" --ledger "$ledger"
quietly colophon trust fetch --ledger "$ledger" --out kit.colophon-kit
before=$(size)
mkdir works sent tap
for ((number = 1; number <= records; number++)); do
    printf 'pixels of work %s\n' "$number" >"works/$(printf '%05d' "$number").jpg"
done

# Who sends learns the address of the bad network, and nothing else.
python3 "$package/Tools/badnet" --to "${ledger#http://}" --rate "$rate" --delay "$delay" \
    --cut-every "$cut_every" --seed "$seed" --stats stats --tap tap >port 2>net.log &
net_pid=$!
for _ in {1..300}; do
    if [[ -s port ]]; then break; fi
    kill -0 "$net_pid" 2>/dev/null || die "the bad network does not begin: $(cat net.log)"
    sleep 0.1
done
through=http://127.0.0.1:$(cat port)

by_whom=(--creator "Studio Berlin" --title "The garden" --record "Taken from the gate.")
start=$SECONDS
if [[ $by == submit ]]; then
    quietly colophon sign works --key berlin.pem --issuer "$issuer" "${by_whom[@]}"
    cp works/*.colophon sent/
    say "colophon submit, over $rate with $delay, cut every $cut_every"
    quietly colophon submit works --ledger "$through" --wait 2h
else
    quietly colophon spool init spool --key berlin.pem --issuer "$issuer" --ledger "$through" \
        --trust kit.colophon-kit
    quietly colophon sign --spool spool "${by_whom[@]}" works
    cp spool/pending/*.colophon sent/
    say "colophon spool sync, over $rate with $delay, cut every $cut_every"
    # It ends with 3 where it gives up for now; what is left is sent by the next one.
    code=3 rounds=0
    while ((code == 3)); do
        code=0
        rounds=$((rounds + 1))
        colophon spool sync spool >>synced 2>&1 || code=$?
    done
    ((code == 0)) || { tail -n 20 synced >&2 && die "spool sync ended with $code"; }
    say "  $rounds runs of spool sync"
fi
end_net
say "  $(minutes "$((SECONDS - start))")"

[[ $(size) == $((before + records)) ]] ||
    die "the log has $(($(size) - before)) entries of $records records"
quietly colophon trust fetch --ledger "$ledger" --out new.colophon-kit
quietly colophon verify works --trust new.colophon-kit --quiet
say "Each of them is in the log once, and verifies"
if [[ $by == sync ]]; then
    left=$(find spool/pending spool/submitted spool/refused -type f | wc -l)
    ((left == 0)) || die "$left records are left in the spool"
    quietly colophon chain check --issuer "$issuer" --ledger "$ledger" --trust new.colophon-kit
    say "The spool's numbers are all there, each once"
fi
most=()
if [[ $by == sync ]]; then most=(--most-up 0.8); fi
python3 "$parts/measure.py" --stats stats --tap tap --records sent "${most[@]}"
stop_ledger || die "colophond ended with an error: $(tail -n 5 log)"
