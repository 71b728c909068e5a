# Makes the records of a ledger that has lived for Tools/browser: keys that were retired, revoked
# and handed over, an erasure, a stricter policy, witnesses, an authority and a calendar; and the
# kits of its ages. Sourced by it, in an empty folder, with the programs in the path.

# admin COMMAND...: changes the ledger's control; the record of the change stays here.
admin() {
    HOME=$PWD made colophon "$@" --admin admin.pem --origin "$witness_origin" --ledger "$ledger"
}

# by KEY WORK OPTION...: signs a file that says its own name.
by() {
    echo "$2" >"$2"
    made colophon sign "$2" --key "$1.pem" --issuer "https://pops.example/$1" \
        --creator "Studio $1" --title "A work of $1" "${@:3}"
}

# rich WORK: signs a work whose card has all that a card can have.
rich() {
    local action actions=() text
    for action in {1..10}; do actions+=(--action "c2pa.action-$action"); done
    text=$'Two lines,\n\nof which one is '$(printf '写真%.0s' {1..40})$' 写真\n'
    text+=$'with \u202e and \u200b in it, and a word of '$(printf 'w%.0s' {1..200})
    cat >rich.json <<'JSON'
{"geo": {"bounds": [-0.0, 1e-7, 1.5e22, 123456789.25], "crs": "EPSG:32633",
  "groundSampleDistanceM": 2.5e-5},
 "inventory": {"system": "archive", "ref": "é\u00ad1"}, "milestone": "https://plans.example/m",
 "perceptualHashes": [
  {"alg": "pdq", "value": "00", "quality": 100, "profile": "a"},
  {"alg": "pdq", "value": "01", "quality": 99.5, "profile": "b"},
  {"alg": "pdq", "value": "02", "quality": 1e-300, "profile": "c"},
  {"alg": "pdq", "value": "03", "quality": 0.0, "profile": "d"},
  {"alg": "pdq", "value": "04", "quality": -0.0, "profile": "e"},
  {"alg": "pdq", "value": "05", "quality": 5e-324, "profile": "f"},
  {"alg": "pdq", "value": "06", "quality": 0.30000000000000004, "profile": "g"},
  {"alg": "pdq", "value": "07", "quality": 1e1, "profile": "h"},
  {"alg": "pdq", "value": "08", "quality": 50, "profile": "i"}],
 "c2pa": {"manifestStoreSha256": "ab", "manifestURN": "urn:c2pa:1"}, "ext": {"__proto__": 1}}
JSON
    sed -i "s/\"ab\"/\"$(printf 'ab%.0s' {1..32})\"/" rich.json
    by berlin "$1" --record "$text" --predicate rich.json --uncertainty 0.1 --clock ntp \
        --captured-at 2026-10-02T14:10:00.5+02:00 "${actions[@]}"
}

# decision FILE: signs a decision about a milestone.
decision() {
    cat >"$1" <<'JSON'
{"milestone": "https://plans.example/spring", "slice": "berlin",
 "metric": {"name": "failed prints", "unit": "percent", "comparator": "<=", "threshold": 2},
 "observed": {"value": 1.5}, "decision": "promote", "evidence": []}
JSON
    made colophon sign --type milestone --predicate "$1" --aud "$witness_origin" \
        --key berlin.pem --issuer https://pops.example/berlin
}

# log_works LEVEL WORK...: registers records, and waits until they have what the level asks for.
log_works() {
    made colophon submit "${@:2}" --ledger "$ledger" --trust age-1.colophon-kit \
        --until "$1" --wait 60s
}

# keep_kit AGE: keeps the kit of the moment.
keep_kit() { made colophon trust fetch --ledger "$ledger" --out "age-$1.colophon-kit"; }

# size_of_log: prints how many entries the log has.
size_of_log() { curl -fsS "$ledger/checkpoint" | sed -n 2p; }

