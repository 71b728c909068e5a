# What the tools share; sourced by them, not run.

package=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

# The commit that is built, for `--version`; a copy without git has none.
COLOPHON_COMMIT=$(git -C "$package" rev-parse HEAD 2>/dev/null || true)
export COLOPHON_COMMIT

# One configuration for everything, so that nothing is built twice.
build_flags=(-c release --package-path "$package")
if [[ -n ${COLOPHON_BUILD_DIR:-} ]]; then
    build_flags+=(--scratch-path "$COLOPHON_BUILD_DIR")
fi
test_flags=("${build_flags[@]}" --disable-testable-imports)

# What the package needs to build and to run.
build_packages=(
    librocksdb-dev libjemalloc-dev zlib1g-dev libssl-dev libqrencode-dev libjpeg62-turbo-dev
    libpng-dev libwebp-dev libseccomp-dev pkg-config curl openssl
)

# What the ordeals need: system calls that fail, and a disk that records what it is told.
ordeal_packages=(strace mount gcc libc6-dev libfuse3-dev fuse3 e2fsprogs eatmydata)

say() { printf '%s\n' "$*"; }

die() {
    printf '%s: %s\n' "${0##*/}" "$*" >&2
    exit 1
}

# install_packages NAME...: installs those Debian packages that are missing.
install_packages() {
    local missing=() name
    for name in "$@"; do
        if [[ $(dpkg-query -W -f '${db:Status-Status}' "$name" 2>/dev/null) != installed ]]; then
            missing+=("$name")
        fi
    done
    if ((${#missing[@]} == 0)); then return 0; fi
    local root=()
    if ((EUID != 0)); then
        command -v sudo >/dev/null || die "needs root or sudo to install ${missing[*]}"
        root=(sudo)
    fi
    say "Installing ${missing[*]}"
    "${root[@]}" apt-get update -qq
    "${root[@]}" env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}

# help SCRIPT: prints the comment at its top.
help() { sed -n '2,/^[^#]/{/^#/{s/^# \{0,1\}//p}}' "$1"; }

# Whoever asks what a tool does starts nothing.
case ${1:-} in
-h | --help)
    help "$0"
    exit
    ;;
esac

# require_swift: ends where there is no Swift that can build this, and says where to get one.
require_swift() {
    local where="get it from https://www.swift.org/install/linux" version
    command -v swift >/dev/null || die "needs Swift 6.2 or newer, and finds none: $where"
    version=$(swift --version 2>/dev/null | sed -n 's/.*Swift version \([0-9]*\.[0-9]*\).*/\1/p')
    [[ $(printf '6.2\n%s\n' "$version" | sort -V | head -n 1) == 6.2 ]] ||
        die "needs Swift 6.2 or newer, and finds ${version:-one that says no version}: $where"
}

# build: builds both programs and puts their folder into $bin.
#
# One line of progress; what the package manager says goes to a file, which is shown where it fails.
build() {
    require_swift
    local log code=0 start=$SECONDS watcher
    log=$(mktemp "${TMPDIR:-/tmp}/colophon-build.XXXXXX.log")
    say "Building colophon and colophond; a first build took 10 to 18 minutes on two cores."
    say "  log: $log"
    # Tests and the programs that are run by hand are left out: see the end of Package.swift.
    watch_build "$log" "$start" &
    watcher=$!
    COLOPHON_PROGRAMS_ONLY=1 swift build "${build_flags[@]}" >"$log" 2>&1 || code=$?
    kill "$watcher" 2>/dev/null || true
    wait "$watcher" 2>/dev/null || true
    if [[ -t 2 ]]; then printf '\r\033[K' >&2; fi
    if ((code != 0)); then
        grep -a 'error:' "$log" | sort -u | head -n 20 >&2 || tail -n 20 "$log" >&2
        die "the build failed; all that was said is in $log"
    fi
    say "  built in $(minutes "$((SECONDS - start))")"
    bin=$(COLOPHON_PROGRAMS_ONLY=1 swift build "${build_flags[@]}" --show-bin-path)
    PATH=$bin:$PATH
}

# watch_build LOG START: shows how far the build is, on a terminal, until it is killed or nobody is
# left to be told.
watch_build() {
    [[ -t 2 ]] || return 0
    while kill -0 "$$" 2>/dev/null; do
        build_progress "$1" "$((SECONDS - $2))"
        sleep 1
    done
}

# build_progress LOG SECONDS: puts how far the build is in the place of the last line.
build_progress() {
    local step
    step=$(tail -c 400 "$1" | tr '\r' '\n' | sed -n 's/^\[\([0-9]*\)\/\([0-9]*\)\].*/\1 of \2 steps/p' |
        tail -n 1)
    printf '\r\033[K  %s, %s' "${step:-fetching packages}" "$(minutes "$2")" >&2
}

# minutes SECONDS: the time as people say it.
minutes() {
    if (($1 < 60)); then echo "$1 s"; else echo "$(($1 / 60)) min $(($1 % 60)) s"; fi
}

# free_port: prints a port on which nothing listens.
free_port() {
    local port _
    for _ in {1..50}; do
        port=$((20000 + RANDOM % 12000))
        if ! (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
            echo "$port"
            return 0
        fi
    done
    die "found no free port"
}

# start_ledger DATA LOG [OPTION]...: serves DATA on a free port; sets $ledger_pid and $ledger, its
# URL. No index head comes among the entries that its callers count.
start_ledger() {
    local data=$1 log=$2 port attempt
    shift 2
    for attempt in 1 2 3; do
        port=$(free_port)
        COLOPHOND_INDEX_INTERVAL=1h colophond serve --data "$data" \
            --listen "127.0.0.1:$port" "$@" >>"$log" 2>&1 &
        ledger_pid=$!
        ledger=http://127.0.0.1:$port
        if wait_until_ready; then return 0; fi
        stop_ledger || true
    done
    tail -n 20 "$log" >&2
    die "colophond did not get ready in $attempt attempts"
}

# wait_until_ready: waits up to 60 s for the ledger; fails at once where it has ended.
wait_until_ready() {
    local _
    for _ in {1..300}; do
        if curl -fsS -o /dev/null "$ledger/readyz" 2>/dev/null; then return 0; fi
        kill -0 "$ledger_pid" 2>/dev/null || return 1
        sleep 0.2
    done
    return 1
}

# stop_ledger: asks the ledger that we started to stop, and returns its exit code.
stop_ledger() {
    [[ -n ${ledger_pid:-} ]] || return 0
    local pid=$ledger_pid code=0
    ledger_pid=
    kill -TERM "$pid" 2>/dev/null || true
    wait "$pid" || code=$?
    return "$code"
}

# alter FILE TEXT [DISTANCE]: changes one byte, DISTANCE bytes after where TEXT first begins.
alter() {
    local file=$1 text=$2 distance=${3:-0} offset old new=a
    # The list is read to its end: a closed pipe would end grep, and with it the script.
    offset=$(LC_ALL=C grep -obaF -- "$text" "$file" | sed -n '1s/:.*//p')
    [[ -n $offset ]] || die "$file does not contain $text"
    offset=$((offset + distance))
    old=$(dd if="$file" bs=1 skip="$offset" count=1 status=none | tr -d '\0')
    if [[ $old == a ]]; then new=b; fi
    printf %s "$new" | dd of="$file" bs=1 seek="$offset" conv=notrunc status=none
}
