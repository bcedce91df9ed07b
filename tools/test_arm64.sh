#!/usr/bin/env bash
# test_arm64.sh FOLDER [FILTER]: builds the kernels' tests and the golden tests for ARM64 and runs them under QEMU's emulation,
# which has NEON; FILTER picks golden tests as --gtest_filter does. FOLDER keeps Debian's libraries for ARM64 (560 MB) and
# the build. On Debian 12 it needs `apt-get install g++-12-aarch64-linux-gnu mmdebstrap qemu-user-static`, root, and the model
# of ./quickstart. The golden tests take half an hour on two cores.
. "$(dirname "${BASH_SOURCE[0]}")/setup.sh"
[ $# -ge 1 ] || die "name a folder for ARM64's libraries and the build"
mkdir -p "$1"
folder=$(cd "$1" && pwd) filter=${2:-*}
for command in aarch64-linux-gnu-g++-12 mmdebstrap qemu-aarch64-static cmake ninja; do
  [ -n "$(command -v "$command")" ] || die "$command is missing: apt-get install g++-12-aarch64-linux-gnu mmdebstrap qemu-user-static"
done

arm=$folder/root tests=$folder/build/bin
if [ ! -e "$folder/root-is-whole" ]; then
  rm -rf --one-file-system "$arm"
  libraries=$(packages_of build | grep -- '-dev$' | paste -sd, -)
  # Unpacked only: nothing of it is run but libraries.
  step "ARM64's libraries" arm64-root mmdebstrap --variant=extract --architectures=arm64 --skip=check/qemu --include="$libraries" bookworm "$arm"
  touch "$folder/root-is-whole"
fi
cat >"$folder/toolchain.cmake" <<END
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR aarch64)
set(CMAKE_C_COMPILER aarch64-linux-gnu-gcc-12)
set(CMAKE_CXX_COMPILER aarch64-linux-gnu-g++-12)
set(CMAKE_SYSROOT $arm)
set(CMAKE_FIND_ROOT_PATH $arm)
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)
END
# What libraries need themselves is looked for there, too.
export PKG_CONFIG_SYSROOT_DIR=$arm PKG_CONFIG_LIBDIR=$arm/usr/lib/aarch64-linux-gnu/pkgconfig:$arm/usr/share/pkgconfig
step "configuring" arm64-configure cmake -S "$root" -B "$folder/build" -G Ninja -DCMAKE_TOOLCHAIN_FILE="$folder/toolchain.cmake" \
  -DCMAKE_BUILD_TYPE=Release -DLITETTS_WEB=OFF -DLITETTS_BENCHES=OFF \
  -DCMAKE_CXX_FLAGS="-Wl,-rpath-link,$arm/usr/lib/aarch64-linux-gnu:$arm/lib/aarch64-linux-gnu"
kernels=$(awk '$1 == "TESTS" { $1 = ""; print }' "$root/src/kernels/CMakeLists.txt")
# shellcheck disable=SC2086
step "building" arm64-build cmake --build "$folder/build" --target golden_test $kernels

cd "$root"
failed=
run() {  # NAME PROGRAM [FILTER]
  local started=$SECONDS log=$logs/arm64-tests.log
  if qemu-aarch64-static -L "$arm" "$tests/$2" --gtest_filter="${3:-*}" >"$log" 2>&1; then
    say "$1: passed, $((SECONDS - started)) s$(sed -n 's/^\[  SKIPPED \] \([^ ,]*\)$/; skipped \1/p' "$log" | sort -u | tr -d '\n')"
  else
    tail -n 20 "$log" >&2
    say "$1: FAILED"
    failed=yes
  fi
}
for test in $kernels; do run "$test" "$test"; done
# One by one, so that each tells how it went.
for test in $(qemu-aarch64-static -L "$arm" "$tests/golden_test" --gtest_list_tests --gtest_filter="$filter" |
  awk '/^[^ ]/ { suite = $1 } /^ / { print suite $1 }'); do
  run "$test" golden_test "$test"
done
[ -z "$failed" ]
