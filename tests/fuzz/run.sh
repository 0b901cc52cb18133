#!/usr/bin/env bash
# Fuzzes what reads foreign bytes, guided by coverage (SharpFuzz, libFuzzer), from the seeds in corpus/.
#
#   tests/fuzz/run.sh [SECONDS EACH] [TARGET...]     table, number, manifest, graph; 150 seconds each by default
#
# LIBFUZZER_DOTNET names the driver: libfuzzer-dotnet of github.com/Metalnem/libfuzzer-dotnet, which is one file
# (clang -fsanitize=fuzzer libfuzzer-dotnet.cc -o libfuzzer-dotnet). What breaks a target is left in OUT/crashes
# (OUT, else a folder under the temporary one); the input grown meanwhile in OUT/corpus.
set -euo pipefail
cd "$(dirname "$0")"
driver=${LIBFUZZER_DOTNET:-$(command -v libfuzzer-dotnet || true)}
[ -x "$driver" ] || { echo "fuzz: name libFuzzer's driver in LIBFUZZER_DOTNET (see the head of this file)" >&2; exit 2; }
seconds=${1:-150}; shift || true
targets=("$@"); [ ${#targets[@]} -gt 0 ] || targets=(table number manifest graph)
out=${OUT:-$(mktemp -d)}; mkdir -p "$out/crashes"

dotnet tool restore > /dev/null
dotnet publish MissBgm.Fuzz.csproj -c Release -o "$out/app" --nologo -v quiet
dotnet sharpfuzz "$out/app/MissBgm.Runtime.dll" || true

failed=0
for target in "${targets[@]}"; do
  mkdir -p "$out/corpus/$target"
  "$driver" --target_path="$out/app/MissBgm.Fuzz" --target_arg="$target" -max_total_time="$seconds" -timeout=10 -max_len=16384 \
    -artifact_prefix="$out/crashes/$target-" -print_final_stats=1 "$out/corpus/$target" "corpus/$target" > "$out/$target.log" 2>&1 || failed=1
  echo "$target: $(sed -n 's/^stat::number_of_executed_units: *//p' "$out/$target.log") runs in $seconds s, $(ls "$out/crashes" | grep -c "^$target-" || true) inputs that break it"
done
echo "fuzz: logs, crashes and grown corpus in $out"
exit $failed
