#!/usr/bin/env python3
"""Joins against GEOS: the pairs themselves, row by row, of a seeded city and of real layers.

GEOHUB is the binary, SHARED the folder with real layers and the city's generator. `--data FOLDER` takes a city made
before, such as one of a million parcels, instead of making one of 20,000.
"""

import argparse
import csv
import gzip
import os
import pathlib
import subprocess
import sys
import tempfile
import time
import warnings

import geopandas
import numpy as np
import pandas as pd
import shapely

warnings.simplefilter("ignore")
GEOHUB = os.environ["GEOHUB"]
SHARED = pathlib.Path(os.environ.get("SHARED", "../shared"))
PREDICATES = {
    "equals": shapely.equals, "disjoint": shapely.disjoint, "intersects": shapely.intersects,
    "touches": shapely.touches, "crosses": shapely.crosses, "within": shapely.within,
    "contains": shapely.contains, "overlaps": shapely.overlaps, "covers": shapely.covers,
    "covered-by": shapely.covered_by,
}  # fmt: skip
failures = []
compared = []


def geohub(*arguments):
    done = subprocess.run([GEOHUB, *map(str, arguments)], capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError(f"geohub {' '.join(map(str, arguments))}: {done.stderr.strip()}")


def numbers(path):
    """The rows of a CSV of integers, sorted."""
    with open(path, encoding="utf-8") as lines:
        next(lines)
        values = np.array([row for row in csv.reader(lines)], dtype=object)
    values = values.reshape(-1, 2).astype(np.int64)
    return values[np.lexsort((values[:, 1], values[:, 0]))]


def our_pairs(left, right, ids, out, *options):
    geohub(
        "join", left, right, "--how", "inner", "--left-fields", ids[0], "--right-fields", ids[1],
        "--no-geometry", "--overwrite", "-o", out, *options,
    )  # fmt: skip
    return numbers(out)


def their_pairs(left, right, ids, predicate):
    """Pairs of boxes that meet, each asked by GEOS; the larger geometries are prepared."""
    test = PREDICATES[predicate]
    a, b = left.geometry.values, right.geometry.values
    if predicate == "disjoint":
        met = set(map(tuple, their_pairs(left, right, ids, "intersects")))
        known = [(x[ids[n]][~(x.geometry.isna() | x.geometry.is_empty)]) for n, x in enumerate((left, right))]
        found = [(i, j) for i in known[0] for j in known[1] if (i, j) not in met]
        return np.array(sorted(found), dtype=np.int64).reshape(-1, 2)
    at = shapely.STRtree(b).query(a)
    shapely.prepare(a)
    at = at[:, test(a[at[0]], b[at[1]])]
    pairs = np.column_stack([left[ids[0]].values[at[0]], right[ids[1]].values[at[1]]]).astype(np.int64)
    return pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))]


def same(what, ours, theirs):
    compared.append(len(theirs))
    if ours.shape == theirs.shape and (ours == theirs).all():
        if "-v" in sys.argv:
            print(f"  {what}: {len(ours):,} rows equal", flush=True)
        return
    one, other = set(map(tuple, ours)), set(map(tuple, theirs))
    failures.append(f"{what}: {len(ours)} rows against {len(theirs)}; ours only {sorted(one - other)[:5]}, theirs only {sorted(other - one)[:5]}")
    print(f"FAIL {failures[-1]}", flush=True)


