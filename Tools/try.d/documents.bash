# Runs every command of operations.md and of --help, as it stands. In the world of world.bash, with
# operations.tsv from commands.awk in /files.
#
# Prints "ok COMMAND" or "not ok COMMAND" with what it said, and ends with 1 where one is not ok.
# The documents tell what a person does; what happens to a ledger in the meantime happens here.
set -uo pipefail

failed=0
export COLOPHON_CA=/etc/colophon/tls/chain.pem CURL_CA_BUNDLE=/etc/colophon/tls/chain.pem
issuer=https://pops.example/berlin
ledger=https://ledger.example/prints

# check CODE COMMAND: runs COMMAND, which must end with CODE.
check() {
    local code=0
    eval "$2" >/tmp/said 2>&1 </dev/null || code=$?
    if ((code == $1)); then
        printf 'ok %s\n' "$2"
    else
        printf 'not ok %s\n  ended with %s, not %s\n' "$2" "$code" "$1"
        sed 's/^/  /' /tmp/said
        failed=1
    fi
}

# with_index: has the ledger log an index head, and no more of them by itself.
with_index() {
    must systemctl stop colophond
    printf 'index: "on"\n' >>/etc/colophon/colophond.yaml
    # This world has late heads (world.bash), and what a variable says goes before the file.
    export COLOPHOND_INDEX_INTERVAL=1s
    must systemctl start colophond
    local _
    for _ in {1..120}; do
        if curl -fsS "$ledger/index" -o /dev/null 2>/dev/null; then
            # Entries are counted here: another head would come among them.
            must systemctl stop colophond
            export COLOPHOND_INDEX_INTERVAL=1h
            must systemctl start colophond
            return
        fi
        sleep 0.5
    done
    printf 'not ok (meanwhile) an index head\n'
    exit 1
}

# must COMMAND...: something that happens in the meantime.
must() {
    "$@" >/tmp/said 2>&1 </dev/null || { printf 'not ok (meanwhile) %s\n' "$*" && cat /tmp/said && exit 1; }
}

# work NAME: a studio signs and submits a work.
work() {
    echo "pixels of $1" >"$1"
    must colophon sign "$1" --key berlin.pem --issuer "$issuer" --creator Ana --title "$1"
    must colophon submit "$1.colophon" --ledger "$ledger"
}

# add NAME [FLAG...]: an administrator adds a key.
add() {
    [[ -e $1.pem ]] || must colophon keygen --out "$1.pem"
    must colophon key add --admin admin.pem --key "$1.pub.pem" --origin ledger.example/prints \
        --ledger "$ledger" "${@:2}"
}

mkdir -p /etc/colophon/tls
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 90 \
    -subj /CN=ledger.example -addext subjectAltName=DNS:ledger.example \
    -keyout /etc/colophon/tls/key.pem -out /etc/colophon/tls/chain.pem 2>/dev/null
chmod 600 /etc/colophon/tls/key.pem
settings() {
    printf 'data: %s\nlisten: "127.0.0.1:443"\ntls-cert: %s\ntls-key: %s\n' "$1" \
        /etc/colophon/tls/chain.pem /etc/colophon/tls/key.pem >/etc/colophon/colophond.yaml
}

# --- operations.md

