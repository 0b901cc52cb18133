#!/usr/bin/env bash
# Lists the runtime's public API anew in PublicAPI.Unshipped.txt: run it after a change of what programs may rely on, and read the difference. With --check nothing is changed; what has
# been added (+) or is gone (-) is printed, and the exit code is 1 if anything is. With a release the lines move to PublicAPI.Shipped.txt, of which none may go.
set -euo pipefail
cd "$(dirname "$0")"
kept=$(mktemp) listed=$(mktemp)
cp PublicAPI.Unshipped.txt "$kept"
trap 'cp "$kept" PublicAPI.Unshipped.txt; rm -f "$kept" "$listed"' EXIT
echo '#nullable enable' > PublicAPI.Unshipped.txt
dotnet build .. -c Release --nologo --no-incremental -p:CheckPublicApi=true > "$listed" || { grep error "$listed" | sort -u | head -n 3 >&2; exit 2; }
{ echo '#nullable enable'; grep -oP "warning RS0016: Symbol '\K.*(?=' is not part of the declared)" "$listed" | LC_ALL=C sort -u; } > "$listed.txt"
mv "$listed.txt" "$listed"
if [ "${1:-}" = --check ]; then diff "$kept" "$listed" | grep '^[<>]' | sed 's/^</-/; s/^>/+/' && exit 1 || exit 0; fi
cp "$listed" "$kept"
