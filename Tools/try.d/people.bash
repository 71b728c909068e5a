# Plays the people of the README's tour and of its event. In the world of world.bash, with tour.tsv
# from commands.awk in /files. Prints who does what, and what they see; ends with 1 where a command
# ends otherwise than the README says. Whoever watches the log has a story of their own behind it.
set -uo pipefail

cd /home/you || exit 1
# A photograph of one pixel.
base64 -d >photo.jpg <<'JPEG'
/9j/4AAQSkZJRgABAQEAYABgAAD/2wBDAAgGBgcGBQgHBwcJCQgKDBQNDAsLDBkSEw8UHRof
Hh0aHBwgJC4nICIsIxwcKDcpLDAxNDQ0Hyc5PTgyPC4zNDL/wAALCAABAAEBAREA/8QAFAAB
AAAAAAAAAAAAAAAAAAAACf/EABQQAQAAAAAAAAAAAAAAAAAAAAD/2gAIAQEAAD8AVN//2Q==
JPEG
touch -d 2026-05-01T06:12:09Z photo.jpg
# Two more, of the evening on which there is no network.
mkdir evening
for name in opening toast; do { cat photo.jpg && echo "$name"; } >"evening/$name.jpg"; done

failed=0

# play CODE COMMAND: shows a command and what it says; it must end with CODE.
play() {
    local ended=0
    printf '\n$ %s\n' "$2"
    eval "$2" </dev/null >said 2>&1 || ended=$?
    cat said
    if ((ended != $1)); then
        printf 'ended with %s, not %s\n' "$ended" "$1"
        failed=1
    fi
}

# until_there FILE WORDS: waits, for at most half a minute, until a file has these words.
until_there() {
    local _
    for _ in {1..300}; do
        if grep -qF -- "$2" "$1" 2>/dev/null; then return 0; fi
        sleep 0.1
    done
    printf '%s never had: %s\n' "$1" "$2"
    cat "$1"
    failed=1
}

# serve COMMAND: starts a ledger, which listens then.
serve() {
    printf '\n$ %s &\n' "$1"
    : >serve.log
    eval "exec $1" >serve.log 2>&1 &
    server=$!
    until_there serve.log 'listening on'
    cat serve.log
}

while IFS=$'\t' read -r _ code command; do
    case $command in
    "# "*) printf '\n== %s\n' "${command#\# }" ;;
    *" &") serve "${command% &}" ;;
    *) play "$code" "$command" ;;
    esac
done </files/tour.tsv

# What the README cannot show: somebody alters a copy, somebody is waited for, and a ledger is lost.
if [[ -d mirror ]]; then
    printf '\n== The auditor, of a copy that somebody has altered\n'
    bundle=$(find mirror/tile/entries -type f)
    printf x | dd of="$bundle" bs=1 seek=40 conv=notrunc status=none
    play 1 'colophon audit --from mirror --trust trust.colophon-kit --state altered'
    play 0 'colophon mirror --ledger http://127.0.0.1:8080 --trust trust.colophon-kit --to mirror --recheck'

    printf '\n== The artist\n'
    follow='colophon audit --ledger http://127.0.0.1:8080 --trust trust.colophon-kit --state artist'
    follow+=' --follow --from-now --every 1s --watch creator="Ana Okoye"'
    printf '\n$ %s &\n' "$follow"
    eval "exec $follow" >told 2>words &
    artist=$!
    until_there words clean
    cp photo.jpg night.jpg
    echo night >>night.jpg
    play 0 'colophon sign night.jpg --key berlin.pem --issuer https://pops.example/berlin --creator "Ana Okoye" --title "The night"'
    play 0 'colophon submit night.jpg.colophon --ledger http://127.0.0.1:8080'
    until_there told '"match"'
    grep -o '"words":"[^"]*"' told
    kill "$artist"
    wait "$artist"
    printf 'ended with %s\n' "$?"

    printf '\n== The operator, whose disk is gone\n'
    play 0 'colophon mirror --ledger http://127.0.0.1:8080 --trust trust.colophon-kit --to mirror'
    kill "$server"
    wait "$server"
    rm -r ledger
    play 0 'colophond restore --data ledger --entries-from mirror'
    serve 'colophond serve --data ledger --listen 127.0.0.1:8080'
    play 0 'colophon audit --ledger http://127.0.0.1:8080 --trust trust.colophon-kit --state audit'
fi
kill "$server"
wait
exit "$failed"
