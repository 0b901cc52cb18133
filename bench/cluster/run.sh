#!/usr/bin/env bash
# A Slurm cluster of two nodes on this machine: imputes a table in shards by examples/slurm, kills a node amid them, and compares every byte with one
# process's.
#
#   bench/cluster/run.sh [ROWS] [SHARDS] [DRAWS]
#
# Needs Debian's slurm-wlm and munge, and root; leaves nothing running. What it prints is the result.
set -euo pipefail
cd "$(dirname "$0")/../.."
rows=${1:-4096} shards=${2:-4} draws=${3:-300}
work=$(mktemp -d /tmp/missbgm-cluster.XXXXXX)
export SLURM_CONF="$work/slurm.conf" MISSBGM="$PWD/bin/missbgm"
now() { date +%s.%N; }
since() { awk "BEGIN { printf \"%.1f\", $(now) - $1 }"; }

cat > "$SLURM_CONF" <<CONF
ClusterName=missbgm
SlurmctldHost=$(hostname -s)(127.0.0.1)
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
# A job that is given back to the queue waits until its credential has expired.
AuthInfo=socket=$work/munge.socket,cred_expire=15
CredType=cred/munge
SlurmctldPort=36817
StateSaveLocation=$work/state
SlurmdSpoolDir=$work/spool-%n
SlurmctldPidFile=$work/slurmctld.pid
SlurmdPidFile=$work/slurmd-%n.pid
SlurmctldLogFile=$work/slurmctld.log
SlurmdLogFile=$work/slurmd-%n.log
ProctrackType=proctrack/pgid
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SchedulerType=sched/backfill
SlurmdTimeout=10
MessageTimeout=5
ReturnToService=2
MpiDefault=none
SwitchType=switch/none
NodeName=one NodeHostname=$(hostname -s) NodeAddr=127.0.0.1 Port=36818 CPUs=1 State=UNKNOWN
NodeName=two NodeHostname=$(hostname -s) NodeAddr=127.0.0.1 Port=36819 CPUs=1 State=UNKNOWN
PartitionName=all Nodes=one,two Default=YES MaxTime=INFINITE State=UP
CONF
mkdir -p "$work/state" "$work/spool-one" "$work/spool-two"

pids=()
end() { { timeout 5 scancel -u "$(id -un)" && sleep 1; for pid in "${pids[@]}"; do kill -9 "$pid" 2>/dev/null || true; done; wait; } 2>/dev/null; }
trap end EXIT
dd if=/dev/urandom of="$work/munge.key" bs=1024 count=1 status=none
chmod 400 "$work/munge.key"
chmod 755 "$work"
munged --foreground --force --key-file="$work/munge.key" --socket="$work/munge.socket" --pid-file="$work/munged.pid" \
  --seed-file="$work/munge.seed" --log-file="$work/munged.log" > /dev/null 2>&1 & pids+=($!)
for _ in $(seq 100); do [ ! -S "$work/munge.socket" ] || break; sleep 0.1; done
slurmctld -D -c > /dev/null 2>&1 & pids+=($!)
sleep 1
slurmd -D -N one > /dev/null 2>&1 & pids+=($!)
# What runs on this node dies with it, as when its power is cut: it has a process namespace of its own.
unshare --pid --fork --mount-proc --kill-child slurmd -D -N two > /dev/null 2>&1 & node=$!; pids+=("$node")
for _ in $(seq 100); do [ "$(sinfo -h -t idle -o %D 2>/dev/null)" != 2 ] || break; sleep 0.2; done
[ "$(sinfo -h -t idle -o %D)" = 2 ] || { tail -n 5 "$work"/*.log >&2; echo "cluster: the nodes do not come up" >&2; exit 1; }

# One table of the paper's simulation, and a quick fit of its first rows; the cluster has the rest to impute as well.
bin/missbgm-train simulate --kind oracle --rows "$rows" --columns 10 --rate 0.3 --out "$work/data" --quiet > /dev/null
head -n 501 "$work/data/incomplete.csv" > "$work/fit.csv"
bin/missbgm-train fit --data "$work/fit.csv" --out "$work/model" --mechanism ignorable --quiet > /dev/null
data="$work/data/incomplete.csv" options=(--draws "$draws" --burn-in "$draws" --chains 4 --sampler joint)

start=$(now)
bin/missbgm impute --model "$work/model" --data "$data" --out "$work/one.csv" --intervals "$work/one.cells.csv" --threads 1 --quiet "${options[@]}" > /dev/null
echo "cluster: $rows rows, one process of one thread: $(since "$start") s"

jobs() { squeue -h -o %i 2>/dev/null | wc -l; }
complete() { # name
  while [ "$(jobs)" -gt 0 ]; do sleep 0.5; done
  cmp "$work/one.csv" "$work/$1.csv" && cmp "$work/one.cells.csv" "$work/$1.cells.csv"
  echo "cluster: $1: $(since "$start") s, every byte the same"
}

start=$(now)
examples/slurm/submit.sh "$work/model" "$data" "$work/two-nodes.csv" "$shards" "${options[@]}"
complete two-nodes

start=$(now)
examples/slurm/submit.sh "$work/model" "$data" "$work/one-killed.csv" "$shards" "${options[@]}"
for _ in $(seq 600); do [ "$(squeue -h -t R -w two -o %i | wc -l)" -eq 0 ] || break; sleep 0.1; done
sleep 2
job=$(squeue -h -t R -w two -o %i)
kill -9 "$node"
echo "cluster: node two killed after $(since "$start") s, with shard ${job#*_} on it"
complete one-killed
sinfo -h -N -o '%N %T' | sed 's/^/cluster: node /'
end
rm -rf "$work"