make_life() {
    local key from dated
    witness_origin=ledger.example/life
    for key in admin berlin rome milan; do made colophon keygen --out "$key.pem"; done
    made colophon keygen --out lagos.pem --alg es256
    made colophond init --data ledger --origin "$witness_origin" --admin admin.pub.pem
    made colophond trust-kit --data ledger --out genesis-kit
    witness_log=$(sed -n 's/^log \([^ ]*\).*/\1/p' genesis-kit/policy)
    start_witness one || die "a witness does not start: $(cat one.log)"
    start_witness two || die "a witness does not start: $(cat two.log)"
    printf 'group both 2 one two\nquorum both\n' >>policy
    start_authority authority || die "the authority does not start"
    start_calendar calendar || die "the calendar does not start"
    export COLOPHOND_WITNESS_POLICY=$PWD/policy COLOPHOND_WITNESS_INTERVAL=1s
    export COLOPHOND_TIMESTAMP_AUTHORITIES=$authority COLOPHOND_TIMESTAMP_INTERVAL=1s
    export COLOPHOND_TIMESTAMP_CAS=$PWD/authority/ca.pem
    export COLOPHOND_CALENDARS=$calendar COLOPHOND_CALENDAR_INTERVAL=1s
    start_ledger "$PWD/ledger" log
    for key in berlin lagos rome; do
        admin key add --key "$key.pub.pem" --issuer "https://pops.example/$key"
    done
    keep_kit 1

    by berlin early.jpg
    by lagos sound.jpg
    by rome drained.jpg
    by berlin erased.jpg
    rich rich.jpg
    decision decision.json
    log_works timestamped ./{early,sound,drained,erased,rich}.jpg.colophon \
        decision.json.colophon
    dated=$(size_of_log)
    curl -fsS "$ledger/checkpoint" -o seen.note
    by berlin seen.jpg --seen seen.note
    by berlin copy.jpg --event issue --edition 1/3 --drop https://drops.example/a --seen seen.note \
        --parent early.jpg.colophon --parent rich.jpg.colophon
    log_works witnessed ./{seen,copy}.jpg.colophon
    awaited has_proof "$dated" ||
        die "no calendar has the head of size $dated: $(curl -fsS "$ledger/anchors")"
    calendar_says mine
    awaited has_proof "$dated" complete ||
        die "no block confirms the head of size $dated: $(curl -fsS "$ledger/anchors")"
    made colophon refresh ./{early,sound}.jpg.colophon --ledger "$ledger" --trust age-1.colophon-kit
    from=$(size_of_log)
    by lagos stolen.jpg
    log_works witnessed stolen.jpg.colophon
    by lagos unlogged.jpg
    admin key revoke --key lagos.pub.pem --suspect-from "$((from + 1))" --reason "a laptop"
    admin key revoke --key lagos.pub.pem --suspect-from "$from" --reason "a laptop"
    admin key retire --key rome.pub.pem
    sleep 1
    by rome late.jpg
    admin erase "$(colophon show erased.jpg.colophon --json |
        sed -n 's/.*"entry":"\([^"]*\)".*/\1/p')" --reason "a person" --authority "a law"
    printf '%s\n' '{"algorithms": [-8], "predicateTypes": ["urn:colophon:provenance:v1"],' \
        '"limits": {"manifestBytes": 65536, "statementBytes": 4096, "subjects": 8},' \
        '"maxAhead": 3600}' >policy.json
    admin policy set --policy policy.json
    keep_kit 2

    by berlin doubted.jpg
    log_works witnessed doubted.jpg.colophon
    from=$(size_of_log)
    for key in receipt ledger; do made colophond rotate "$key" --data ledger --records .; done
    made colophond rotate note --data ledger --suspect-from "$((from - 1))" --records .
    admin key add --key milan.pub.pem --issuer https://pops.example/milan
    by milan newest.jpg
    made colophon submit newest.jpg.colophon --ledger "$ledger"
    keep_kit 3
    end_witnesses
    end_anchors
    stop_ledger
    unset COLOPHOND_WITNESS_POLICY COLOPHOND_WITNESS_INTERVAL COLOPHOND_TIMESTAMP_AUTHORITIES \
        COLOPHOND_TIMESTAMP_INTERVAL COLOPHOND_TIMESTAMP_CAS COLOPHOND_CALENDARS \
        COLOPHOND_CALENDAR_INTERVAL
}
