# A ledger of its own is seen by three witnesses: two of ours, and aics-witness, which is another
# project's. aics-tlog, of the same project, opens the cosigned checkpoint. Sourced by `interop`.

source "$package/Tools/witnesses.bash"

# has_lines N: whether the checkpoint has the ledger's line and N cosignatures.
has_lines() {
    curl -fsS "$seen/checkpoint" -o seen.note 2>/dev/null && (($(grep -c '^— ' seen.note) > $1))
}

# seen_at SIZE N: whether the checkpoint of a size has N cosignatures.
seen_at() { has_lines "$2" && [[ $(sed -n 2p seen.note) == "$1" ]]; }

# other_holds SIZE: whether the head that aics-witness has cosigned last has that size.
other_holds() {
    "$other" status --config other.json >other.status && grep -qxE " *size +$1" other.status
}

(
    mkdir seen
    cd seen
    trap 'end_witnesses; stop_ledger || true' EXIT
    witness_origin=ledger.example/seen other=
    colophond init --data ledger --origin "$witness_origin" --admin ../admin.pub.pem \
        >genesis 2>words
    colophond trust-kit --data ledger --out first >>words 2>&1
    witness_log=$(sed -n 's/^log \([^ ]*\).*/\1/p' first/policy)
    start_witness one
    start_witness two
    members=(one two)
    if start_other; then members+=(other); fi
    printf 'group seen all %s\nquorum seen\n' "${members[*]}" >>policy
    export COLOPHOND_WITNESS_POLICY=$PWD/policy COLOPHOND_WITNESS_INTERVAL=1s
    start_ledger "$PWD/ledger" "$PWD/ledger.log"
    seen=$ledger count=${#members[@]}
    passes "witnesses: all $count have seen the ledger" awaited has_lines "$count"
    HOME=$PWD colophon key add --admin ../admin.pem --issuer https://pops.example/berlin \
        --origin "$witness_origin" --key ../berlin.pub.pem --ledger "$seen" >>words 2>&1
    passes "witnesses: and its next entry" awaited seen_at 3 "$count"
    colophond trust-kit --data ledger --out trust >>words 2>&1
    cp ../works/1.txt work.txt
    colophon sign work.txt --key ../berlin.pem --issuer https://pops.example/berlin \
        --creator "Studio Berlin" --title "A work that was seen" >>words 2>&1
    passes "witnesses: submit waits until they have seen it" \
        colophon submit work.txt.colophon --ledger "$seen" --trust trust \
        --until witnessed --wait 60s
    passes "witnesses: a collector needs their quorum, and has it" \
        colophon verify work.txt --trust trust --require witnessed
    if [[ -n $other ]]; then
        passes "witnesses: aics-tlog opens the checkpoint with all its lines" \
            other-venv/bin/aics-tlog verify-checkpoint --note seen.note --log-key "$witness_log" \
            --origin "$witness_origin" --quorum "$count" $(sed -n \
            's/^witness [^ ]* \([^ ]*\) .*/--witness-key \1/p' policy)
        # The work is entry 3, which all witnesses have seen.
        passes "witnesses: aics-witness knows the newest size" other_holds 4
        passes "witnesses: the client of aics-witness gets cosignatures of ours, across kills" \
            other-venv/bin/python -B "$checks/feeder.py"
    fi
)
