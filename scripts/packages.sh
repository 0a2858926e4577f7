# What building gust needs of the system, on Debian and Ubuntu: a C++ toolchain, LLVM 19 and its linker. Read by
# `bootstrap` and `test`; installs only what is missing.

apt_packages() {
    as_root=""
    [ "$(id -u)" = 0 ] || as_root=sudo
    $as_root apt-get update -q
    DEBIAN_FRONTEND=noninteractive $as_root apt-get install -qy --no-install-recommends "$@"
}

build_packages() {
    missing=""
    command -v cc >/dev/null 2>&1 && command -v c++ >/dev/null 2>&1 || missing="$missing build-essential"
    command -v llvm-config-19 >/dev/null 2>&1 && [ -e "$(llvm-config-19 --includedir)/llvm-c/Core.h" ] ||
        missing="$missing llvm-19-dev"
    command -v ld.lld-19 >/dev/null 2>&1 || missing="$missing lld-19"
    if [ -n "$missing" ]; then
        echo "installing$missing"
        # shellcheck disable=SC2086 # several words
        apt_packages $missing
    fi
}
