"""The main job on real layers: Koop and the Socrata stand-in serve them, geohub fetches, joins and queries, and
GeoPandas and GDAL must agree.

usage: main_job.py GEOHUB SODA_STAND_IN SHARED [KOOP_FOLDER]

Without KOOP_FOLDER (a folder with Koop installed from npm) the councils are fetched from our own ArcGIS stand-in,
which then must lie beside the Socrata one.
"""
import json
import os
import pathlib
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request

import geopandas
import pandas
import pyogrio
import shapely

GEOHUB, SODA, SHARED = sys.argv[1], sys.argv[2], pathlib.Path(sys.argv[3]).resolve()
KOOP = pathlib.Path(sys.argv[4]).resolve() if len(sys.argv) > 4 else None
LA = SHARED / "data" / "la"
WORK = pathlib.Path(tempfile.mkdtemp(prefix="geohub-main-job-"))
servers = []


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def serve(command, url, **options):
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **options)
    servers.append(server)
    for _ in range(200):
        try:
            urllib.request.urlopen(url, timeout=5).read()
            return
        except OSError:
            time.sleep(0.1)
    raise SystemExit(f"{command[0]} does not answer at {url}")


def geohub(*words):
    result = subprocess.run([GEOHUB, *map(str, words)], capture_output=True, text=True, cwd=WORK)
    if result.returncode != 0:
        raise SystemExit(f"geohub {words}: exit {result.returncode}\n{result.stderr}")
    return result.stdout


def check(what, found, expected):
    if found != expected:
        raise SystemExit(f"{what}: found {found}, expected {expected}")
    print(f"ok: {what}: {found}")


def councils_url():
    port = free_port()
    if KOOP:
        url = f"http://127.0.0.1:{port}/capped/rest/services/neighborhood_councils/FeatureServer/0"
        script = KOOP / "server.js"
        script.write_text((pathlib.Path(__file__).parent / "koop" / "server.js").read_text())
        serve(["node", script, str(port), "20", LA], f"{url}?f=json", cwd=KOOP)
    else:
        url = f"http://127.0.0.1:{port}/arcgis/rest/services/neighborhood_councils/FeatureServer/0"
        stand_in = str(pathlib.Path(SODA).parent / "arcgis-stand-in")
        serve([stand_in, "--port", str(port), "--cap", "20", LA / "neighborhood_councils.geojson"], f"{url}?f=json")
    return url


def meters_reference():
    port = free_port()
    csv = f"s49e-q6j2={LA / 'parking_meters.csv'}"
    serve([SODA, "--port", str(port), "--location", "Lat,Long", csv], f"http://127.0.0.1:{port}/api/views/s49e-q6j2.json")
    return f"socrata:http://127.0.0.1:{port}/s49e-q6j2"


def differing(ours, theirs):
    pairs = zip(ours.geometry, theirs.geometry)
    return sum(not a.equals(b) for a, b in pairs)


def off_grid(ours, theirs):
    """Pages in protocol buffers have coordinates on a grid of 1e-9 degrees."""
    pairs = zip(ours.geometry, theirs.geometry)
    return sum(shapely.hausdorff_distance(a, b) > 1e-9 for a, b in pairs)


def main():
    url = councils_url()
    for name, options in [("gridded.fgb", []), ("councils.fgb", ["--exact-coordinates"])]:
        fetched = json.loads(geohub("fetch", url, "-o", name, "--json", *options))
        check(f"councils fetched to {name}, complete", (fetched["features"], fetched["complete"]), (99, True))
    source = pyogrio.read_dataframe(LA / "neighborhood_councils.geojson")
    key = next(name for name in source.columns if name != "geometry" and source[name].is_unique)
    source = source.sort_values(key).reset_index(drop=True)
    read = lambda name: pyogrio.read_dataframe(WORK / name).sort_values(key).reset_index(drop=True)
    councils = read("councils.fgb")
    check("councils whose geometry differs from the source", differing(councils, source), 0)
    check("councils further from it than the server's grid", off_grid(read("gridded.fgb"), source), 0)

    fetched = json.loads(geohub("fetch", meters_reference(), "-o", "meters.fgb", "--json"))
    check("meters fetched, complete", (fetched["features"], fetched["complete"]), (35084, True))
    meters = pyogrio.read_dataframe(WORK / "meters.fgb")
    table = pandas.read_csv(LA / "parking_meters.csv")
    check("distinct meter positions", len(set(zip(meters.geometry.x, meters.geometry.y))),
          len(set(zip(table["Long"], table["Lat"]))))

    geohub("join", "councils.fgb", "meters.fgb", "--agg", "meters=count()", "-o", "counts.geojson")
    counted = pyogrio.read_dataframe(WORK / "counts.geojson").set_index(key)["meters"].sort_index()
    pairs = geopandas.sjoin(councils, meters, predicate="intersects")
    expected = pairs.groupby(key).size().reindex(counted.index, fill_value=0)
    check("councils whose count differs from GeoPandas", int((counted != expected).sum()), 0)
    check("pairs in all", int(counted.sum()), 34581)
    geohub("join", "meters.fgb", "councils.fgb", "--how", "anti", "-o", "outside.fgb")
    check("meters in no council", len(pyogrio.read_dataframe(WORK / "outside.fgb")), 816)

    for bbox in ["-118.27,34.03,-118.23,34.07", "-118.5,33.9,-118.3,34.1", "0,0,1,1"]:
        box = tuple(map(float, bbox.split(",")))
        count = int(geohub("query", "meters.fgb", "--bbox", bbox, "--count"))
        check(f"meters in {bbox}", count, len(pyogrio.read_dataframe(WORK / "meters.fgb", bbox=box)))


try:
    main()
finally:
    for server in servers:
        server.terminate()
