#!/usr/bin/env bash
# Runs all tests, then prints one line: "N passed, N failed". Sets the machine up first where that has not been done.
set -uo pipefail
cd "$(dirname "$0")"

[ -x bin/missbgm-train ] || ./setup.sh || exit 1
./tests/setup.sh || exit 1

passed=0 failed=0
results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT

echo "test: build"
dotnet build MissBgm.Toolchain.sln -c Release --nologo -v quiet || { echo "0 passed, 1 failed"; exit 1; }

for project in tests/MissBgm.*.Tests; do
  name=$(basename "$project")
  dotnet test "$project" -c Release --no-build --nologo --logger "trx;LogFileName=$name.trx" --results-directory "$results"
  counters=$(grep -o '<Counters [^>]*' "$results/$name.trx" 2>/dev/null) || counters=""
  count() { sed -n "s/.* $1=\"\([0-9]*\)\".*/\1/p" <<<"$counters"; }
  if [ -z "$counters" ]; then
    failed=$((failed + 1))
    echo "test: $name did not finish" >&2
    continue
  fi
  total=$(count total) ok=$(count passed) executed=$(count executed)
  passed=$((passed + ok))
  # Whatever ran and did not pass has failed (failed, error, timeout, aborted).
  failed=$((failed + executed - ok))
  skipped=$((${skipped:-0} + total - executed))
done

[ "${skipped:-0}" -gt 0 ] && echo "$skipped skipped (reasons above)"
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
