#!/usr/bin/env bash
# Imputes a table on a Slurm cluster: an array job of shards, and a job that puts them together.
#
#   ./submit.sh MODEL TABLE.csv COMPLETED.csv SHARDS [options of missbgm impute, such as --draws 500 --seed 1]
#
# Beside COMPLETED.csv come COMPLETED.cells.csv and the folder COMPLETED.parts with the shards, their records and the jobs' logs. Run it
# again with the same arguments, and only the shards that are not there yet are imputed. The paths must be the same on all nodes; MISSBGM names
# the program if it is not in the PATH, SBATCH_* variables (SBATCH_PARTITION, SBATCH_ACCOUNT, SBATCH_MEM_PER_CPU) are Slurm's own.
set -euo pipefail
[ $# -ge 4 ] || { sed -n '2,8s/^# \{0,1\}//p' "$0" >&2; exit 2; }

here=$(cd "$(dirname "$0")" && pwd)
MODEL=$(realpath "$1") DATA=$(realpath "$2") OUT=$(realpath -m "$3") SHARDS=$4
shift 4
PARTS="${OUT%.csv}.parts"
mkdir -p "$PARTS"
export MODEL DATA OUT SHARDS PARTS

lacking=()
for shard in $(seq "$SHARDS"); do [ -f "$PARTS/$shard/record.json" ] || lacking+=("$shard"); done
dependency=()
if [ ${#lacking[@]} -gt 0 ]; then
  array=$(sbatch --parsable --export=ALL --array="$(IFS=,; echo "${lacking[*]}")" --output="$PARTS/shard-%a.log" "$here/impute.sbatch" "$@")
  dependency=(--dependency="afterany:${array%%;*}")
  echo "submit: shards ${lacking[*]} of $SHARDS are job $array"
fi
merge=$(sbatch --parsable --export=ALL "${dependency[@]}" --output="$PARTS/merge.log" "$here/merge.sbatch")
echo "submit: job $merge puts them together: $OUT"
