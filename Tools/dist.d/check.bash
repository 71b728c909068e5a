# Part of Tools/dist --check: what others' programs say about the packages, and a run of them.
# Sourced with $out, $work, $root, $version and $arch.

install_packages lintian mandoc man-db systemd strace debootstrap nginx-light
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
    link_all
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

witness=$work/colophon-witness.service
witness_is_clean() {
    sed "s|/usr/bin/colophon |$work/colophon |" "${unit%/*}/colophon-witness.service" >"$witness"
    local words
    words=$(systemd-analyze verify --man=no "$witness" 2>&1) || true
    ! grep -F "$witness" <<<"$words"
}
expect "systemd has nothing against the witness's unit" witness_is_clean

timers_are_clean() {
    local name words
    for name in colophon-backup colophon-export; do
        sed "s|/usr/bin/colophond|$work/colophond|" "${unit%/*}/$name.service" >"$work/$name.service"
        cp "${unit%/*}/$name.timer" "$work/"
        words=$(systemd-analyze verify --man=no "$work/$name".{service,timer} 2>&1) || true
        ! grep -F "$work/$name" <<<"$words" || return 1
    done
}
expect "systemd has nothing against the timers" timers_are_clean

# The units of a spool are templates: ana is one of those that they may run as.
spools_are_clean() {
    local name words
    for name in watch sync report; do
        sed "s|/usr/bin/colophon |$work/colophon |; s|User=%i|User=root|" \
            "${unit%/*}/colophon-spool-$name@.service" >"$work/colophon-spool-$name@ana.service"
        words=$(systemd-analyze verify --man=no "$work/colophon-spool-$name@ana.service" 2>&1) ||
            true
        ! grep -F "$work/colophon-spool" <<<"$words" || return 1
    done
}
expect "systemd has nothing against the units of a spool" spools_are_clean

mirror=$work/colophon-mirror@prints
mirror_is_clean() {
    local words
    sed "s|/usr/bin/colophon |$work/colophon |" \
        "${unit%/*}/colophon-mirror@.service" >"$mirror.service"
    cp "${unit%/*}/colophon-mirror@.timer" "$mirror.timer"
    words=$(systemd-analyze verify --man=no "$mirror".{service,timer} 2>&1) || true
    ! grep -F "$mirror" <<<"$words"
}
expect "systemd has nothing against the units of a mirror" mirror_is_clean

audit=$work/colophon-audit@prints.service
audit_is_clean() {
    local words
    sed "s|/usr/bin/colophon |$work/colophon |" "${unit%/*}/colophon-audit@.service" >"$audit"
    words=$(systemd-analyze verify --man=no "$audit" 2>&1) || true
    ! grep -F "$audit" <<<"$words"
}
expect "systemd has nothing against the unit of an audit" audit_is_clean

# Each folder that a timer writes is the service's to write, and is made by the package.
folders_agree() {
    local folder
    for folder in $(sed -n 's/^Environment=\(TO\|OUT\)=\([^ ]*\).*/\2/p' \
        "${unit%/*}"/colophon-{backup,export}.service); do
        grep -q "^ReadWritePaths=.*-$folder" "$unit" || return 1
        grep -q "^d $folder " "$parts/debian/colophon.tmpfiles" || return 1
    done
}
expect "the timers write where the service may write" folders_agree

links_lead_somewhere() {
    local doc=$work/debian/colophon/usr/share/doc/colophon page link
    for page in "$doc"/*.md "$doc"/Schemas/*.md; do
        # A page may have none.
        sed -n 's/](/\n](/gp' "$page" | sed -n 's/^](\([^)#]*\).*/\1/p' | sort -u |
            while read -r link; do
                [[ -z $link || $link == *:* || $link == *"|"* || -e ${page%/*}/$link ]] ||
                    { echo "${page#"$doc/"}: $link" && exit 1; }
            done || return 1
    done
}
expect "all that the documents link to is in the package" links_lead_somewhere

nginx_reads_them() {
    local folder=$work/nginx
    mkdir -p "$folder"
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 1 -subj /CN=a \
        -keyout "$folder/key.pem" -out "$folder/chain.pem" 2>/dev/null
    sed "s|/etc/nginx/tls|$folder|; s|listen 443|listen 127.0.0.1:8443|" \
        "$parts/nginx-proxy.conf" >"$folder/proxy.conf"
    printf 'pid %s/pid;\nerror_log stderr;\nevents {}\nhttp { include %s; }\n' "$folder" \
        "$folder/proxy.conf" >"$folder/nginx.conf"
    nginx -t -p "$folder" -c "$folder/nginx.conf"
    nginx -t -p "$folder" -c "$parts/nginx-export.conf"
}
expect "nginx can read its configurations" nginx_reads_them
# systemd's own scale ends at 10 for no protection; what remains is the network.
expect "the unit's exposure is 1.5 of 10 at most" \
    systemd-analyze security --offline=true --threshold=15 "$work/colophond.service"
expect "the exposure of the witness's unit is 1.5 of 10 at most" \
    systemd-analyze security --offline=true --threshold=15 "$witness"
expect "the exposure of the audit's unit is 1.5 of 10 at most" \
    systemd-analyze security --offline=true --threshold=15 "$audit"
expect "the exposure of the mirror's unit is 1.5 of 10 at most" \
    systemd-analyze security --offline=true --threshold=15 "$mirror.service"
for name in watch sync report; do
    expect "the exposure of the spool's $name is 3 of 10 at most" systemd-analyze security \
        --offline=true --threshold=30 "$work/colophon-spool-$name@ana.service"
done

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
