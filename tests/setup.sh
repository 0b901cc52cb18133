#!/usr/bin/env bash
# Installs what only the tests need.
set -euo pipefail
cd "$(dirname "$0")/.."