def on_edges(points, parcels):
    """Points on corners and in the middle of edges, which several parcels share, behind the city's own."""
    rings = parcels.geometry.exterior.iloc[:: max(1, len(parcels) // 2_000)]
    corners = shapely.get_coordinates(rings)
    middles = (corners[:-1] + corners[1:]) / 2
    extra = shapely.points(np.concatenate([corners, middles]))
    ids = np.arange(len(points), len(points) + len(extra))
    more = geopandas.GeoDataFrame({"meter_id": ids}, geometry=extra, crs=points.crs)
    return pd.concat([points[["meter_id", "geometry"]], more], ignore_index=True)


def city(folder, data):
    """T9, T10, T11 and T14 of the benchmark, on both formats."""
    layers = {name: geopandas.read_parquet(data / f"{name}.parquet") for name in ("points", "parcels", "districts", "streets")}
    files = {name: [data / f"{name}.fgb", data / f"{name}.parquet"] for name in layers}
    edges = on_edges(layers["points"], layers["parcels"])
    edges.to_file(folder / "edges.fgb", driver="FlatGeobuf")
    edges.to_parquet(folder / "edges.parquet")
    layers["edges"], files["edges"] = edges, [folder / "edges.fgb", folder / "edges.parquet"]
    ids = {"points": "meter_id", "edges": "meter_id", "parcels": "parcel_id", "districts": "district_id", "streets": "street_id"}
    tasks = [
        ("T9", "points", "districts", "intersects"), ("T10", "points", "parcels", "intersects"),
        ("T10 with edges", "edges", "parcels", "intersects"), ("edges touching", "edges", "parcels", "touches"),
        ("edges within", "edges", "parcels", "within"), ("T11", "parcels", "districts", "intersects"),
        ("parcels within", "parcels", "districts", "within"), ("streets crossing", "streets", "districts", "crosses"),
        ("districts covering", "districts", "parcels", "covers"), ("districts touching", "districts", "districts", "touches"),
    ]  # fmt: skip
    for what, left, right, predicate in tasks:
        columns = (ids[left], ids[right])
        begun = time.time()
        theirs = their_pairs(layers[left], layers[right], columns, predicate)
        took = time.time() - begun
        for a, b in ((0, 0), (1, 1), (0, 1)):
            ours = our_pairs(files[left][a], files[right][b], columns, folder / "out.csv", "--predicate", predicate)
            same(f"{what} {files[left][a].suffix} {files[right][b].suffix} (GEOS {took:.1f} s)", ours, theirs)
    theirs = their_pairs(layers["districts"], layers["points"], ("district_id", "meter_id"), "intersects")
    counted = np.bincount(theirs[:, 0], minlength=len(layers["districts"]))
    for suffix in (0, 1):
        geohub(
            "join", files["districts"][suffix], files["points"][suffix], "--agg", "n=count()", "--left-fields",
            "district_id", "--no-geometry", "--overwrite", "-o", folder / "out.csv",
        )  # fmt: skip
        same(f"T14 {files['points'][suffix].suffix}", numbers(folder / "out.csv"), np.column_stack([np.arange(len(counted)), counted]))


def layer(path, most=4_000):
    """A real layer, its invalid rows left out, numbered."""
    if path.suffix == ".csv":
        table = pd.read_csv(path)
        frame = geopandas.GeoDataFrame(geometry=geopandas.points_from_xy(table["Long"], table["Lat"]), crs=4326)
    else:
        frame = geopandas.read_file(gzip.open(path) if path.suffix == ".gz" else path)[["geometry"]]
    frame = frame[frame.geometry.is_valid | frame.geometry.isna()]
    frame = frame.iloc[:: max(1, len(frame) // most)]
    frame = frame[["geometry"]].reset_index(drop=True)
    frame["id"] = np.arange(len(frame))
    return frame.to_crs(4326)


def real(folder):
    """Every predicate on real layers, which share borders, corners and whole geometries."""
    la, others = SHARED / "data/la", SHARED / "data/other-cities"
    couples = [
        (la / "parking_meters.csv", la / "council_districts_2012.shp"),
        (la / "lapd_reporting_districts.shp", la / "lapd_basic_car_areas.shp"),
        (la / "lapd_basic_car_areas.shp", la / "lapd_divisions.shp"),
        (la / "neighborhoods_v6.shp", la / "regions_v6.shp"),
        (la / "neighborhoods_v6.shp", la / "neighborhoods_v6.shp"),
        (la / "metro_lines_2015.geojson.gz", la / "council_districts_2012.shp"),
        (la / "metro_lines_2015.geojson.gz", la / "lafd_first_in_districts.shp"),
        (others / "cambridge_parcels_fy2013.fgb", others / "cambridge_zoning.geojson"),
        (others / "cambridge_street_centerlines.geojson", others / "cambridge_zoning.geojson"),
        (others / "cambridge_street_centerlines.geojson", others / "cambridge_street_centerlines.geojson"),
    ]
    for number, (left, right) in enumerate(couples):
        frames = (layer(left), layer(right))
        files = []
        for side, frame in zip("lr", frames):
            # GeoPandas writes the file that geohub reads: FlatGeobuf on one side, GeoParquet on the other.
            as_parquet = (number + (side == "r")) % 2
            files.append(folder / f"{number}{side}.{'parquet' if as_parquet else 'fgb'}")
            frame.to_parquet(files[-1]) if as_parquet else frame.to_file(files[-1], driver="FlatGeobuf", SPATIAL_INDEX="NO")
        for predicate in PREDICATES:
            # Nearly every pair is disjoint; a sample shows as much as all.
            if predicate == "disjoint" and len(frames[0]) * len(frames[1]) > 1_000_000:
                continue
            theirs = their_pairs(*frames, ("id", "id"), predicate)
            ours = our_pairs(*files, ("id", "id"), folder / "out.csv", "--predicate", predicate, "--allow-cross")
            same(f"{left.stem} {predicate} {right.stem}", ours, theirs)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=pathlib.Path, help="a folder that the generator has filled")
    parser.add_argument("-v", action="store_true", help="say what was equal")
    given = parser.parse_args().data
    with tempfile.TemporaryDirectory(prefix="geohub-joins-") as name:
        folder = pathlib.Path(name)
        data = given
        if data is None and (SHARED / "bench/gen.py").exists():
            data = folder / "city"
            subprocess.run([sys.executable, SHARED / "bench/gen.py", data, "20000", "20000"], check=True, stdout=subprocess.DEVNULL)
        if data is not None:
            city(folder, data)
        if given is None:
            real(folder)
    rows = f"{len(compared)} joins with {sum(compared):,} rows"
    print(f"joins against GEOS {shapely.geos_version_string}: {rows}, {len(failures)} differences")
    sys.exit(bool(failures))


main()
