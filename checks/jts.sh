#!/bin/sh
# Runs the relate and predicate cases of the JTS suites; prints the counts and every failure.
set -eu
cd "$(dirname "$0")/.."
JTS_DIR=$(cd "${SHARED:-../shared}/fixtures/jts" && pwd)
export JTS_DIR
exec cargo test --release --workspace --test jts -- --nocapture
