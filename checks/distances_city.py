#!/usr/bin/env python3
"""Compares `join --nearest` and `join --distance` of a whole city's points with a geodesic oracle.

usage: distances_city.py [--data FOLDER] [--sample N] [GEOHUB]

FOLDER holds points.fgb, parcels.fgb and streets.fgb, as of the bench of the peers; without it a city is made, with
points about its parcels and streets. For N of the points (all by default) the oracle measures every edge that a plane cannot
rule out. Exit 1 where an answer differs that is not at the limit itself.
"""
import argparse
import csv
import os
import pathlib
import subprocess
import sys
import tempfile

import geopandas
import numpy as np
import pyogrio
import shapely

import geodesics

NEAREST_M, WITHIN_M = 50.0, 25.0
# Metres of a degree of latitude and, at this city's latitudes, of longitude: the plane only rules out.
DEGREE_M = 110_900.0
TOLERANCE_M = 1e-6


def run(*words):
    ran = subprocess.run([str(word) for word in words], capture_output=True, text=True)
    if ran.returncode != 0:
        sys.exit(f"{words}: {ran.stderr}")


def exploded(shapes):
    """All edges, and the row that each is of."""
    lines = shapely.boundary(shapes) if shapely.get_dimensions(shapes).max() == 2 else shapes
    parts, rows = shapely.get_parts(lines, return_index=True)
    coords, lines = shapely.get_coordinates(parts, return_index=True)
    same = lines[1:] == lines[:-1]
    return coords[:-1][same], coords[1:][same], rows[lines[:-1][same]]


def oracle(points, shapes, limit):
    """Every (point, row, distance) within a limit in metres."""
    middle = np.cos(np.radians(points[:, 1].mean()))
    scale = np.array([DEGREE_M * middle * 1.004, DEGREE_M])
    starts, ends, rows = exploded(shapes)
    # A thousandth of room, for the plane is that wrong in a city.
    reach = limit * 1.005 + 0.05
    edges = shapely.linestrings(np.stack([starts * scale, ends * scale], axis=1))
    tree = shapely.STRtree(edges)
    point, edge = tree.query(shapely.points(points * scale), predicate="dwithin", distance=reach)
    distance = geodesics.to_edges(points[point], starts[edge], ends[edge])
    inside, row = shapely.STRtree(shapes).query(shapely.points(points), predicate="intersects")
    found = {}
    for key, metres in zip(zip(point.tolist(), rows[edge].tolist()), distance.tolist()):
        if metres < found.get(key, np.inf):
            found[key] = metres
    found.update(dict.fromkeys(zip(inside.tolist(), row.tolist()), 0.0))
    return {key: metres for key, metres in found.items() if metres <= limit + TOLERANCE_M}


def pairs(path, left, right):
    with open(path, newline="") as file:
        for row in csv.DictReader(file):
            yield row[left], row[right], float(row["distance_m"])


def checked(what, found, truth, limit, nearest):
    """How many answers differ: found and truth are distances by (point, row)."""
    wrong = []
    least = {}
    for (point, _), metres in truth.items():
        least[point] = min(metres, least.get(point, np.inf))
    for key, metres in found.items():
        if abs(truth.get(key, np.inf) - metres) > TOLERANCE_M:
            wrong.append((key, metres, truth.get(key)))
        elif nearest and metres > least[key[0]] + TOLERANCE_M:
            wrong.append((key, metres, least[key[0]]))
    if nearest:
        have = {point for point, _ in found}
        wrong += [(point, None, metres) for point, metres in least.items() if point not in have and metres <= limit - TOLERANCE_M]
    else:
        wrong += [(key, None, metres) for key, metres in truth.items() if key not in found and metres <= limit - TOLERANCE_M]
    print(f"{what}: {len(found):,} pairs of the sample against the geodesic oracle, {len(wrong)} differ")
    for line in wrong[:10]:
        print("  ", *line)
    return len(wrong)


def made(folder, geohub, sample):
    """A small city, and points some metres from corners of its parcels and streets."""
    city = pathlib.Path(geohub).with_name("make-city")
    corners = []
    for layer in ("parcels", "streets"):
        source = folder / f"{layer}.geojson"
        run(city, "--layer", layer, "--features", 20_000, "--seed", 7, "--format", "geojson", "-o", source)
        run(geohub, "convert", source, folder / f"{layer}.fgb")
        shapes = pyogrio.read_dataframe(source).geometry
        corners.append(shapely.get_coordinates(shapes[~shapes.isna()].to_numpy()))
    rng = np.random.default_rng(7)
    corners = rng.permutation(np.concatenate([rng.permutation(xy)[: sample // 2] for xy in corners]))
    points = shapely.points(corners + rng.normal(0, 40, corners.shape) / DEGREE_M)
    frame = geopandas.GeoDataFrame({"id": np.arange(len(points))}, geometry=points, crs="OGC:CRS84")
    pyogrio.write_dataframe(frame, folder / "points.fgb")
    return folder, {"points": "id", "parcels": "OBJECTID", "streets": "SEG_ID"}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("geohub", nargs="?", default=os.environ.get("GEOHUB", "target/release/geohub"))
    parser.add_argument("--data", type=pathlib.Path)
    parser.add_argument("--sample", type=int)
    options = parser.parse_args()
    wrong = 0
    with tempfile.TemporaryDirectory() as name:
        scratch = pathlib.Path(name)
        ids = {"points": "meter_id", "parcels": "parcel_id", "streets": "street_id"}
        data, ids = (options.data, ids) if options.data else made(scratch, options.geohub, options.sample or 4_000)
        left = pyogrio.read_dataframe(data / "points.fgb", columns=[ids["points"]], fid_as_index=False)
        left = left[~(left.geometry.isna() | left.geometry.is_empty)]
        if options.sample and options.data:
            left = left.sample(options.sample, random_state=1)
        places = shapely.get_coordinates(left.geometry.to_numpy())
        number = {str(key): at for at, key in enumerate(left[ids["points"]])}
        for layer, words, limit in (
            ("parcels", ["--nearest"], NEAREST_M),
            ("streets", ["--predicate", "dwithin", "--distance-field", "distance_m"], WITHIN_M),
        ):
            right = pyogrio.read_dataframe(data / f"{layer}.fgb", columns=[ids[layer]])
            right = right[~(right.geometry.isna() | right.geometry.is_empty)]
            out = scratch / "out.csv"
            run(options.geohub, "join", data / "points.fgb", data / f"{layer}.fgb", *words, "--distance", f"{limit}m",
                "--how", "inner", "--left-fields", ids["points"], "--right-fields", ids[layer], "--no-geometry", "-o", out,
                "--overwrite")
            rows = {str(key): at for at, key in enumerate(right[ids[layer]])}
            found = {(number[a], rows[b]): metres for a, b, metres in pairs(out, ids["points"], ids[layer]) if a in number}
            truth = oracle(places, right.geometry.to_numpy(), limit)
            wrong += checked(f"{' '.join(words[:2])} {limit} m of {layer}", found, truth, limit, words[0] == "--nearest")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
