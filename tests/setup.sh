#!/usr/bin/env bash
# Installs what only the tests need.
set -euo pipefail
cd "$(dirname "$0")/.."

as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }

# ONNX's own checker, pandas to read and write tables, scikit-learn and a native compiler for the bindings, strace to see what a run opens, and a browser for examples/browser and reports.
needed=()
for package in python3-onnx python3-pandas python3-sklearn clang zlib1g-dev strace chromium; do
  dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || needed+=("$package")
done
if [ ${#needed[@]} -gt 0 ]; then
  echo "tests: installing Debian packages: ${needed[*]}"
  as_root apt-get update -qq
  DEBIAN_FRONTEND=noninteractive as_root apt-get install -y -qq --no-install-recommends "${needed[@]}" >/dev/null
fi

# What is compiled ahead of time: the library for other languages and the program, which tests load and run.
compile() { # project, result, sources
  [ -f "$2" ] && [ -z "$(find "${@:3}" -name '*.cs' -newer "$2" -not -path '*/obj/*' -print -quit)" ] && return
  echo "tests: building $2"
  dotnet publish "$1" -c Release -p:Native=true -o "$(dirname "$2")" --nologo -v quiet
}
compile bindings/c bin/lib/libmissbgm.so runtime/MissBgm.Runtime bindings/c
compile runtime/MissBgm.Runtime.Cli bin/native/missbgm runtime

for example in examples/node examples/browser tests/pages; do
  (cd "$example" && cmp -s package-lock.json node_modules/.missbgm-lock || { npm ci --ignore-scripts --no-audit --no-fund --loglevel=error && cp package-lock.json node_modules/.missbgm-lock; })
done
