#!/usr/bin/env bash
# Fits and imputes a table of 20 columns of as many rows as one asks for, on one thread; prints processor seconds and the largest memory.
#
#   bench/scale/run.sh [ROWS...] [--fit]
#
# Needs ./setup.sh and GNU time. A model of 5,000 rows (linear, no draws of parameters) imputes modes; --fit fits each whole table too, with all
# defaults but the mechanism, and 100,000 rows of a table of more than a million.
set -euo pipefail
cd "$(dirname "$0")/../.."
work=$(mktemp -d) fit= rows=()
trap 'rm -rf "$work"' EXIT
for argument in "$@"; do if [ "$argument" = --fit ]; then fit=yes; else rows+=("$argument"); fi; done
[ ${#rows[@]} -gt 0 ] || rows=(1000000)
measured() { # what, command...
  local what=$1
  shift
  /usr/bin/time -f "%U %S %M" -o "$work/time" "$@" > "$work/log" 2>&1 || { cat "$work/log" >&2; exit 1; }
  awk -v what="$what" '{ printf "| %s | %.1f | %.0f |\n", what, $1 + $2, $3 / 1024 }' "$work/time"
}

bench/scale/table.py 100000 > "$work/part.csv"
printf 'mechanism: ignorable\ncollapsed: {generator: linear, proper: false}\n' > "$work/linear.yaml"
bin/missbgm-train fit --data "$work/part.csv" --sample-rows 5000 --config "$work/linear.yaml" --out "$work/model" --quiet > /dev/null
echo "| | processor s | MB |"
echo "|---|---|---|"
for count in "${rows[@]}"; do
  bench/scale/table.py "$count" > "$work/table.csv"
  measured "impute, $count rows" bin/missbgm impute --model "$work/model" --data "$work/table.csv" --out "$work/out.csv" --map-only --threads 1 --quiet
  sample=$([ "$count" -le 1000000 ] || echo "--sample-rows 100000")
  [ -z "$fit" ] || measured "fit, $count rows${sample:+ ($sample)}" bin/missbgm-train fit $sample --data "$work/table.csv" --mechanism ignorable --out "$work/whole" --quiet
done
