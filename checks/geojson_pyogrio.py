#!/usr/bin/env python3
"""GeoJSON and GeoJSONSeq files through `geohub convert`, read back by GDAL and compared with what GDAL reads of the
original: rows, geometries bit for bit, attributes with their nulls and types, CRS.

Needs pyogrio, shapely, numpy and: cargo build --release --workspace --bins
Usage: geojson_pyogrio.py [FILE..]   (default: the files under $SHARED/data)
"""

import gzip
import json
import os
import pathlib
import subprocess
import sys
import tempfile

import numpy
import pyogrio.raw
import pyproj
import shapely

ROOT = pathlib.Path(__file__).resolve().parent.parent
TARGET = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
BINARY = pathlib.Path(os.environ.get("GEOHUB", TARGET / "release" / "geohub"))
# GDAL takes the members of a feature with null properties for its properties, and clamps integers beyond 64 bits
# in sequences only; what these columns hold is compared by the JSON module alone.
GDAL_QUIRKS = {"traps.geojson": {"type", "geometry", "AIN", "neg"}}
SHARED = pathlib.Path(os.environ.get("SHARED", ROOT.parent / "shared"))


def default_files():
    data = SHARED / "data"
    patterns = ["formats/geojson/*", "formats/geojsonseq/*", "la/*.geojson*", "other-cities/*.geojson"]
    return sorted(path for pattern in patterns for path in data.glob(pattern))


def gdal(path):
    name = str(path)
    if name.endswith(".gz"):
        name = f"/vsigzip/{name}"
    meta, fids, geometry, columns = pyogrio.raw.read(name, return_fids=True)
    return meta, fids, geometry, dict(zip(meta["fields"], zip(columns, meta["dtypes"])))


def same_crs(left, right):
    if left is None or right is None:
        return left == right
    return pyproj.CRS(left).equals(pyproj.CRS(right), ignore_axis_order=True)


def equal_values(left, right):
    """NaN and NaT stand for null and differ from themselves; text that is JSON may be spaced otherwise."""
    if left is None or right is None:
        return left is right
    if left != left:
        return right != right
    if left == right:
        return True
    try:
        return json.loads(left) == json.loads(right)
    except (TypeError, ValueError):
        return False


def compare(path, out, sequence):
    problems = []
    meta, fids, geometry, columns = gdal(path)
    other_meta, other_fids, other_geometry, other_columns = gdal(out)
    if len(fids) != len(other_fids):
        return [f"{len(fids)} rows became {len(other_fids)}"]
    if not sequence and not same_crs(meta["crs"], other_meta["crs"]):
        problems.append(f"CRS {meta['crs']} became {other_meta['crs']}")
    changed = numpy.flatnonzero([left != right for left, right in zip(geometry, other_geometry)])
    if len(changed):
        at = changed[0]
        texts = [g if g is None else shapely.from_wkb(g).wkt[:80] for g in (geometry[at], other_geometry[at])]
        problems.append(f"{len(changed)} geometries changed, the first in row {at}: {texts[0]} became {texts[1]}")
    # GDAL orders columns by a merge of the features' orders, geohub by first appearance.
    if set(columns) != set(other_columns):
        problems.append(f"columns {list(columns)} became {list(other_columns)}")
    for name in columns.keys() & other_columns.keys() - GDAL_QUIRKS.get(path.name, set()):
        (left, left_type), (right, right_type) = columns[name], other_columns[name]
        if left_type != right_type:
            problems.append(f"{name}: type {left_type} became {right_type}")
        wrong = [at for at, pair in enumerate(zip(left, right)) if not equal_values(*pair)]
        if wrong:
            problems.append(f"{name}: {len(wrong)} values changed, first {left[wrong[0]]!r} to {right[wrong[0]]!r}")
    return problems


def ids_and_count(path):
    """The `id` of each feature as the JSON module reads them, for what GDAL does not show."""
    opened = gzip.open(path, "rt", encoding="utf-8-sig") if path.name.endswith(".gz") else open(path, encoding="utf-8-sig")
    with opened as file:
        text = file.read()
    try:
        document = json.loads(text)
        features = document.get("features", [document])
    except json.JSONDecodeError:
        features = [json.loads(line) for line in text.replace("\x1e", "\n").split("\n") if line.strip()]
    return [(feature.get("id"), feature.get("properties") or {}) for feature in features]


def equal_json(path, out):
    """Every property, number by number, as Python's JSON sees it: integers beyond 2^53 included."""
    before, after = ids_and_count(path), ids_and_count(out)
    for row, ((left_id, left), (right_id, right)) in enumerate(zip(before, after, strict=True)):
        if left_id != right_id:
            return [f"row {row}: id {left_id!r} became {right_id!r}"]
        for name in left.keys() | right.keys():
            if left.get(name) != right.get(name):
                return [f"row {row}: {name} {left.get(name)!r} became {right.get(name)!r}"]
    return []


def main():
    files = [pathlib.Path(name) for name in sys.argv[1:]] or default_files()
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        for path in files:
            for extension in ("geojson", "geojsonl"):
                out = pathlib.Path(folder) / f"out.{extension}"
                command = [BINARY, "convert", path, out, "--overwrite"]
                run = subprocess.run(command, capture_output=True, text=True, check=False)
                if run.returncode:
                    problems = [f"exit {run.returncode}: {run.stderr.strip()}"]
                else:
                    problems = equal_json(path, out) + compare(path, out, extension == "geojsonl")
                failed += bool(problems)
                print("FAIL" if problems else "ok  ", path.name, "->", extension, *problems, sep="  ")
    print(f"{2 * len(files) - failed} of {2 * len(files)} conversions equal")
    return 1 if failed or not files else 0


if __name__ == "__main__":
    sys.exit(main())
