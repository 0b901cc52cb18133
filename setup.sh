#!/usr/bin/env bash
# Installs what the toolchain needs, builds it and leaves the two programs in bin/: bin/missbgm and bin/missbgm-train.
#
#   ./setup.sh [--packages nuget|system] [--accelerator cpu|cuda]
#
# The two engines, TorchSharp and ONNX Runtime, come from NuGet where they can be restored and run ("nuget"), otherwise
# from Debian's libtorch and npm's ONNX Runtime ("system"). --packages forces one. With "system", LIBTORCH=/path names another libtorch than Debian's.
set -euo pipefail
cd "$(dirname "$0")"

packages="" accelerator=cpu
usage() { sed -n '2,7s/^# \{0,1\}//p' "$0"; }
while [ $# -gt 0 ]; do
  case "$1" in
    --packages) packages="${2:-}"; shift 2 ;;
    --accelerator) accelerator="${2:-}"; shift 2 ;;
    -h|--help) usage; exit 0 ;;
    *) echo "setup: unknown option '$1'" >&2; usage >&2; exit 2 ;;
  esac
done
case "$packages" in ""|nuget|system) ;; *) echo "setup: --packages is '$packages'; allowed are nuget and system" >&2; exit 2 ;; esac
case "$accelerator" in cpu|cuda) ;; *) echo "setup: --accelerator is '$accelerator'; allowed are cpu and cuda" >&2; exit 2 ;; esac

say() { printf 'setup: %s\n' "$*"; }

if ! command -v dotnet >/dev/null || [ "$(dotnet --version 2>/dev/null | cut -d. -f1)" != 10 ]; then
  echo "setup: the .NET 10 SDK is needed (dotnet --version says: $(dotnet --version 2>/dev/null || echo 'no dotnet')); see https://dot.net" >&2
  exit 2
fi

# nuget, if the two engines can be restored from the configured NuGet sources and then run: TorchSharp's native library needs a newer C++
# library (GCC 13's) than Debian 12 has.
engines_run_from_nuget() {
  local probe version
  probe=$(mktemp -d)
  version() { sed -n "s/.*Include=\"$1\" Version=\"\([^\"]*\)\".*/\1/p" Directory.Packages.props; }
  cat > "$probe/probe.csproj" <<XML
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <TargetFramework>net10.0</TargetFramework>
    <OutputType>Exe</OutputType>
    <RuntimeIdentifier>linux-x64</RuntimeIdentifier>
    <SelfContained>false</SelfContained>
    <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
  </PropertyGroup>
  <ItemGroup>
    <PackageReference Include="TorchSharp-cpu" Version="$(version TorchSharp-cpu)" />
    <PackageReference Include="Microsoft.ML.OnnxRuntime" Version="$(version Microsoft.ML.OnnxRuntime)" />
  </ItemGroup>
</Project>
XML
  cat > "$probe/Probe.cs" <<'CS'
System.Console.WriteLine(TorchSharp.torch.ones(2).sum().item<float>() + Microsoft.ML.OnnxRuntime.OrtEnv.Instance().GetVersionString());
CS
  timeout 600 dotnet run --project "$probe" > "$probe/log" 2>&1
  local result=$?
  # In words why not: the first complaint of the linker, of NuGet, or of the program.
  [ $result -eq 0 ] || why=$({ ldd "$probe"/bin/*/*/*/libLibTorchSharp.so 2>&1 || true; cat "$probe/log"; } |
    grep -m 1 -o -e 'error NU[0-9]*: [^[]*' -e "version .GLIBCXX_[0-9.]*' not found" -e 'Unhandled exception.*' | cut -c 1-160)
  rm -rf "$probe"
  return $result
}

if [ -z "$packages" ]; then
  why=""
  if engines_run_from_nuget; then packages=nuget; else packages=system; fi
  say "engines from: $packages (found by trying NuGet${why:+, which says: $why}; --packages overrides)"
else
  say "engines from: $packages (as asked)"
fi
cat > Packages.local.props <<XML
<Project>
  <PropertyGroup>
    <Packages>$packages</Packages>
    <Accelerator>$accelerator</Accelerator>
  </PropertyGroup>
</Project>
XML

as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }

install_debian_packages() {
  local missing=()
  for package in "$@"; do
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
  done
  [ ${#missing[@]} -eq 0 ] && return
  say "installing Debian packages: ${missing[*]}"
  as_root apt-get update -qq
  DEBIAN_FRONTEND=noninteractive as_root apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}

if [ "$packages" = system ]; then
  # LIBTORCH names a libtorch that is there already, such as the CUDA one of a Python installation (.../site-packages/torch).
  needed=()
  [ -n "${LIBTORCH:-}" ] || needed+=(libtorch-dev libopenblas0-openmp)
  command -v g++ >/dev/null || needed+=(g++)
  command -v npm >/dev/null || needed+=(nodejs npm)
  [ ${#needed[@]} -eq 0 ] || install_debian_packages "${needed[@]}"
  say "ONNX Runtime from npm"
  # The lock file pins the versions; scripts are off because one tries a download that fails offline.
  (cd onnxruntime && cmp -s package-lock.json node_modules/.missbgm-lock || { npm ci --ignore-scripts --no-audit --no-fund --loglevel=error && cp package-lock.json node_modules/.missbgm-lock; })
  say "libtorch bridge"
  libtorch/build.sh
fi

say "building"
publish() { # project, name of the program
  dotnet publish "$1" -c Release -o "bin/$2.app" --nologo -v quiet
  ln -sfn "$2.app/$2" "bin/$2"
}
mkdir -p bin
publish runtime/MissBgm.Runtime.Cli missbgm
publish trainer/MissBgm.Trainer.Cli missbgm-train
say "ready: bin/missbgm, bin/missbgm-train"
