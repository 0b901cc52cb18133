#!/usr/bin/env bash
# Load on missbgm serve: requests a second and latencies, memory after many requests, what SIGTERM under load loses, and the cold start.
#
#   bench/service/run.sh [--seconds 10] [--requests 100000] [--signals 20] [--work FOLDER] [--parts speed,memory,signals,start] \
#     [--models wine,n5000_p50]
#
# Needs Debian's wrk, node and curl, and ./setup.sh. The models are fitted once into FOLDER (default /tmp/missbgm-service). Prints Markdown.
set -euo pipefail
cd "$(dirname "$0")/../.."
seconds=10 requests=100000 signals=20 work=/tmp/missbgm-service parts=speed,memory,signals,start models=wine,n5000_p50
while [ $# -gt 0 ]; do
  case "$1" in
    --seconds) seconds=$2 ;; --requests) requests=$2 ;; --signals) signals=$2 ;; --work) work=$2 ;; --parts) parts=$2 ;; --models) models=$2 ;;
    *) sed -n '2,8s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
  esac
  shift 2
done
for program in wrk node curl; do command -v $program > /dev/null || { echo "service: $program is missing" >&2; exit 2; }; done
mkdir -p "$work"
port=18431
url=http://127.0.0.1:$port

fit() { # name, table
  [ -f "$work/$1/manifest.json" ] || bin/missbgm-train fit --data "$2" --out "$work/$1" --quiet > /dev/null
}
body() { # name, table, rows: the first rows with a gap, as JSON
  node -e '
    const [table, count] = process.argv.slice(1);
    const [header, ...lines] = require("fs").readFileSync(table, "utf8").trim().split("\n").map(line => line.split(","));
    const rows = lines.filter(line => line.includes("")).slice(0, Number(count));
    console.log(JSON.stringify({ rows: rows.map(row => Object.fromEntries(header.map((name, i) => [name, row[i] === "" ? null : Number(row[i])]))) }));
  ' "$2" "$3" > "$work/$1-$3.json"
}
tables=() named=()
has() { case ",$2," in *",$1,"*) return 0 ;; *) return 1 ;; esac; }
if has wine "$models"; then tables+=(wine:data/wine_mnar20.csv); fi
if has n5000_p50 "$models"; then
  [ -f "$work/n5000_p50.data/incomplete.csv" ] ||
    bin/missbgm-train simulate --kind oracle --rows 5000 --columns 50 --rate 0.3 --out "$work/n5000_p50.data" --quiet > /dev/null
  tables+=("n5000_p50:$work/n5000_p50.data/incomplete.csv")
fi
for pair in "${tables[@]}"; do
  fit "${pair%%:*}" "${pair#*:}"
  for rows in 1 100; do body "${pair%%:*}" "${pair#*:}" $rows; done
  named+=(--model "${pair%%:*}=$work/${pair%%:*}")
done
some=${tables[0]%%:*}

service=
start() { # options
  bin/missbgm.app/missbgm-serve "${named[@]}" --port $port --queue 1000 --timeout 600 --log json "$@" 2>> "$work/log" &
  service=$!
  until curl -sf "$url/health/ready" > /dev/null; do kill -0 $service; sleep 0.02; done
}
stop() { kill -TERM "$service" 2>/dev/null || true; wait "$service" || echo "service: ended with $?" >&2; service=; }
trap '[ -z "$service" ] || kill -9 "$service"' EXIT
memory() { awk '/VmRSS/ { printf "%.1f", $2 / 1024 }' "/proc/$service/status"; }
load() { # model, rows, options, clients, seconds
  BODY="$work/$1-$2.json" wrk -t1 "-c$4" "-d${5}s" --timeout 600s --latency -s bench/service/post.lua "$url/v1/models/$1:impute$3" | awk '/^RESULT/ { print $2, $3, $4, $5, $6 }'
}

echo "Machine: $(nproc) processors, $(awk -F: '/model name/ { print $2; exit }' /proc/cpuinfo | xargs); load before $(cut -d' ' -f1 /proc/loadavg); $(git rev-parse --short HEAD)"
if has speed "$parts"; then
  start
  printf '\n| model | rows | draws | clients | requests/s | p50 ms | p99 ms | failed |\n|---|---|---|---|---|---|---|---|\n'
  for pair in "${tables[@]}"; do
    for rows in 1 100; do
      for draws in mode default; do
        options=; [ $draws = default ] || options='?map-only'
        load "${pair%%:*}" $rows "$options" 1 1 > /dev/null
        for clients in 1 4 16; do
          read -r _ rate p50 p99 failed <<< "$(load "${pair%%:*}" $rows "$options" $clients "$seconds")"
          echo "| ${pair%%:*} | $rows | $draws | $clients | $rate | $p50 | $p99 | $failed |"
        done
      done
    done
  done
  stop
fi

if has memory "$parts"; then
  start
  made=0 first=
  while [ $made -lt "$requests" ]; do
    read -r more _ _ _ failed <<< "$(load "$some" 1 '?map-only' 4 10)"
    made=$((made + more))
    [ -n "$first" ] || { first=$(memory); echo; echo "Memory after $made requests: $first MB"; }
    [ "$failed" = 0 ] || echo "$failed failed"
  done
  last=$(memory)
  echo "Memory after $made requests: $last MB ($(awk "BEGIN { printf \"%+.1f\", 100 * ($last - $first) / $first }") %)"
  stop
fi

if has signals "$parts"; then
  answered=0 refused=0 lost=0
  for _ in $(seq "$signals"); do
    start --drain 0.5
    node bench/service/lost.mjs "$url/v1/models/$some:impute?draws=50" "$work/$some-1.json" 8 > "$work/lost" & client=$!
    sleep 1
    kill -TERM $service
    wait $client
    wait $service || echo "ended with $?"
    service=
    read -r a r l < "$work/lost"
    answered=$((answered + a)) refused=$((refused + r)) lost=$((lost + l))
  done
  echo; echo "$signals SIGTERMs under load of 8 clients: $answered answered, $refused refused before anything was sent, $lost lost"
fi

if has start "$parts"; then
  echo
  for pair in "${tables[@]}"; do
    model=${pair%%:*}
    for _ in 1 2 3; do
      begin=$(date +%s%N)
      bin/missbgm.app/missbgm-serve --model "$model=$work/$model" --port $port --log json 2>> "$work/log" & service=$!
      until curl -sf -o /dev/null -H 'Content-Type: application/json' --data-binary "@$work/$model-1.json" "$url/v1/models/$model:impute?map-only"; do sleep 0.005; done
      echo "Cold start of $model to the first answer: $(( ($(date +%s%N) - begin) / 1000000 )) ms, $(memory) MB"
      stop
    done
  done
fi