# meanwhile COMMAND: what has happened before this step.
meanwhile() {
    case $1 in
    *"backup --to /var/backups/colophon --keep 30")
        add berlin --issuer "$issuer"
        work photo.jpg
        ;;
    *"colophond export"*) work later.jpg ;;
    *"stop colophond")
        add hamburg --issuer https://pops.example/hamburg
        work last.jpg
        mkdir -p /tmp/records
        cp ./*.colophon /tmp/records/
        ;;
    *"--entries-from /var/lib/colophon-mirror/prints")
        # There is no backup, and a mirror.
        mkdir -p /var/lib/colophon-mirror
        must colophond export --data /var/lib/colophon/ledger \
            --out /var/lib/colophon-mirror/prints
        rm -r /var/lib/colophon/ledger
        ;;
    "colophon complete "*)
        with_index
        must colophon trust fetch --ledger "$ledger"
        ;;
    # The section before has got its own.
    "colophon trust fetch --ledger $ledger") rm -f trust.colophon-kit ;;
    "colophon sign --spool outbox"*)
        mkdir evening
        for name in opening toast; do echo "pixels of $name" >"evening/$name.jpg"; done
        ;;
    "colophon spool sync outbox") add lagos --issuer https://pops.example/lagos ;;
    "colophon audit "*--exec*)
        mkdir -p /home/ana/bin
        printf '#!/bin/sh\ncat\n' >/home/ana/bin/tell-me
        chmod 755 /home/ana/bin/tell-me
        ;;
    "colophon audit "*--webhook-file*) echo https://hooks.example/x >webhooks && chmod 600 webhooks ;;
    "colophon spool adopt outbox --moved")
        cp -r outbox moved
        rm -r outbox
        mv moved outbox
        ;;
    esac
}

operations() {
    mkdir -p /home/you/operations
    cd /home/you/operations || exit 1
    settings /var/lib/colophon/ledger
    local code command entry
    while IFS=$'\t' read -r _ code command; do
        case $command in
        # What no code block of commands is, and what needs a package.
        "apt "* | tls-* | https:* | "cp /usr/share/doc/colophon/"* | "editor "*) continue ;;
        esac
        meanwhile "$command"
        if [[ $command == *ENTRY* ]]; then
            entry=$(curl -fsS "$ledger/subjects/$(sha256sum photo.jpg | cut -d ' ' -f 1)" |
                sed 's/.*"entry":"\([^"]*\)".*/\1/')
            command=${command//ENTRY/$entry}
        fi
        # It goes on until it is told to stop.
        if [[ $command == "colophon audit "*--follow* ]]; then
            command="timeout --preserve-status -s TERM 3 $command"
        fi
        check "$code" "$command"
    done </files/operations.tsv
    must systemctl stop colophond
}

# --- --help

