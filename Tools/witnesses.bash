# Witnesses that are played on this machine; sourced by the tools, not run.
#
# Everything happens in the folder of the moment. The caller sets $witness_origin and $witness_log,
# the ledger's origin and the verifier key of its checkpoints.

witness_pids=()

# end_witnesses: asks all that were started to end, and waits until they have.
end_witnesses() {
    local pid
    for pid in "${witness_pids[@]}"; do kill "$pid" 2>/dev/null || true; done
    for pid in "${witness_pids[@]}"; do wait "$pid" 2>/dev/null || true; done
    witness_pids=()
}

# python_of_witness: prints a Python that can run aics-witness; nothing where there is none.
python_of_witness() {
    local python
    for python in python3.14 python3.13 python3.12 python3 \
        "${PYENV_ROOT:-$HOME/.pyenv}"/versions/3.1[2-9]*/bin/python3; do
        if "$python" -c 'import sys; sys.exit(sys.version_info < (3, 12))' 2>/dev/null; then
            command -v "$python"
            return
        fi
    done
}

# awaited COMMAND...: waits until the command succeeds, for at most a minute.
awaited() {
    local _
    for _ in {1..300}; do
        if "$@"; then return 0; fi
        sleep 0.2
    done
    return 1
}

# start_witness NAME: serves one of ours on a free port; its policy line goes to `policy`.
start_witness() {
    local port
    port=$(free_port)
    printf 'log %s\n' "$witness_log" >"$1.logs"
    colophon keygen --witness "witness.example/$1" --out "$1.pem" >"$1.vkey" 2>"$1.words"
    colophon witness --data "$1" --key "$1.pem" --name "witness.example/$1" --logs "$1.logs" \
        --listen "127.0.0.1:$port" >"$1.log" 2>&1 &
    witness_pids+=($!)
    printf 'witness %s %s http://127.0.0.1:%s\n' "$1" "$(vkey_in "$1.vkey")" "$port" >>policy
    awaited curl -fsS -o /dev/null "http://127.0.0.1:$port/healthz" 2>/dev/null
}

# vkey_in FILE: prints the verifier key that stands in a file.
vkey_in() { grep -oE '[^ ]+\+[0-9a-f]{8}\+[A-Za-z0-9+/=]+' "$1" | head -n 1; }

# start_other: serves aics-witness (PyPI), another project's; 1, with a line, where it is not to be
# had.
start_other() {
    local python port
    python=$(python_of_witness)
    if [[ -z $python ]] || ! "$python" -m venv other-venv ||
        ! other-venv/bin/pip install --quiet --disable-pip-version-check --timeout 10 --retries 1 \
            aics-witness==0.1.0 aics-tlog==0.2.1; then
        say "      (aics-witness is left out: it needs Python 3.12 or newer, and PyPI)"
        return 1
    fi
    port=$(free_port)
    other=other-venv/bin/aics-witness
    "$other" init --config other.json --name witness.example/other \
        --listen "127.0.0.1:$port" --db other.db --key-file other.key >other.vkey 2>other.words
    "$other" add-log --config other.json --origin "$witness_origin" --vkey "$witness_log" \
        >>other.words 2>&1
    "$other" serve --config other.json >other.log 2>&1 &
    witness_pids+=($!)
    printf 'witness other %s http://127.0.0.1:%s\n' "$(vkey_in other.vkey)" "$port" >>policy
    awaited curl -sS -o /dev/null "http://127.0.0.1:$port/" 2>/dev/null
}
