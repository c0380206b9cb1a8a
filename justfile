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
    BLESS=1 cargo test --release -p geohub --test cli docs

# File and function sizes, crate arrows, leftovers
[group("check")]
sizes:
    cargo test --release -p geohub-tests --test house

# Python with the peers that answers are compared with
[group("check")]
peers:
    test -x {{ venv }}/bin/python || python3 -m venv {{ venv }}
    {{ venv }}/bin/python -m pip install --quiet --disable-pip-version-check -r checks/requirements.txt

# Answers compared with GEOS, GDAL, PROJ, JTS and recorded servers
[group("check")]
check-peers: peers
    cargo build --release
    PYTHON={{ venv }}/bin/python SHARED={{ shared }} checks/run.sh

# Criterion benches
[group("bench")]
bench:
    cargo bench --workspace

# Everything CI runs
[group("check")]
ci: lint test demo check-peers
