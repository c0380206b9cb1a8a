#!/usr/bin/env python3
"""Compares geohub-crs with PROJ (pyproj): random points of each system's area, both ways, within 1 mm.

Needs pyproj and the built example: cargo build --release --workspace --examples
Usage: crs_pyproj.py [POINTS]
"""

import math
import os
import pathlib
import random
import subprocess
import sys
import warnings

import pyproj

ROOT = pathlib.Path(__file__).resolve().parent.parent
TARGET = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
BINARY = TARGET / "release" / "examples" / "transform"
LIMIT_M = 0.001
# Code and west, south, east, north.
SYSTEMS = [
    ("EPSG:2229", (-121.4, 32.7, -114.1, 35.9)),
    ("EPSG:26945", (-121.4, 32.7, -114.1, 35.9)),
    ("EPSG:3310", (-124.5, 32.5, -114.1, 42.0)),
    ("EPSG:3857", (-180.0, -85.0, 180.0, 85.0)),
    # Hawaii and the Aleutians left out: PROJ shifts by a metre there (NAD83 to WGS 84 (3) and (2)), geohub does not.
    ("EPSG:4269", (-124.8, 24.4, -66.9, 49.4)),
    ("EPSG:32611", (-120.0, 0.0, -114.0, 84.0)),
    ("EPSG:32719", (-72.0, -80.0, -66.0, 0.0)),
    ("ESRI:102645", (-121.4, 32.7, -114.1, 35.9)),
    ("ESRI:102600", (-124.5, 32.5, -114.1, 42.0)),
    ("ESRI:102100", (-180.0, -85.0, 180.0, 85.0)),
    ("EPSG:3435", (-89.3, 37.0, -87.0, 42.5)),
    ("EPSG:2263", (-74.3, 40.5, -71.8, 41.3)),
    ("EPSG:2227", (-123.6, 36.7, -117.8, 38.7)),
    ("EPSG:6414", (-124.5, 32.5, -114.1, 42.0)),
    ("EPSG:5070", (-124.8, 24.4, -66.9, 49.4)),
    ("EPSG:3395", (-180.0, -80.0, 180.0, 84.0)),
]


def ours(source, target, points):
    text = f"{source} {target}\n" + "".join(f"{x!r} {y!r}\n" for x, y in points)
    run = subprocess.run([BINARY], input=text, capture_output=True, text=True, check=True)
    lines = run.stdout.splitlines()
    assert len(lines) == len(points), (source, target, len(lines))
    return [None if line == "error" else tuple(map(float, line.split())) for line in lines]


def theirs(source, target, points):
    transformer = pyproj.Transformer.from_crs(source, target, always_xy=True)
    xs, ys = transformer.transform([p[0] for p in points], [p[1] for p in points])
    return list(zip(xs, ys))


def apart_m(a, b, crs):
    if crs.is_geographic:
        lat = math.radians(b[1])
        degree = 111_320.0
        return math.hypot((a[0] - b[0]) * degree * math.cos(lat), (a[1] - b[1]) * degree)
    unit = crs.axis_info[0].unit_conversion_factor
    return math.hypot(a[0] - b[0], a[1] - b[1]) * unit


def check(source, target, points):
    crs = pyproj.CRS(target)
    reference = theirs(source, target, points)
    worst = 0.0
    for point, mine, right in zip(points, ours(source, target, points), reference):
        if mine is None or not all(map(math.isfinite, right)):
            print(f"FAIL {source} -> {target}: {point} gives {mine}, PROJ {right}")
            return False, reference
        worst = max(worst, apart_m(mine, right, crs))
    good = worst <= LIMIT_M
    print(f"{'ok  ' if good else 'FAIL'} {source:>12} -> {target:<12} {len(points)} points, worst {worst:.2e} m")
    return good, reference


def main():
    warnings.simplefilter("ignore")
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    random.seed(20260101)
    good = True
    for code, area in SYSTEMS:
        west, south, east, north = area
        points = [(random.uniform(west, east), random.uniform(south, north)) for _ in range(count)]
        forward, projected = check("EPSG:4326", code, points)
        back, _ = check(code, "EPSG:4326", projected)
        good = good and forward and back
        if code not in ("EPSG:2229", "EPSG:3857"):
            continue
        for other in ("EPSG:26945", "ESRI:102645", "EPSG:3857", "EPSG:4269"):
            los_angeles = [(random.uniform(-119, -117.5), random.uniform(33.5, 34.8)) for _ in range(count)]
            _, inside = check("EPSG:4326", code, los_angeles)
            across, _ = check(code, other, inside)
            good = good and across
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
