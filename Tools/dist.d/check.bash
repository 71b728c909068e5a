# Part of Tools/dist --check: what others' programs say about the packages, and a run of them.
# Sourced with $out, $work, $root, $version and $arch.

install_packages lintian mandoc man-db systemd strace debootstrap
deb=$out/colophon_${version}_$arch.deb
tarball=$out/colophon-$version-linux-$arch.tar.gz

# expect NAME COMMAND...: one check.
expect() {
    local name=$1
    shift
    "$@" >"$work/words" 2>&1 || { cat "$work/words" >&2 && die "not ok: $name"; }
    say "ok $name"
}

same_twice() {
    mkdir "$work/again"
    local program
    for program in colophon colophond; do link "$program" "$work/$program"; done
    make_packages "$work/again"
    cmp "$deb" "$work/again/${deb##*/}" && cmp "$tarball" "$work/again/${tarball##*/}"
}
expect "made twice, the packages are the same bytes" same_twice

expect "lintian has nothing against the .deb" lintian --fail-on error,warning \
    --allow-root "$deb"

pages_are_clean() {
    local page text words
    for page in "$work"/debian/colophon/usr/share/man/man*/*.gz; do
        # Its name says the section; without one mandoc takes the last dot of the whole path.
        text=$work/$(basename "$page" .gz)
        zcat "$page" >"$text"
        mandoc -T lint -W warning "$text" || return 1
        words=$(LC_ALL=C.UTF-8 MANROFFSEQ='' MANWIDTH=80 man --warnings -E UTF-8 -l -Tutf8 -Z \
            "$text" 2>&1 >/dev/null)
        [[ -z $words ]] || { echo "$page: $words" && return 1; }
    done
}
expect "mandoc and groff can read the manual pages" pages_are_clean

unit=$work/debian/colophon/lib/systemd/system/colophond.service
unit_is_clean() {
    # It speaks of the program where the package puts it.
    sed "s|/usr/bin/colophond|$work/colophond|" "$unit" >"$work/colophond.service"
    local words
    words=$(systemd-analyze verify --man=no "$work/colophond.service" 2>&1) || true
    ! grep -F "$work/colophond.service" <<<"$words"
}
expect "systemd has nothing against the unit" unit_is_clean
# systemd's own scale ends at 10 for no protection; what remains is the network.
expect "the unit's exposure is 1.5 of 10 at most" \
    systemd-analyze security --offline=true --threshold=15 "$work/colophond.service"

# The rest happens in a mount namespace of its own: whatever is mounted there ends with it.
if ! unshare -m true 2>/dev/null; then
    say "skipped: installing the .deb (no right to mount)"
    return 0
fi
if [[ -z $root ]]; then
    root=$work/root
    codename=$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release)
    # shellcheck disable=SC2016
    mirror=$(apt-get indextargets --format '$(CODENAME) $(ORIGIN) $(REPO_URI)' \
        'Identifier: Packages' | sed -n "s/^$codename Debian //p" | head -n 1)
    [[ -n $mirror ]] || die "apt's sources have no mirror of Debian $codename"
    say "Making a Debian $codename in a folder"
    if ! debootstrap --variant=minbase \
        --include=systemd-standalone-sysusers,systemd-standalone-tmpfiles \
        "$codename" "$root" "$mirror" >"$work/words" 2>&1; then
        tail -n 5 "$work/words" >&2
        say "skipped: installing the .deb (debootstrap is not possible here)"
        return 0
    fi
fi
cp "$deb" "$root/tmp/colophon.deb"
export root port work parts
port=$(free_port)
unshare -m bash "$parts/installed.bash"
