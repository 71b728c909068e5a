# An authority and a calendar that are played on this machine; sourced by the tools, not run.
#
# Everything happens in the folder of the moment. What they can play: Tools/anchors.d.

anchor_pids=()

# end_anchors: asks all that were started to end, and waits until they have.
end_anchors() {
    local pid
    for pid in "${anchor_pids[@]}"; do kill "$pid" 2>/dev/null || true; done
    for pid in "${anchor_pids[@]}"; do wait "$pid" 2>/dev/null || true; done
    anchor_pids=()
}

# start_anchor PROGRAM NAME [FLAG...]: starts one in the folder NAME, and waits until it answers.
start_anchor() {
    local program=$1 name=$2 pid _
    shift 2
    rm -f "$name/url"
    python3 "$package/Tools/anchors.d/$program.py" "$name" "$@" >"$name.log" 2>&1 &
    pid=$!
    anchor_pids+=("$pid")
    for _ in {1..300}; do
        if [[ -s $name/url ]]; then return 0; fi
        kill -0 "$pid" 2>/dev/null || break
        sleep 0.2
    done
    tail -n 5 "$name.log" >&2
    return 1
}

# start_authority NAME [FLAG...]: sets $authority, its URL; NAME/ca.pem has its root.
start_authority() {
    start_anchor authority "$@" || return 1
    authority=$(cat "$1/url")
}

# start_calendar NAME [FLAG...]: sets $calendar, its URL; NAME/headers has its chain.
start_calendar() {
    start_anchor otscald "$@" || return 1
    calendar=$(cat "$1/url")
}

# calendar_says COMMAND: tells the calendar to mine, or to replace its newest blocks (reorg).
#
# A block has what the calendar was given before it: `has_proof` is awaited first.
calendar_says() { curl -fsS -X POST -o /dev/null "$calendar/control/$1"; }

# has_proof SIZE [STATE]: whether the ledger has a calendar's proof of a head of so many entries or
# more; with STATE, one that is complete, or pending.
#
# A token of such a head says nothing about the calendar: that is asked once all authorities have
# answered, and its own interval is over.
has_proof() {
    curl -fsS "$ledger/anchors" | python3 -c '
import json, sys
size, states = int(sys.argv[1]), sys.argv[2:] or ["pending", "complete"]
sys.exit(not any(anchor["type"] == "opentimestamps" and anchor["size"] >= size
    and anchor["state"] in states for anchor in json.load(sys.stdin)))' "$@"
}
