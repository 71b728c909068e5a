# Makes records of a real ledger for Tools/browser, with texts that would like to be more than text;
# sourced by it, in an empty folder, with the programs in the path.

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
    for key in admin berlin; do made colophon keygen --out "$key.pem"; done
    made colophond init --data ledger --origin ledger.example/prints --admin admin.pub.pem
    start_ledger "$PWD/ledger" log
    made colophon key add --admin admin.pem --key berlin.pub.pem \
        --issuer https://pops.example/berlin --origin ledger.example/prints --ledger "$ledger"
    made colophon trust fetch --ledger "$ledger" --out world.colophon-kit
    sign script.jpg "<script>alert(1)</script><img src=x onerror=alert(1)>"
    sign bidi.jpg $'\u202egnp.exe \u2066hidden\u2069 \e[31mred'
    sign invisible.jpg "$invisible" --record "$invisible"
    sign word.jpg "$word" --record "$word$word$word"
    sign print.jpg "A print" --event issue --edition 7/50 \
        --drop https://drops.example/estuary --parent script.jpg.colophon
    sign withdrawn.jpg "Withdrawn" --event withdraw --parent print.jpg.colophon
    made colophon submit ./*.jpg.colophon --ledger "$ledger"
    made colophon spool init outbox --key berlin.pem --issuer https://pops.example/berlin \
        --ledger "$ledger" --trust world.colophon-kit
    mkdir evening
    echo evening >evening/evening.jpg
    made colophon sign --spool outbox evening --creator "Studio Berlin" --title "The opening"
    made colophon spool sync outbox
    cp evening/evening.jpg .
    cp outbox/registered/*-evening.jpg.colophon evening.jpg.colophon
    stop_ledger
}
