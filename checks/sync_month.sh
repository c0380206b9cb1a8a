#!/bin/sh
# A layer of each portal kept up to date every minute of 30 simulated days, with edits in 3 of 100 minutes: after each
# the file must have the bytes of a fresh download. MINUTES and QUIET change that; cargo alone is needed.
set -eu
GEOHUB_SYNC_STEPS="${MINUTES:-43200}" GEOHUB_SYNC_QUIET="${QUIET:-97}" \
    cargo test --release --workspace --test refresh whatever_is_edited -- --nocapture
