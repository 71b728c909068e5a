# Logs of tiles, ours and those of others: tlog-scales and aics-tlog read ours, and what they and
# Go's checksum database write is audited, copied and proven from. Sourced by `interop`.

# In an environment of their own: they need newer libraries than the programs above.
tiles=$folder/tiles-venv/bin
tiles_python=$(python_of_witness)
"${tiles_python:-python3}" -m venv "$folder/tiles-venv"
"$tiles/pip" install --quiet --disable-pip-version-check tlog-scales==0.0.3 'cbor2==5.9.*'
if [[ -n $tiles_python ]]; then
    "$tiles/pip" install --quiet --disable-pip-version-check aics-tlog==0.2.1
else
    say "      (aics-tlog is left out: it needs Python 3.12 or newer)"
fi
(cd "$checks/gosumdb" && GO111MODULE=off GOFLAGS='' GOPATH=/usr/share/gocode \
    GOCACHE=$folder/go-cache go build -o "$folder/gosumdb" .)
export INTEROP_GOSUMDB=$folder/gosumdb

for check in readers proved audited; do
    "$tiles/python" -B "$checks/$check.py" "$(sed -n 's/^log \([^ ]*\).*/\1/p' trust/policy)" 2>&1 ||
        say "not ok $check: ended with an error"
done
