#!/bin/sh
# Every check against other programs and real data. PYTHON has the peers; SHARED holds layers and recordings.
set -eu
cd "$(dirname "$0")/.."
: "${PYTHON:?a Python with the packages of checks/requirements.txt}"
SHARED=${SHARED:-../shared}
TARGET=${CARGO_TARGET_DIR:-target}
export GEOHUB="$PWD/target/release/geohub" SHARED
case $TARGET in /*) GEOHUB="$TARGET/release/geohub" ;; esac
BIN=$(dirname "$GEOHUB")
if [ ! -d "$SHARED" ]; then
    echo "check-peers: $SHARED is not there; nothing to check against" >&2
    exit 0
fi
checks/jts.sh
checks/replay_fixtures.sh
"$PYTHON" checks/predicates_geos.py
"$PYTHON" checks/fgb_pyogrio.py
"$PYTHON" checks/csv_peers.py "$GEOHUB" "$SHARED"
"$PYTHON" -W ignore checks/geojson_pyogrio.py
cargo build --release -p geohub-testkit
"$PYTHON" checks/stand_ins.py "$BIN" "$SHARED"
