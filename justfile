# Recipes for working on geohub; `just` alone lists them.

# Where real layers, recordings and peers lie; the checks that need them are left out when it is missing.
shared := env("SHARED", "../shared")
venv := "target/peers"

[private]
default:
    @just --list

# Build and run the main job on the sample city in data/
[group("use")]
demo:
    cargo run --release -- join data/neighborhoods.geojson data/meters.csv --agg 'meters=count()' -o target/meters-by-neighborhood.fgb --overwrite

# Every test; needs cargo alone
[group("check")]
test:
    cargo test --release --workspace

# Formatting and lints, as strict as CI
[group("check")]
lint:
    cargo fmt --all --check
    cargo clippy --release --workspace --all-targets -- -D warnings

# Rewrite the generated parts of the documents
[group("doc")]
bless:
    BLESS=1 cargo test --release --workspace --test cli docs
    BLESS=1 cargo test --release --workspace --test wire

# File and function sizes, crate arrows, leftovers
[group("check")]
sizes:
    cargo test --release --workspace --test house

# Python with the peers that answers are compared with
[group("check")]
peers:
    test -x {{ venv }}/bin/python || python3 -m venv {{ venv }}
    {{ venv }}/bin/python -m pip install --quiet --disable-pip-version-check -r checks/requirements.txt

# Answers compared with GEOS, GDAL, PROJ, JTS and recorded servers
[group("check")]
check-peers: peers
    PYTHON={{ venv }}/bin/python SHARED={{ shared }} checks/run.sh

# Downloads killed, interrupted, cut off and out of disk, typed again: the bytes of an undisturbed run
[group("check")]
check-resume kills="50":
    cargo build --release --workspace --bins
    BIN="${CARGO_TARGET_DIR:-target}/release" KILLS={{ kills }} python3 checks/kill_resume.py

# Layers kept up to date every minute of 30 simulated days: always the bytes of a fresh download
[group("check")]
check-sync minutes="43200":
    MINUTES={{ minutes }} checks/sync_month.sh

# Distances compared with pyproj's Geod and a geodesic oracle; DATA is the bench's folder, else a small city is made
[group("check")]
check-distances data="" sample="4000": peers
    cargo build --release --workspace --bins
    {{ venv }}/bin/python checks/distances_geod.py target/release/geohub
    {{ venv }}/bin/python checks/distances_city.py target/release/geohub --sample {{ sample }} {{ if data == "" { "" } else { "--data " + data } }}

# Single steps timed: index, predicates, formats, transformations
[group("bench")]
bench *filter:
    cargo bench --workspace --bench index --bench formats --bench crs -- {{ filter }}

# Whole commands timed on a synthetic city, beside ogr2ogr where there is one
[group("bench")]
bench-commands features="200000" runs="3":
    cargo build --release --workspace --bins
    python3 checks/bench.py target/release {{ features }} {{ runs }}

# The same tasks as the peers, side by side; its README tells how peers are installed and data made
[group("bench")]
bench-peers data tasks="T1,T2,T3,T4,T5a,T5b,T6,T7,T8,T9,T9p,T10,T10p,T11,T12,T13,T14,T15,T17" peers="ogr2ogr-3.12,sedonadb,mapshaper,duckdb" runs="5":
    cargo build --release --workspace --bins
    python3 {{ shared }}/bench/bench.py --data {{ data }} --tasks {{ tasks }} --peers {{ peers }} --runs {{ runs }} --ours target/release/geohub

# Downloads of parcels timed beside the peers, from stand-ins that answer in 60 ms and 0.2 ms a row
[group("bench")]
bench-fetch features="100000" runs="3": peers
    cargo build --release --workspace --bins
    BIN="${CARGO_TARGET_DIR:-target}/release" FEATURES={{ features }} RUNS={{ runs }} {{ venv }}/bin/python -W ignore checks/bench_fetch.py

# A binary for Linux that needs nothing of the machine: no C library, no interpreter
[group("use")]
static:
    RUSTFLAGS="-C target-feature=+crt-static" cargo build --profile dist --workspace --bin geohub --target x86_64-unknown-linux-gnu
    ldd target/x86_64-unknown-linux-gnu/dist/geohub 2>&1 | grep -E "statically linked|not a dynamic executable"

# Everything CI runs
[group("check")]
ci: lint test demo check-peers check-resume check-distances
