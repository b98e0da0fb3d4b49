#!/bin/sh
# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: Pyrolens contributors
#
# From a clean clone on Debian 12 to a running program or a test report:
#
#   sh packaging/dev.sh run [OPTION ...]    build, then start the inspector on its demo network
#   sh packaging/dev.sh test [OPTION ...]   build, then run the tests (options go to ctest)
#   sh packaging/dev.sh build [TARGET ...]  build only
#   sh packaging/dev.sh deps [ci]           install missing packages only (ci: also those of .ci/run)
#
# Needs root or sudo, and the network, only when a package is missing.
set -eu

# What building and testing needs, as Debian 12 calls it. The only list of its kind.
packages="cmake ninja-build g++
    qt6-base-dev qt6-declarative-dev qt6-svg-dev qt6-tools-dev qt6-l10n-tools qtkeychain-qt6-dev
    zlib1g-dev libsqlite3-dev
    openssl
    python3 python3-pyro4 python3-serpent python3-msgpack
    xvfb xauth fonts-dejavu-core"
# What .ci/run needs besides.
ci_packages="ccache mold clang-format dpkg-dev file appstream desktop-file-utils"

say() { printf '== %s\n' "$*"; }
fail() {
    printf 'dev.sh: %s\n' "$1" >&2
    shift
    for line in "$@"; do printf '        %s\n' "$line" >&2; done
    exit 1
}

cd "$(dirname "$0")/.."

# Qt and Python expect a UTF-8 locale; a bare system has none set, but always has this one.
case "${LC_ALL:-${LC_CTYPE:-${LANG:-}}}" in
    *[Uu][Tt][Ff]*8*) ;;
    *) export LC_ALL=C.UTF-8 ;;
esac

install_packages() {
    wanted="$*"
    if ! command -v dpkg-query >/dev/null 2>&1; then
        say "Not a Debian system: going on without checking for the packages"
        return 0
    fi
    known="$(dpkg-query -W -f '${db:Status-Abbrev} ${Package}\n' 2>/dev/null | sed -n 's/^ii *//p')"
    missing=""
    for package in $wanted; do
        printf '%s\n' "$known" | grep -Fqx "$package" || missing="$missing $package"
    done
    [ -n "$missing" ] || return 0

    say "Installing:$missing"
    as_root=""
    if [ "$(id -u)" -ne 0 ]; then
        command -v sudo >/dev/null 2>&1 || fail "these packages are missing, and this is neither root nor is sudo here." \
            "As root, run:" "apt-get install$missing"
        as_root="sudo"
    fi
    # env, because sudo drops the variable otherwise
    apt_get() { $as_root env DEBIAN_FRONTEND=noninteractive apt-get -q "$@"; }
    log="$(mktemp)"
    # The package lists of a fresh system are empty: fetch them when they turn out to be too old, not always.
    # shellcheck disable=SC2086
    if ! apt_get install -y --no-install-recommends $missing >"$log" 2>&1; then
        say "Updating the package lists first"
        if ! { apt_get update && apt_get install -y --no-install-recommends $missing; } >"$log" 2>&1; then
            tail -n 20 "$log" >&2
            rm -f "$log"
            fail "could not install the packages (apt-get's own words are above)." \
                "Is the network there? When it is, try by hand:" \
                "apt-get update && apt-get install$missing"
        fi
    fi
    rm -f "$log"
}

# As many jobs as cores, but never more than one per GiB of memory: a C++ compiler takes about that.
job_count() {
    cores="$(nproc 2>/dev/null || echo 2)"
    memory="$(sed -n 's/^MemAvailable: *\([0-9]*\) kB/\1/p' /proc/meminfo 2>/dev/null || true)"
    most=$((${memory:-4194304} / 1048576))
    [ "$most" -ge 1 ] || most=1
    [ "$cores" -le "$most" ] && echo "$cores" || echo "$most"
}

build() {
    # shellcheck disable=SC2086
    install_packages $packages
    mkdir -p build
    say "Configuring (preset dev)"
    if ! cmake --preset dev >build/configure.log 2>&1; then
        cat build/configure.log >&2
        fail "cmake could not configure the build (its own words are above)." \
            "After a change of compiler or Qt: rm -r build/dev, then try again."
    fi
    say "Building in build/dev"
    if [ $# -gt 0 ]; then
        cmake --build --preset dev --parallel "$(job_count)" --target "$@" ||
            fail "the build stopped at the error above."
    else
        cmake --build --preset dev --parallel "$(job_count)" || fail "the build stopped at the error above."
    fi
}

command="${1:-help}"
[ $# -eq 0 ] || shift
case "$command" in
    deps)
        [ "${1:-}" = ci ] || ci_packages=""
        # shellcheck disable=SC2086
        install_packages $packages $ci_packages
        say "All packages are there"
        ;;
    build)
        build "$@"
        ;;
    run)
        build pyrolens
        if [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; then
            say "Starting the inspector on its demo network"
            exec build/dev/bin/pyrolens --demo "$@"
        fi
        picture="$PWD/build/dev/pyrolens.png"
        rm -f "$picture"
        say "No display here (DISPLAY is not set): starting the inspector under Xvfb for a picture of its window"
        xvfb-run -a -s "-screen 0 1600x1000x24" \
            build/dev/bin/pyrolens --demo --screenshot "$picture" --quit-after-screenshot "$@" ||
            fail "the inspector ended with an error." "Its messages are above; build/dev/bin/pyrolens --help lists its options."
        [ -s "$picture" ] || fail "the inspector ended without a picture of its window."
        say "Picture of the window: $picture"
        ;;
    test)
        build
        say "Running the tests"
        ctest --preset dev "$@"
        ;;
    *)
        sed -n 's/^# \{0,1\}//; 5,11p' "$0"
        [ "$command" = help ] || [ "$command" = --help ] || fail "unknown command '$command'"
        ;;
esac
