#!/usr/bin/env bash
# Why this folder exists: TorchSharp's native library was linked against GCC 13's C++ library and needs one symbol of it,
# std::ios_base::library_init (version GLIBCXX_3.4.32), which Debian 12 (GCC 12) lacks. When it can go: when the systems we
# support have GCC 13's library (Debian 13 has), or TorchSharp is linked against an older one.
#
#   prepare.sh LIBRARY FOLDER [LIBTORCH]
#
# Leaves in FOLDER what is to stand beside the program in LIBRARY's place: a copy of LIBRARY that asks for a small library
# with that symbol, and that library; nothing where LIBRARY loads as it is. With LIBTORCH the copy finds libtorch there,
# as in a Python installation's site-packages/torch. LIBRARY itself, in the user's package cache, is never touched.
set -euo pipefail
library=$1 folder=$2 libtorch=${3:-}
here=$(cd "$(dirname "$0")" && pwd)

fail() { echo "prepare.sh: error : $*" >&2; exit 1; } # In the form that MSBuild reports as an error.
need() { command -v "$1" >/dev/null || fail "$1 is missing, and $(basename "$library") cannot be fitted to this system without it; install it (Debian: apt-get install $1) or run ./setup.sh"; }

work=$(mktemp -d "$(dirname "$folder")/.prepare.XXXXXX")
trap 'rm -rf "$work"' EXIT

# Not on everybody's PATH.
ldconfig=$(command -v ldconfig || echo /sbin/ldconfig)
libstdcxx=$({ "$ldconfig" -p 2>/dev/null || true; } | sed -n 's/.*libstdc++\.so\.6 .*x86-64.* => //p' | head -n 1)
libstdcxx=${libstdcxx:-/lib/x86_64-linux-gnu/libstdc++.so.6}
[ -f "$libstdcxx" ] || fail "the C++ library libstdc++.so.6 is missing; install it (Debian: apt-get install libstdc++6)"

if ! grep -q GLIBCXX_3.4.32 "$libstdcxx"; then
  need g++; need patchelf; need readelf
  cp "$library" "$work/"
  chmod u+w "$work/$(basename "$library")"
  # patchelf rewrites the file name in the library's version needs too, so the small library defines every version that is
  # asked for; the empty ones do, since their symbols are found in the system's library, which the small one needs.
  readelf -V "$library" | grep -oE 'Name: (GLIBCXX|CXXABI)[_0-9.]+' | cut -d' ' -f2 | grep -v '3.4.32$' | sort -u | sed 's/$/ { };/' > "$work/versions.map"
  echo 'GLIBCXX_3.4.32 { global: _ZSt21ios_base_library_initv; local: *; };' >> "$work/versions.map"
  g++ -shared -fPIC -O2 -o "$work/libstdcxx_compat.so" "$here/ios_init.cpp" -Wl,--version-script="$work/versions.map" -Wl,-soname,libstdcxx_compat.so
  patchelf --replace-needed libstdc++.so.6 libstdcxx_compat.so "$work/$(basename "$library")"
  rm "$work/versions.map"
fi
if [ -n "$libtorch" ]; then
  need patchelf
  [ -f "$libtorch/lib/libtorch_cpu.so" ] || fail "LIBTORCH is '$libtorch', and there is no lib/libtorch_cpu.so in it; name the folder of a libtorch, such as .../site-packages/torch"
  [ -f "$work/$(basename "$library")" ] || cp "$library" "$work/"
  chmod u+w "$work/$(basename "$library")"
  patchelf --set-rpath "\$ORIGIN:$libtorch/lib" "$work/$(basename "$library")"
fi
chmod 755 "$work"
# Another build may have been quicker.
mv -T "$work" "$folder" 2>/dev/null || [ -d "$folder" ]
