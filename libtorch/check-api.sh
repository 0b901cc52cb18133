#!/usr/bin/env bash
# Checks that what is written against libtorch/TorchSharp also fits the genuine package: compiles the trainer
# and the tests of libtorch/ against a genuine TorchSharp.dll, without running anything.
#
#   ./libtorch/check-api.sh /path/to/TorchSharp.dll
#
# The assembly lies in the TorchSharp NuGet package (lib/net8.0/TorchSharp.dll), or comes from building src/TorchSharp of
# https://github.com/dotnet/TorchSharp. Builds go to a folder of their own, so ordinary builds are left as they are.
set -euo pipefail
cd "$(dirname "$0")/.."

if [ $# -ne 1 ] || [ ! -f "$1" ]; then
  echo "usage: libtorch/check-api.sh /path/to/genuine/TorchSharp.dll" >&2
  exit 2
fi
genuine=$(realpath "$1")
artifacts=$(mktemp -d)
trap 'rm -rf "$artifacts"' EXIT

for project in trainer/MissBgm.Trainer tests/MissBgm.LibTorch.Tests; do
  echo "libtorch: compiling $project against $genuine"
  # No lock file: the references differ from the locked ones by the one that is exchanged.
  dotnet build "$project" -c Release --nologo -v quiet --artifacts-path "$artifacts" -p:TorchSharpDll="$genuine" \
    -p:RestorePackagesWithLockFile=false -p:NuGetLockFilePath=unlocked.json
done
echo "libtorch: everything compiles against the genuine API"
