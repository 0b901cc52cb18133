#!/usr/bin/env bash
# Runs the attacks at full length, kind by kind, and writes what came of them to results.tsv beside this file:
# kind, tests, failed, processor seconds, date and commit. Kinds that are named are run; without, all.
#
#   tests/attacks/run.sh [KIND...]     tables bundles signed manifests graphs memory leaks faults streams shards impute-kills pretrain-kills fit-kills
set -uo pipefail
cd "$(dirname "$0")/../.."
declare -A filter=(
  [tables]="Runtime A_table|Any_bytes_are|HostileTableTests|HostileFormatTests" [bundles]="Runtime A_damaged_bundle|HostileFileTests"
  [signed]="Runtime A_damaged_and_signed" [manifests]="Runtime HostileManifestTests" [graphs]="Runtime HostileGraphTests"
  [memory]="Runtime PeakMemoryTests" [leaks]="Runtime LeakTests" [faults]="Runtime FaultTests" [streams]="Runtime StandardStreamTests"
  [shards]="Runtime HostileShardTests" [impute-kills]="Trainer A_killed_imputation" [pretrain-kills]="Trainer A_killed_pretraining"
  [fit-kills]="Trainer EqualFitTests"
)
kinds=("$@"); [ ${#kinds[@]} -gt 0 ] || kinds=(tables bundles signed manifests graphs memory leaks faults streams shards impute-kills pretrain-kills fit-kills)
results=tests/attacks/results.tsv
[ -f $results ] || printf 'kind\ttests\tfailed\tprocessor_seconds\tdate\tcommit\n' > $results
for project in Runtime Trainer; do
  dotnet build "tests/MissBgm.$project.Tests" -c Release --nologo -v quiet > /dev/null || { echo "attacks: the tests do not build" >&2; exit 1; }
done
failed=0
TIMEFORMAT='%U %S'
for kind in "${kinds[@]}"; do
  read -r project names <<< "${filter[$kind]:?no such kind}"
  log=$(mktemp)
  seconds=$( { time MISSBGM_ATTACKS=long dotnet test "tests/MissBgm.$project.Tests" -c Release --no-build --nologo \
    --filter "FullyQualifiedName~${names//|/|FullyQualifiedName~}" > "$log" 2>&1; } 2>&1 | awk '{print int($1 + $2)}')
  read -r bad all <<< "$(sed -n 's/.*Failed: *\([0-9]*\),.*Total: *\([0-9]*\),.*/\1 \2/p' "$log")"
  [ "${bad:-1}" = 0 ] || { failed=1; cat "$log"; }
  printf '%s\t%s\t%s\t%s\t%s\t%s\n' "$kind" "${all:-0}" "${bad:-all}" "$seconds" "$(date -u +%F)" "$(git rev-parse --short HEAD)" | tee -a $results
done
exit $failed
