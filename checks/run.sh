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
# Always the whole workspace: a build of one package would choose other features and compile the dependencies again.
cargo build --release --workspace --bins --examples
checks/jts.sh
checks/replay_fixtures.sh
"$PYTHON" checks/crs_pyproj.py
"$PYTHON" checks/crs_identify.py
"$PYTHON" checks/predicates_geos.py --predicates "$BIN/examples/predicates"
"$PYTHON" checks/joins_geopandas.py
"$PYTHON" checks/fgb_pyogrio.py
"$PYTHON" checks/geoparquet_peers.py
"$PYTHON" checks/values_peers.py
"$PYTHON" checks/csv_peers.py "$GEOHUB" "$SHARED"
"$PYTHON" -W ignore checks/geojson_pyogrio.py
"$PYTHON" checks/stand_ins.py "$BIN" "$SHARED"
BIN="$BIN" "$PYTHON" -W ignore checks/faults_peers.py
BIN="$BIN" "$PYTHON" checks/progress.py
BIN="$BIN" "$PYTHON" checks/interrupt.py
BIN="$BIN" "$PYTHON" checks/limits.py
# Koop is Esri's own FeatureServer code; without npm our stand-in takes its place.
KOOP=${KOOP:-target/koop}
if command -v npm >/dev/null; then
    if [ ! -d "$KOOP/node_modules/@koopjs/koop-core" ]; then
        mkdir -p "$KOOP"
        (cd "$KOOP" && npm init -y >/dev/null && npm install --no-audit --no-fund --loglevel=error \
            @koopjs/koop-core@10.4.19 @koopjs/output-geoservices@8.1.25)
    fi
    "$PYTHON" -W ignore checks/main_job.py "$GEOHUB" "$BIN/soda-stand-in" "$SHARED" "$KOOP"
else
    "$PYTHON" -W ignore checks/main_job.py "$GEOHUB" "$BIN/soda-stand-in" "$SHARED"
fi