# examples PROGRAM [COMMAND...]: prints the commands in the help of a command and of those below it.
examples() {
    local help below
    help=$("$@" --help)
    awk '/^USAGE:/ { exit }
        /^ +(colophon|colophond) / || /^ +[a-z].* \| colophond? / || open {
            sub(/^ +/, ""); open = /\\$/; sub(/\\$/, ""); printf "%s", $0; if (!open) print ""
        }' <<<"$help"
    for below in $(awk '/^[A-Z ]*SUBCOMMANDS:/ { inside = 1; next } /^[^ ]/ { inside = 0 }
        inside && /^  [a-z]/ { print $1 }' <<<"$help"); do
        if [[ $below != help ]]; then examples "$@" "$below"; fi
    done
}

# split_view: prints the proof of misbehaviour of a ledger whose key has signed two heads of one size.
split_view() {
    local vkey id root
    vkey=$(sed -n 's/^log \([^ ]*\).*/\1/p' trust/policy)
    id=$(cut -d + -f 2 <<<"$vkey" | sed 's/../\\x&/g')
    printf 'colophon/misbehaviour@v1\n'
    # The smaller root comes first.
    for root in two one; do
        printf 'ledger.example/prints\n900\n%s\n' \
            "$(openssl dgst -sha256 -binary <<<"$root" | base64)" >head.txt
        printf '\n%s\n\n— ledger.example/prints %s\n' "$(cat head.txt)" \
            "$({ printf '%b' "$id" && openssl pkeyutl -sign -rawin -inkey ledger.keys/note.pem \
                -in head.txt; } | base64 -w 0)"
    done
    rm head.txt
}

# prepare: makes what the examples name, beside a ledger that has been used.
prepare() {
    mkdir -p /home/you/template /home/you/.config/colophon /srv/www /mnt/backup
    printf 'key: /home/you/work/berlin.pem\nissuer: %s\n' "$issuer" \
        >/home/you/.config/colophon/config.yaml
    cd /home/you/template || exit 1
    settings "$PWD/ledger"
    must colophon keygen --out admin.pem
    must colophond init --data ledger --origin ledger.example/prints --admin admin.pub.pem
    must systemctl start colophond
    must colophond backup --data ledger --to /mnt/backup/ledger
    add berlin --issuer "$issuer"
    add build --issuer https://ci.example/builds --role ci
    work photo.jpg
    must colophond export --data ledger --out /srv/www/ledger
    must colophond trust-kit --data ledger --out trust
    must colophon policy get --ledger "$ledger"
    colophon policy get --ledger "$ledger" >policy.json 2>/dev/null
    must curl -fsS "$ledger/checkpoint" -o newest.txt
    cp newest.txt saved.checkpoint
    mkdir records elsewhere shoot
    cp photo.jpg photo.jpg.colophon shoot/
    cp photo.jpg.colophon key-add-*.colophon records/
    cp photo.jpg.colophon elsewhere/photo.colophon
    cat >decision.json <<JSON
{"milestone": "https://plans.example/spring/3", "slice": "berlin",
 "metric": {"name": "failed prints", "unit": "percent", "comparator": "<=", "threshold": 2},
 "observed": {"value": 1.5}, "decision": "promote",
 "evidence": ["$(colophon show photo.jpg.colophon --json | sed 's/.*"entry":"\([^"]*\)".*/\1/')"]}
JSON
    must colophon sign --type milestone --predicate decision.json --key berlin.pem \
        --issuer "$issuer" --trust trust
    must colophon submit decision.json.colophon --ledger "$ledger"
    cat >slsa.json <<JSON
{"_type": "https://in-toto.io/Statement/v1",
 "subject": [{"name": "photo.jpg",
   "digest": {"sha256": "$(sha256sum photo.jpg | cut -d ' ' -f 1)"}}],
 "predicateType": "https://slsa.dev/provenance/v1",
 "predicate": {
   "buildDefinition": {"buildType": "https://ci.example/build/v1",
     "externalParameters": {}, "resolvedDependencies": []},
   "runDetails": {"builder": {"id": "https://ci.example/runner"}}}}
JSON
    cp decision.json.colophon records/
    must colophond trust-kit --data ledger --out trust
    must colophond export --data ledger --out mirror
    cp -r mirror export
    split_view >heads.misbehaviour
    cp trust/policy logs.policy
    must colophon trust fetch --ledger "$ledger"
    must systemctl stop colophond
    cp -r /mnt/backup /home/you/backup
}

# filled COMMAND: the command with what only this ledger has: an entry, a genesis, a key, a time.
filled() {
    local word=
    case $1 in
    "colophon erase "*)
        word=/entries/$(colophon show photo.jpg.colophon --json | sed 's/.*"entry":"\([^"]*\)".*/\1/')
        ;;
    "colophon trust fetch "*) word=$(colophon trust show trust | sed -n 's/^genesis *//p') ;;
    "colophon trust name "*)
        word=$(colophon trust show trust | grep -B 1 "$issuer" | sed -n 's/^ *\([^ ]\{43\}\) .*/\1/p')
        ;;
    esac
    # A key whose name begins with "-" stands after "--", as any key may.
    sed -E -e "s|([ =])[A-Za-z0-9_-]{43}( \|$)|\1${word}\2|" -e "s|-- -KID |-- ${word} |" \
        -e "s/--suspect-since [^ ]*/--suspect-since $(date -u +%Y-%m-%dT%H:%M:%SZ)/" <<<"$1"
}

# make_outbox: a spool with a record that waits, and a camera. It is made where it is used: a copy of
# it would be one.
make_outbox() {
    mkdir -p /srv/camera
    echo "pixels of the sea" >/srv/camera/sea.jpg
    echo '{"creator": "Ana", "title": "Estuary, {name}"}' >shoot.json
    must colophon spool init outbox --key berlin.pem --issuer "$issuer" --ledger "$ledger" \
        --trust trust.colophon-kit
    echo "pixels of the evening" >evening.jpg
    must colophon sign --spool outbox evening.jpg --creator Ana --title Evening
}

# make_milestone: one that was opened, observed and decided about, by the spool; and what measures.
make_milestone() {
    local milestone=https://drops.example/estuary/m1
    printf '#!/bin/sh\necho 0.002\n' >share.sh
    chmod 755 share.sh
    must colophon milestone open --milestone "$milestone" --spool outbox --metric refused \
        --unit share --comparator '<=' --threshold 0.01
    must colophon milestone observe --milestone "$milestone" --spool outbox --value 0.002
    must colophon spool sync outbox
    must colophon milestone decide --milestone "$milestone" --spool outbox
    must colophon spool sync outbox
}

# deploy: what a pipeline does.
deploy() { :; }

# example COMMAND: runs it in a folder of its own, where what it needs is there.
example() {
    local code=0 served=1 command=$1 name
    export COLOPHOND_INDEX_INTERVAL=1h
    rm -rf /home/you/work /mnt/backup
    cp -r /home/you/template /home/you/work
    cp -r /home/you/backup /mnt/backup
    cd /home/you/work || exit 1
    settings "$PWD/ledger"
    case $command in
    "colophon spool init "*) ;;
    "colophon milestone rehearse "*) ;;
    *" outbox"* | "colophon milestone "* | "colophon chain "*)
        must systemctl start colophond
        make_outbox
        case $command in
        "colophon milestone "*) make_milestone ;;
        "colophon chain "*)
            must colophon spool sync outbox
            must colophon audit --ledger "$ledger" --trust trust --state audit-state
            ;;
        esac
        must systemctl stop colophond
        ;;
    esac
    case $command in
    "colophon keygen "*--key*) cp berlin.pem witness.pem; served= ;;
    "colophon keygen "*) rm -f ./*.pem; served= ;;
    "colophon trust fetch "*) rm trust.colophon-kit ;;
    # Nobody dates the heads of this world's ledger.
    "colophon show "*--anchors*) code=1 ;;
    # It has no witnesses either, so its kit asks for none.
    "colophon submit "*"--until witnessed"*) code=2 ;;
    # One record waits: that is no yes.
    "colophon spool status "*) code=1 ;;
    "colophon spool adopt "*--moved*)
        cp -r outbox moved
        rm -r outbox
        mv moved outbox
        ;;
    # It goes on until it is told to stop.
    "colophon spool "*--follow* | "colophon spool watch "* | "colophon milestone "*--every* | \
        "colophon audit "*--follow*)
        command="timeout --preserve-status -s TERM 3 $command"
        ;;
    # Nobody answers there in this world.
    "colophon milestone observe "*--prometheus*) code=3 ;;
    "colophon sign "*"--spool "*) rm -f photo.jpg.colophon ;;
    # A correction stands beside the record that it names.
    "colophon sign photo.jpg --event correct "*) ;;
    "colophon sign photo.jpg "*) rm photo.jpg.colophon ;;
    "colophon sign "*)
        rm decision.json.colophon
        for name in crop.jpg print.tif; do echo "pixels of $name" >"$name"; done
        ;;
    # The files of this world are no pictures, and have no hashes.
    "colophon find "*) code=2 ;;
    # Nobody has so many entries here.
    "colophon complete "*--from*) code=2 ;;
    "colophon label "*)
        mkdir prints
        for name in print-1.tif print-2.tif prints/print-3.tif; do
            cp photo.jpg.colophon "$name.colophon"
        done
        ;;
    # Its own certificate will do for an authority's CA.
    "colophond trust-kit "*--timestamp-ca*) cp /etc/colophon/tls/chain.pem tsa-ca.pem ;;
    "colophond init "*) rm -rf ledger ledger.* ; served= ;;
    "colophond restore --from "*) rm -rf ledger; code=1 served= ;;
    "colophond restore "*--highwater-lost*)
        rm -rf ledger ledger.highwater
        colophond restore --from /mnt/backup/ledger --data ledger >/dev/null 2>&1
        code=1 served=
        ;;
    "colophond restore "*)
        rm -rf ledger
        colophond restore --from /mnt/backup/ledger --data ledger >/dev/null 2>&1
        served=
        ;;
    # Nobody may have the folder open.
    "colophond index rebuild "*) served= ;;
    # It serves until it is told to stop.
    "colophond serve "*) served= command="timeout --preserve-status -s TERM 3 $command" ;;
    "colophon witness "*)
        cp berlin.pem witness.pem
        cp trust/policy logs
        served= command="timeout --preserve-status -s TERM 3 $command"
        ;;
    esac
    command=$(filled "$command")
    if [[ -n $served ]]; then must systemctl start colophond; fi
    # What speaks of an index needs one, and what reads a proof needs that.
    case $command in
    "colophon complete "*--copy* | "colophon refresh "*--copy*)
        with_index
        rm -r mirror
        must colophon mirror --ledger "$ledger" --trust trust --to mirror
        ;;
    "colophon complete "* | "colophon refresh "*--complete*) with_index ;;
    "colophon verify "*--complete*)
        with_index
        must colophon complete photo.jpg --out photo.complete --ledger "$ledger" --trust trust
        ;;
    esac
    check "$code" "$command"
    if [[ -n $served ]]; then must systemctl stop colophond; fi
}

operations
prepare
while IFS= read -r command; do
    example "$command"
done < <({ examples colophon && examples colophond; } | sort -u)
exit "$failed"
