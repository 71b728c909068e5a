# Plays the people of the README's tour and of its event. In the world of world.bash, with tour.tsv
# from commands.awk in /files. Prints who does what, and what they see; ends with 1 where a command
# ends otherwise than the README says.
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
while IFS=$'\t' read -r _ code command; do
    case $command in
    "# "*)
        printf '\n== %s\n' "${command#\# }"
        continue
        ;;
    *" &")
        printf '\n$ %s\n' "$command"
        eval "exec ${command% &}" >serve.log 2>&1 &
        for _ in {1..300}; do
            if grep -q 'listening on' serve.log; then break; fi
            sleep 0.1
        done
        cat serve.log
        continue
        ;;
    esac
    printf '\n$ %s\n' "$command"
    ended=0
    eval "$command" </dev/null >said 2>&1 || ended=$?
    cat said
    if ((ended != code)); then
        printf 'ended with %s, not %s\n' "$ended" "$code"
        failed=1
    fi
done </files/tour.tsv
kill %1
wait
exit "$failed"
