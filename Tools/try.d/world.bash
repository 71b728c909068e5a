# Runs a script in a world of its own: an empty home, no network but itself, both programs, and
# nothing of this machine that could be changed.
#
# Usage: unshare -mn [-r] bash world.bash PROGRAMS FOLDER SCRIPT [ARGUMENT...]
#
# PROGRAMS is the folder of colophon and colophond. FOLDER becomes /files, and SCRIPT is in there.
# /usr and the libraries are this machine's; /etc, /var, /srv, /tmp and all homes are new and empty.
# ledger.example is this machine. sudo and systemctl do what the documents need of them.
set -euo pipefail

programs=$1 files=$2
shift 2

mount --make-rprivate /
root=$files/world
mkdir "$root"
mount -t tmpfs tmpfs "$root"
mkdir -p "$root"/{usr,opt,mnt,programs,files,stubs,proc,dev,etc/colophon,home/you,root,run,srv,tmp} \
    "$root"/var/{lib/colophon,lib/colophon-export,backups/colophon,tmp}
chmod 700 "$root/var/lib/colophon" "$root/var/backups/colophon"
chmod 1777 "$root/tmp"
for name in bin sbin lib lib64; do
    if [[ -L /$name ]]; then
        cp -P "/$name" "$root/"
    elif [[ -d /$name ]]; then
        mkdir "$root/$name"
        mount --rbind "/$name" "$root/$name"
    fi
done
for name in usr opt dev proc; do mount --rbind "/$name" "$root/$name"; done
mount --bind "$programs" "$root/programs"
mount --bind "$files" "$root/files"
for name in ld.so.cache ld.so.conf ld.so.conf.d nsswitch.conf passwd group alternatives ssl; do
    if [[ -e /etc/$name ]]; then cp -rL "/etc/$name" "$root/etc/" 2>/dev/null || true; fi
done
printf '127.0.0.1 localhost ledger.example\n' >"$root/etc/hosts"
ip link set lo up

# sudo: everybody is root here.
cat >"$root/stubs/sudo" <<'STUB'
#!/bin/bash
if [[ $1 == -u ]]; then shift 2; fi
exec "$@"
STUB
# systemctl: starts and stops the one service, as its unit does.
cat >"$root/stubs/systemctl" <<'STUB'
#!/bin/bash
case "$*" in
"enable --now colophond" | "start colophond")
    setsid colophond serve --config /etc/colophon/colophond.yaml >>/tmp/serve.log 2>&1 &
    echo $! >/run/colophond.pid
    for _ in {1..600}; do
        if grep -q 'listening on' /tmp/serve.log && curl -fsS -o /dev/null \
            --cacert /etc/colophon/tls/chain.pem https://ledger.example/healthz; then
            exit 0
        fi
        kill -0 "$(cat /run/colophond.pid)" 2>/dev/null || break
        sleep 0.1
    done
    tail -n 5 /tmp/serve.log >&2
    exit 1
    ;;
"stop colophond")
    pid=$(cat /run/colophond.pid)
    kill -TERM "$pid"
    while kill -0 "$pid" 2>/dev/null; do sleep 0.1; done
    rm -f /tmp/serve.log
    ;;
"enable --now colophon-backup.timer colophon-export.timer") ;;
"enable --now colophon-spool-"*) ;;
"enable --now colophon-audit@"*) ;;
*) echo "systemctl $*: not in this world" >&2 && exit 1 ;;
esac
STUB
chmod 755 "$root"/stubs/*

cd "$root"
# No index head comes among the entries that are counted here. What is still running at the end ends
# with it. Programs look themselves up in /proc, so that is the one of their own numbers: with
# another they are stopped by a trap now and then.
exec unshare --pid --fork --kill-child --mount-proc="$root/proc" chroot "$root" \
    /usr/bin/env -i PATH=/stubs:/programs:/usr/local/bin:/usr/bin:/bin HOME=/home/you \
    LANG=C.UTF-8 COLUMNS=80 COLOPHOND_INDEX_INTERVAL=1h bash "/files/$1" "${@:2}"
