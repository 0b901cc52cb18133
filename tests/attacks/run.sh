#!/usr/bin/env bash
# Runs the attacks at full length, kind by kind, and writes what came of them to results.tsv beside this file: kind, tried, failed, processor seconds, date,
# commit. Kinds that are named are run; without, all that have no line of this commit, so that what was interrupted goes on. --list names them.
#
#   tests/attacks/run.sh [--no-build] [KIND...]
#
# Those from outside (serve, kill, signal, option, disk, stream) need ./setup.sh and Python 3, those with disks and other users root besides.
set -uo pipefail
cd "$(dirname "$0")/../.."
order=()
# A kind, and how it is run: project and tests, or a script.
kind() { order+=("$1"); run[$1]=$2; }
declare -A run
kind tables "Runtime Any_bytes_are|HostileTableTests|HostileFormatTests"
kind properties "Runtime Quoted_fields|Every_finite_number|A_number_of_any_form|A_manifest_comes_back"
kind bundles "Runtime A_damaged_bundle|HostileFileTests"
kind signed "Runtime A_damaged_and_signed"
kind manifests "Runtime HostileManifestTests"
kind graphs "Runtime HostileGraphTests"
kind memory "Runtime PeakMemoryTests"
kind leaks "Runtime LeakTests"
kind faults "Runtime FaultTests"
kind streams "Runtime StandardStreamTests"
kind shards "Runtime HostileShardTests"
for script in tests/attacks/outside/[a-z]*_attacks.py; do
  name=$(basename "$script" _attacks.py)
  kind "${name//_/-}" "$script"
done

built=
[ "${1:-}" != --no-build ] || { built="Runtime Trainer"; shift; }
[ "${1:-}" != --list ] || { printf '%s\n' "${order[@]}"; exit 0; }
results=tests/attacks/results.tsv
commit=$(git rev-parse --short HEAD)
[ -f $results ] || printf 'kind\ttried\tfailed\tprocessor_seconds\tdate\tcommit\n' > $results
kinds=("$@")
if [ ${#kinds[@]} -eq 0 ]; then
  for name in "${order[@]}"; do grep -qP "^$name\t.*\t$commit$" $results || kinds+=("$name"); done
fi

build() { # project
  [[ $built != *$1* ]] || return 0
  built+=$1
  dotnet build "tests/MissBgm.$1.Tests" -c Release --nologo -v quiet > /dev/null || { echo "attacks: the tests do not build" >&2; exit 1; }
}

failed=0
TIMEFORMAT='%U %S'
for name in "${kinds[@]}"; do
  what=${run[$name]:?no such kind; --list names them}
  log=$(mktemp)
  if [[ $what == *.py ]]; then
    seconds=$( { time python3 -B "$what" > "$log" 2>&1; } 2>&1 | awk '{print int($1 + $2)}')
    read -r all bad <<< "$(sed -n 's/^tried: \([0-9]*\) failed: \([0-9]*\)$/\1 \2/p' "$log" | tail -1)"
  else
    read -r project names <<< "$what"
    build "$project"
    # Code that is compiled anew while it runs is no leak.
    compiled=1; [ "$name" != leaks ] || compiled=0
    seconds=$( { time DOTNET_TieredCompilation=$compiled MISSBGM_ATTACKS=long dotnet test "tests/MissBgm.$project.Tests/bin/Release/net10.0/MissBgm.$project.Tests.dll" --nologo --logger "console;verbosity=detailed" \
      --filter "FullyQualifiedName~${names//|/|FullyQualifiedName~}" > "$log" 2>&1; } 2>&1 | awk '{print int($1 + $2)}')
    # A test counts as many trials as it says that it has, or one.
    read -r all bad <<< "$(awk '/^  (Passed|Failed) /{n++; bad += $1 == "Failed"} /^ *tried: [0-9]+$/{n += $2 - 1} END{print n + 0, bad + 0}' "$log")"
  fi
  # What a test says of the memory that a process took.
  sed -n 's/^ *\([0-9]* MB\)$/\1/p' "$log" | sort -n | tail -1 | sed 's/^/most memory of a process: /'
  [ "${all:-0}" -gt 0 ] || bad=all
  [ "${bad:-all}" = 0 ] || { failed=1; cat "$log" >&2; }
  printf '%s\t%s\t%s\t%s\t%s\t%s\n' "$name" "${all:-0}" "${bad:-all}" "$seconds" "$(date -u +%F)" "$commit" | tee -a $results
  rm -f "$log"
done
exit $failed
