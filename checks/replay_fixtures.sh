#!/bin/sh
# Recorded answers of real servers, decoded: every Esri JSON, Esri PBF and SODA JSON page in SHARED/fixtures.
set -eu
cd "$(dirname "$0")/.."
FIXTURES=$(cd "${SHARED:-../shared}/fixtures" && pwd)
export FIXTURES
exec cargo test --release --workspace --test fixtures --test fixtures_pbf --test soda_fixtures -- --nocapture
