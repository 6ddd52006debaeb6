# SPDX-License-Identifier: Apache-2.0
# The Debian packages that building and testing need. Sourced by the commands in tools/dev.

packages_build=(
    g++ meson ninja-build pkg-config python3
    libfmt-dev libevent-dev libssl-dev libcrypt-dev libseccomp-dev nlohmann-json3-dev
    libcurl4-openssl-dev libsystemd-dev
)
# nut-server and nut-client: the programs that the interop tests put beside ours.
packages_test=(
    git libgtest-dev libgmock-dev python3-pytest
    nut-server nut-client
    openssl valgrind strace libnss3-tools procps iproute2 mandoc man-db systemd systemd-container shellcheck
    dbus-daemon
)
packages_clang=(clang-19 libclang-rt-19-dev)
packages_tidy=(clang-tidy-19)

say() { printf '== %s\n' "$*" >&2; }

is_installed() {
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

# Packages start their services when they are installed. Those of the stock UPS tools must not be: this
# machine may have a UPS that is none of our business. policy-rc.d is Debian's switch for that.
with_services_off() (
    if [ ! -e /usr/sbin/policy-rc.d ]; then
        trap 'as_root rm -f /usr/sbin/policy-rc.d' EXIT
        as_root sh -c 'printf "#!/bin/sh\nexit 101\n" >/usr/sbin/policy-rc.d; chmod 755 /usr/sbin/policy-rc.d'
    fi
    "$@"
)

# need_packages NAME...: installs those that are missing; says so first; does nothing if none is.
need_packages() {
    local name missing=()
    if ! command -v dpkg-query >/dev/null; then
        say "No Debian package manager here. Needed, under the names of Debian 12: $*"
        return 0
    fi
    for name in "$@"; do
        is_installed "$name" || missing+=("$name")
    done
    [ ${#missing[@]} -gt 0 ] || return 0
    say "Installing packages with apt: ${missing[*]}"
    local log
    log=$(mktemp)
    if ! { as_root apt-get update -q &&
        with_services_off as_root env DEBIAN_FRONTEND=noninteractive \
            apt-get install -q -y --no-install-recommends "${missing[@]}"; } >"$log" 2>&1 </dev/null; then
        tail -n 30 "$log" >&2
        rm -f "$log"
        return 1
    fi
    rm -f "$log"
}

# configure DIR [MESON OPTION...]: makes a build directory, once. ccache is used where it is installed.
configure() {
    local dir=$1
    shift
    [ -f "$dir/build.ninja" ] && return 0
    local cc=${CC:-gcc} cxx=${CXX:-g++}
    if command -v ccache >/dev/null && [[ $cc != ccache* ]]; then
        cc="ccache $cc" cxx="ccache $cxx"
    fi
    say "Configuring $dir"
    CC=$cc CXX=$cxx meson setup "$dir" "$@" >"$dir.log" 2>&1 || {
        cat "$dir.log" >&2
        rm -f "$dir.log"
        return 1
    }
    rm -f "$dir.log"
}
