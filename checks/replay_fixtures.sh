#!/bin/sh
# Recorded answers of real servers, decoded: every file in SHARED/fixtures, or a reason why not.
set -eu
cd "$(dirname "$0")/.."
FIXTURES=$(cd "${SHARED:-../shared}/fixtures" && pwd)
export FIXTURES
said=$(mktemp)
trap 'rm -f "$said"' EXIT
cargo test --release --workspace --test 'fixtures*' -- --nocapture --test-threads 1 >"$said" 2>&1 || { cat "$said"; exit 1; }
exec "${PYTHON:-python3}" checks/fixtures_covered.py <"$said"
