#!/usr/bin/env bash
# Installs what the toolchain needs, builds it and leaves the two programs in bin/: bin/missbgm and bin/missbgm-train.
#
#   ./setup.sh [--accelerator cpu|cuda] [--native]
#
# TorchSharp, libtorch and ONNX Runtime come from NuGet; cuda takes their CUDA builds. LIBTORCH=/path lets the trainer
# run on another libtorch, such as the one of a Python installation (.../site-packages/torch). --native compiles missbgm
# ahead of time, which needs clang: one file beside ONNX Runtime that starts at once; it draws SVG, not PNG.
set -euo pipefail
cd "$(dirname "$0")"

accelerator=cpu native=
usage() { sed -n '2,8s/^# \{0,1\}//p' "$0"; }
while [ $# -gt 0 ]; do
  case "$1" in
    --accelerator) accelerator="${2:-}"; shift; [ $# -eq 0 ] || shift ;;
    --native) native=yes; shift ;;
    -h|--help) usage; exit 0 ;;
    *) echo "setup: unknown option '$1'" >&2; usage >&2; exit 2 ;;
  esac
done
case "$accelerator" in cpu|cuda) ;; *) echo "setup: --accelerator is '$accelerator'; allowed are cpu and cuda" >&2; exit 2 ;; esac

[ -z "$native" ] || [ "$accelerator" = cpu ] || { echo "setup: --native goes with --accelerator cpu alone" >&2; exit 2; }

say() { printf 'setup: %s\n' "$*"; }
fail() { printf 'setup: %s\n' "$*" >&2; exit 2; }

if ! command -v dotnet >/dev/null || [ "$(dotnet --version 2>/dev/null | cut -d. -f1)" != 10 ]; then
  fail "the .NET 10 SDK is needed (dotnet --version says: $(dotnet --version 2>/dev/null || echo 'no dotnet')); see https://dot.net"
fi
if [ -n "${LIBTORCH:-}" ] && [ ! -f "$LIBTORCH/lib/libtorch_cpu.so" ]; then
  fail "LIBTORCH is '$LIBTORCH', and there is no lib/libtorch_cpu.so in it; name the folder of a libtorch, such as .../site-packages/torch"
fi

# trainer/native/prepare.sh says what these are for and where they are not needed.
ldconfig=$(command -v ldconfig || echo /sbin/ldconfig)
if ! "$ldconfig" -p | sed -n 's/.*libstdc++\.so\.6 .*x86-64.* => //p' | xargs -r grep -q GLIBCXX_3.4.32; then needed=(g++ patchelf binutils)
elif [ -n "${LIBTORCH:-}" ]; then needed=(patchelf)
else needed=(); fi
[ -z "$native" ] || needed+=(clang zlib1g-dev)
missing=()
for package in "${needed[@]}"; do
  case "$package" in
    binutils) command -v readelf >/dev/null || missing+=("$package") ;;
    zlib1g-dev) [ -f /usr/include/zlib.h ] || missing+=("$package") ;;
    *) command -v "$package" >/dev/null || missing+=("$package") ;;
  esac
done
if [ ${#missing[@]} -gt 0 ]; then
  command -v apt-get >/dev/null || fail "${missing[*]} is missing (TorchSharp's native library has to be fitted to this system's C++ library; --native needs a compiler); install it and run ./setup.sh again"
  say "installing Debian packages: ${missing[*]}"
  as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }
  { as_root apt-get update -qq && DEBIAN_FRONTEND=noninteractive as_root apt-get install -y -qq --no-install-recommends "${missing[@]}"; } >/dev/null ||
    fail "apt-get cannot install ${missing[*]} (what it says stands above); install it and run ./setup.sh again"
fi

# The defaults need no file.
rm -f Packages.local.props
if [ "$accelerator" != cpu ] || [ -n "${LIBTORCH:-}" ]; then
  cat > Packages.local.props <<XML
<Project>
  <PropertyGroup>
    <Accelerator>$accelerator</Accelerator>
    <LibTorch>${LIBTORCH:-}</LibTorch>
  </PropertyGroup>
</Project>
XML
  say "engines: $accelerator${LIBTORCH:+, libtorch of $LIBTORCH}"
fi

say "restoring packages"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
dotnet restore MissBgm.Toolchain.sln --nologo -v quiet > "$log" 2>&1 || {
  # NuGet repeats itself for every project.
  lacking=$(grep -oE 'Unable to find (a stable )?package [^.]*(\.[^ ]+)*' "$log" | sed 's/^Unable to find a\{0,1\} \{0,1\}\(stable \)\{0,1\}package //; s/[. ]*$//' | cut -d' ' -f1 | sort -u | paste -sd' ')
  [ -z "$lacking" ] || fail "your NuGet sources do not serve: $lacking (dotnet nuget list source shows them)$([ "$accelerator" = cuda ] && echo '; with --accelerator cuda, LIBTORCH=/path names a CUDA libtorch that is there already, and --accelerator cpu needs none')"
  grep -E 'error' "$log" | sort -u | head -n 3 >&2
  fail "NuGet could not restore the packages"
}

say "building"
publish() { # project, name of the program, options
  dotnet publish "$1" -c Release -o "bin/$2.app" --nologo -v quiet "${@:3}"
  ln -sfn "$2.app/$2" "bin/$2"
}
rm -rf bin/missbgm.app bin/missbgm-train.app
mkdir -p bin
publish runtime/MissBgm.Runtime.Cli missbgm ${native:+-p:Native=true}
# The service stands beside the program, of which it shares most files.
dotnet publish runtime/MissBgm.Service -c Release -o bin/missbgm.app --nologo -v quiet
publish trainer/MissBgm.Trainer.Cli missbgm-train
say "ready: bin/missbgm, bin/missbgm-train"
