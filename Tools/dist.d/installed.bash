# Installs the .deb in the folder $root, runs a ledger there as the service does, and removes it.
#
# There is no systemd in it: the unit's ExecStart is run as the unit's user, by hand, with somebody
# listening at NOTIFY_SOCKET; strace's record is held to the unit's sandbox.
set -euo pipefail

step=preparing
running=()
ended() {
    local code=$? pid
    for pid in "${running[@]}"; do kill "$pid" 2>/dev/null || true; done
    if ((code != 0)); then
        printf 'not ok: %s\n' "$step" >&2
        tail -n 20 "$work/apt" "$work/serve" 2>/dev/null >&2 || true
    fi
}
trap ended EXIT
ok() { printf 'ok %s\n' "$step"; }

mount --make-rprivate /
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"

inside() { chroot "$root" "$@"; }
as_user() { chroot --userspec=colophon:colophon "$root" env -i HOME=/var/lib/colophon "$@"; }
# story COMMAND...: a step of somebody who is not the service.
story() { (cd "$root" && chroot "$root" env -i HOME=/root sh -c "cd /root && $1"); }

step="the .deb installs, with what it depends on"
inside apt-get update -qq >"$work/apt" 2>&1
inside env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
    /tmp/colophon.deb >>"$work/apt" 2>&1
ok

step="no Swift is there, and none is missed"
[[ -z $(find "$root"/{usr,opt} -name 'libswift*' -o -name swiftc -o -name swift) ]]
for program in colophon colophond; do
    inside ldd "/usr/bin/$program" >"$work/words"
    if grep -E 'not found|swift|Foundation' "$work/words" >&2; then exit 1; fi
    inside "$program" --version >"$work/words"
done
ok

step="the user colophon owns /var/lib/colophon, and nobody else may look"
[[ $(inside stat -c '%U:%G %a' /var/lib/colophon) == "colophon:colophon 700" ]]
[[ $(stat -c '%a' "$root/etc/colophon/colophond.yaml") == 644 ]]
ok

step="the settings' file names every setting"
inside colophond serve --print-config | sed 's/^# //' >"$work/words"
while IFS=: read -r setting _; do
    grep -q "^#\?$setting:" "$root/etc/colophon/colophond.yaml" || { echo "$setting" >&2 && exit 1; }
done <"$work/words"
ok

step="a ledger is made where the settings say"
story 'colophon keygen --out admin.pem && colophon keygen --out berlin.pem' >"$work/words" 2>&1
cp "$root/root/admin.pub.pem" "$root/tmp/admin.pub.pem"
chmod 644 "$root/tmp/admin.pub.pem"
as_user colophond init --origin ledger.example/prints --admin /tmp/admin.pub.pem >"$work/words" 2>&1
ok

step="the service says that it is ready, and answers"
unit=$root/lib/systemd/system/colophond.service
read -r -a start < <(sed -n 's/^ExecStart=//p' "$unit")
rm -f "$root/tmp/notify"
python3 "$parts/notify.py" "$root/tmp/notify" >"$work/notified" &
running+=($!)
while [[ ! -S $root/tmp/notify ]]; do sleep 0.1; done
# The address is another one than the settings', for this machine may have it in use.
(
    exec strace -f -qq -o "$work/trace" chroot --userspec=colophon:colophon "$root" env -i \
        NOTIFY_SOCKET=/tmp/notify WATCHDOG_USEC=1000000 "COLOPHOND_LISTEN=127.0.0.1:$port" \
        "${start[@]}" >"$work/serve" 2>&1
) &
tracer=$!
running+=("$tracer")
for ((wait = 0; wait < 600; wait++)); do
    if grep -q 'READY=1' "$work/notified"; then break; fi
    kill -0 "$tracer"
    sleep 0.1
done
grep -q 'READY=1' "$work/notified"
curl -fsS -o /dev/null "http://127.0.0.1:$port/readyz"
ok

step="a work is signed, logged and verified"
story "echo work >work.txt
    colophon key add --admin admin.pem --key berlin.pub.pem \
        --issuer https://pops.example/berlin --ledger http://127.0.0.1:$port
    colophon sign work.txt --key berlin.pem --issuer https://pops.example/berlin \
        --creator Ana --title Work
    colophon submit work.txt.colophon --ledger http://127.0.0.1:$port" >"$work/words" 2>&1
as_user colophond trust-kit --out /var/lib/colophon/trust >>"$work/words" 2>&1
cp -r "$root/var/lib/colophon/trust" "$root/root/trust"
story 'colophon verify work.txt --trust trust && ! colophon verify admin.pem work.txt.colophon \
    --trust trust' >>"$work/words" 2>&1
ok

step="the look of a picture is found by the program in libexec, which confines itself"
python3 - "$root/root/waves.png" <<'PYTHON'
import struct, sys, zlib
def chunk(name, body):
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
rows = b"".join(
    b"\0" + bytes((x * x // 97 + y * y // 41 + x * y // 29) % 256 for x in range(320))
    for y in range(240))
open(sys.argv[1], "wb").write(
    b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 320, 240, 8, 0, 0, 0, 0))
    + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))
PYTHON
story 'colophon sign waves.png --key berlin.pem --issuer https://pops.example/berlin \
    --creator Ana --title Waves' >"$work/words" 2>&1
grep -q 'waves.png: perceptual hash pdq, quality ' "$work/words"
inside ldd /usr/libexec/colophon/colophon-decode >"$work/words"
if grep -E 'not found|swift' "$work/words" >&2; then exit 1; fi
if story '/usr/libexec/colophon/colophon-decode --attempt open <waves.png' >"$work/words" 2>&1
then exit 1; fi
ok

step="what the unit reloads by is there, and is taken"
server=$(pgrep -P "$tracer" | head -n 1)
reload=$(sed -n "s/^ExecReload=\/bin\/sh -c '\(.*\)'$/\1/p" "$unit")
[[ -n $reload ]]
as_user MAINPID="$server" PATH= /bin/sh -c "$reload"
for ((wait = 0; wait < 100; wait++)); do
    if grep -q 'RELOADING=1' "$work/notified"; then break; fi
    sleep 0.1
done
grep -q 'RELOADING=1' "$work/notified"
ok

step="the watchdog is fed, and the end is told"
for ((wait = 0; wait < 100; wait++)); do
    if grep -q 'WATCHDOG=1' "$work/notified"; then break; fi
    sleep 0.1
done
grep -q 'WATCHDOG=1' "$work/notified"
kill -TERM "$server"
wait "$tracer"
# The listener may write the last message after the service has ended.
for ((wait = 0; wait < 100; wait++)); do
    if grep -q 'STOPPING=1' "$work/notified"; then break; fi
    sleep 0.1
done
grep -q 'STOPPING=1' "$work/notified"
ok

step="the unit's sandbox refuses nothing that the service did"
# What strace's own chroot and env did comes before the program itself.
sed -n '/execve("\/usr\/bin\/colophond"/,$p' "$work/trace" >"$work/trace.server"
python3 -B "$parts/syscalls.py" "$unit" "$work/trace.server"
ok

step="removed, the package leaves the ledger and its keys alone"
inside env DEBIAN_FRONTEND=noninteractive apt-get purge -y -qq colophon >>"$work/apt" 2>&1
[[ ! -e $root/usr/bin/colophond && ! -e $root/etc/colophon ]]
[[ -f $root/var/lib/colophon/ledger/CURRENT && -f $root/var/lib/colophon/ledger.keys/note.pem ]]
ok
