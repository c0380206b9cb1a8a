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

# Whole commands timed on a synthetic city, beside ogr2ogr where there is one
[group("bench")]
bench features="200000" runs="3":
    cargo build --release --workspace --bins
    python3 checks/bench.py target/release {{ features }} {{ runs }}

# Everything CI runs
[group("check")]
ci: lint test demo check-peers
