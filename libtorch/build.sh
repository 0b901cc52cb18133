#!/usr/bin/env bash
# Builds libtorch/build/libmissbgm_torch.so, the C ABI that the TorchSharp assembly calls.
#
#   ./libtorch/build.sh                                   against Debian's libtorch-dev
#   LIBTORCH=.../site-packages/torch ./libtorch/build.sh  against any libtorch with headers, CUDA or not
#
# CXX and CXXFLAGS are honoured (CXXFLAGS=-std=c++20 for a libtorch that wants it).
# Does nothing where the library is newer than the source and was built against the same libtorch.
set -euo pipefail
cd "$(dirname "$0")"

root=${LIBTORCH:-/usr}
output=build/libmissbgm_torch.so
stamp=build/libtorch-root

if [ -d "$root/lib/x86_64-linux-gnu" ] && [ -e "$root/lib/x86_64-linux-gnu/libtorch_cpu.so" ]; then
  libraries=$root/lib/x86_64-linux-gnu
else
  libraries=$root/lib
fi
if [ ! -e "$root/include/ATen/ATen.h" ] || [ ! -e "$libraries/libtorch_cpu.so" ]; then
  echo "libtorch: no headers and library under '$root' (looked for include/ATen/ATen.h and $libraries/libtorch_cpu.so)." >&2
  echo "libtorch: install Debian's libtorch-dev and libopenblas0-openmp, or set LIBTORCH to a libtorch folder." >&2
  exit 1
fi

if [ "$output" -nt bridge/bridge.cpp ] && [ "$output" -nt build.sh ] && [ "$(cat "$stamp" 2>/dev/null)" = "$root" ]; then
  echo "libtorch: $output is up to date"
  exit 0
fi

flags=(-O2 -std=c++17 -shared -fPIC -fvisibility=hidden -Wall)
link=(-L"$libraries" -Wl,--no-as-needed -ltorch_cpu -lc10)
if [ "$root" != /usr ]; then
  flags+=(-isystem "$root/include")
  link+=("-Wl,-rpath,$libraries")
fi
if [ -e "$libraries/libtorch_cuda.so" ]; then
  link+=(-ltorch_cuda -lc10_cuda)
fi
# Older Python wheels of torch are compiled with the C++ ABI before C++11, and so must be what links with them.
if ! nm -DC "$libraries/libc10.so" | grep 'std::__cxx11::basic_string' >/dev/null; then
  flags+=(-D_GLIBCXX_USE_CXX11_ABI=0)
fi

mkdir -p build
echo "libtorch: building $output against $root"
# shellcheck disable=SC2086 # CXXFLAGS is a list of options
"${CXX:-g++}" "${flags[@]}" ${CXXFLAGS:-} bridge/bridge.cpp "${link[@]}" -o "$output.new"
mv "$output.new" "$output"
echo "$root" > "$stamp"
