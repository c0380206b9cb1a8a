#!/usr/bin/env python3
"""GeoParquet against GeoPandas, pyarrow and gpio: the files they wrote are read as they read them, ours are read by them.

GEOHUB is the binary, SHARED the folder with real layers.
"""

import glob
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import warnings

import duckdb
import duckdb_extension_spatial
import geopandas
import pyarrow.parquet as pq
import pyogrio
import pyproj
import shapely

warnings.simplefilter("ignore")
GEOHUB = os.environ["GEOHUB"]
SHARED = os.environ.get("SHARED", "../shared")
failures = []


def geohub(*arguments):
    done = subprocess.run([GEOHUB, *map(str, arguments)], capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError(f"geohub {' '.join(map(str, arguments))}: {done.stderr.strip()}")
    return done.stdout


def same(name, ours, theirs, crs=True):
    if len(ours) != len(theirs):
        failures.append(f"{name}: {len(ours)} rows against {len(theirs)}")
        return
    different = ~shapely.equals_identical(ours.geometry.values, theirs.geometry.values)
    both_null = ours.geometry.isna().values & theirs.geometry.isna().values
    if (different & ~both_null).any():
        failures.append(f"{name}: {int((different & ~both_null).sum())} geometries differ")
    for column in theirs.columns.drop([theirs.geometry.name, "bbox"], errors="ignore"):
        a, b = ours[column].tolist(), theirs[column].tolist()
        unlike = [(x, y) for x, y in zip(a, b) if not (x == y or (x != x and y != y) or (x is None and y != y))]
        if unlike and not isinstance(unlike[0][1], (dict, list)):
            failures.append(f"{name}: column {column}: {len(unlike)} values differ, such as {unlike[0]}")
    if crs and ours.crs != theirs.crs:
        failures.append(f"{name}: CRS {ours.crs} against {theirs.crs}")


def read_theirs(folder):
    """Files of others through geohub into GeoParquet, and back with GeoPandas."""
    files = sorted(glob.glob(f"{SHARED}/data/formats/geoparquet/*.parquet"))
    for path in files:
        name = os.path.basename(path)
        out = folder / name
        geohub("convert", path, out)
        source = path
        if "_native" in name:
            source = path.replace("_native", "_wkb")
        try:
            theirs = geopandas.read_parquet(source)
        except ValueError:
            # Too old for GeoPandas: WKB in a column that the metadata names.
            table = pq.read_table(source).to_pandas()
            theirs = geopandas.GeoDataFrame(table.drop(columns="geometry"), geometry=shapely.from_wkb(table["geometry"]))
        same(name, geopandas.read_parquet(out), theirs, crs="example.parquet" != name)
    return len(files)


def read_ours(folder):
    """Layers of other formats through geohub into GeoParquet; GDAL reads the original."""
    layers = sorted(glob.glob(f"{SHARED}/data/**/*.fgb", recursive=True) + glob.glob(f"{SHARED}/data/la/*.geojson"))
    checked = 0
    for path in layers:
        if os.path.getsize(path) > 60_000_000:
            continue
        try:
            theirs = pyogrio.read_dataframe(path)
        except Exception:
            continue
        if not isinstance(theirs, geopandas.GeoDataFrame):
            continue
        out = folder / (os.path.basename(path) + ".parquet")
        done = subprocess.run([GEOHUB, "convert", path, str(out)], capture_output=True, text=True)
        if done.returncode != 0:
            if "damaged" in path or "bad" in path or "broken" in path:
                continue
            failures.append(f"{path}: {done.stderr.strip()[:200]}")
            continue
        metadata = json.loads(pq.read_metadata(out).metadata[b"geo"])
        if metadata["version"] != "1.1.0":
            failures.append(f"{path}: version {metadata['version']}")
        ours = geopandas.read_parquet(out)
        if len(ours) != len(theirs):
            failures.append(f"{path}: {len(ours)} rows against {len(theirs)}")
        elif not ours.geometry.geom_equals_exact(theirs.geometry, 0, align=False)[~theirs.geometry.isna() & ~theirs.geometry.is_empty].all():
            failures.append(f"{path}: geometries differ")
        box = tuple(ours.total_bounds)
        if len(ours) and box[0] == box[0] and "bbox" in pq.read_schema(out).names:
            middle = ((box[0] + box[2]) / 2, (box[1] + box[3]) / 2)
            part = (box[0], box[1], *middle)
            by_us = int(geohub("query", out, f"--bbox={','.join(map(str, part))}", "--bbox-crs", "layer", "--count"))
            by_them = int(ours.intersects(shapely.box(*part)).sum())
            if by_us != by_them:
                failures.append(f"{path}: {by_us} rows in a box against {by_them}")
        checked += 1
    return checked


def systems(folder):
    """CRSs of our files as pyproj understands them."""
    points = folder / "points.geojson"
    points.write_text('{"type":"FeatureCollection","features":[{"type":"Feature","properties":{},"geometry":{"type":"Point","coordinates":[-118.2,34.0]}}]}')
    codes = ["EPSG:2229", "EPSG:26945", "EPSG:3310", "EPSG:3857", "EPSG:4269", "EPSG:32611", "ESRI:102645", "EPSG:4326"]
    for code in codes:
        out = folder / f"{code.replace(':', '_')}.parquet"
        geohub("convert", points, out, "--to-crs", code)
        found = geopandas.read_parquet(out).crs
        if found is None or found != pyproj.CRS(code):
            failures.append(f"{code}: pyproj reads {found and found.to_json()}")
    return len(codes)


def home_with_spatial(folder):
    """A home folder in which DuckDB finds its spatial extension, which it would else download."""
    packaged = next(pathlib.Path(duckdb_extension_spatial.__file__).parent.rglob("spatial.duckdb_extension"))
    (platform,) = duckdb.sql("PRAGMA platform").fetchone()
    extensions = folder / "home/.duckdb/extensions" / f"v{duckdb.__version__}" / platform
    extensions.mkdir(parents=True)
    (extensions / packaged.name).symlink_to(packaged)
    return folder / "home"


def accepted(folder):
    """What gpio says of a file of ours."""
    gpio = shutil.which("gpio", path=os.path.dirname(sys.executable))
    out = folder / "la_neighborhoods_bbox_covering.parquet"
    home = os.environ | {"HOME": str(home_with_spatial(folder))}
    done = subprocess.run([gpio, "check", "spec", str(out)], capture_output=True, text=True, env=home)
    if done.returncode != 0 or "failed" in done.stdout.lower().replace("0 failed", ""):
        failures.append(f"gpio check spec: {done.stdout[-600:]}{done.stderr[-300:]}")


def main():
    with tempfile.TemporaryDirectory(prefix="geohub-parquet-") as name:
        folder = pathlib.Path(name)
        counts = [read_theirs(folder), read_ours(folder), systems(folder)]
        accepted(folder)
    print(f"GeoParquet: {counts[0]} files of others, {counts[1]} layers of ours, {counts[2]} CRSs, gpio check: {len(failures)} differences")
    for failure in failures:
        print(f"  {failure}")
    sys.exit(bool(failures))


main()
