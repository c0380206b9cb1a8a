#!/usr/bin/env python3
"""Whole downloads timed beside the peers: 100,000 parcels from an ArcGIS and a Socrata stand-in.

GEOHUB is the binary, BIN its folder with make-city and the stand-ins. FEATURES (100000), RUNS (3), REQUEST_MS (60) and ROW_MS
(0.2): how long the portal takes to answer, PAGE (2000): the most rows of a page, CONNECTIONS (4): requests at once that
geohub may send. Peers run in turn with geohub in every round, each on the same portal, whose log counts what was asked and
how many requests were open at once. Rows and distinct ids are counted in every output: only those that are whole are
compared. It fails when geohub has more requests open than it was allowed.
"""
import importlib.metadata
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request

BIN = pathlib.Path(os.environ.get("BIN", "target/release")).resolve()
GEOHUB = os.environ.get("GEOHUB", str(BIN / "geohub"))
FEATURES, RUNS = int(os.environ.get("FEATURES", "100000")), int(os.environ.get("RUNS", "3"))
PAGE, CONNECTIONS = int(os.environ.get("PAGE", "2000")), int(os.environ.get("CONNECTIONS", "4"))
LATENCY = {"request_ms": float(os.environ.get("REQUEST_MS", "60")), "row_ms": float(os.environ.get("ROW_MS", "0.2"))}


# The peers, each in a process of its own. What they write is counted afterwards, outside of the clock.


def gdal(url, out):
    """What ogr2ogr does: GDAL reads pages in turn, ordered as its documentation advises, and writes."""
    import pyogrio

    if url.startswith("socrata:"):
        host, dataset = url.removeprefix("socrata:").rsplit("/", 1)
        source = f"GeoJSON:{host}/resource/{dataset}.geojson?$limit={FEATURES}"
    else:
        query = {"where": "1=1", "outFields": "*", "f": "json", "orderByFields": f"{OID} ASC"}
        source = f"ESRIJSON:{url}/query?{urllib.parse.urlencode(query)}"
    meta, table = pyogrio.read_arrow(source)
    kind = "FlatGeobuf" if out.endswith("fgb") else "GeoJSON"
    pyogrio.write_arrow(table, out, driver=kind, geometry_name=meta["geometry_name"] or "wkb_geometry", geometry_type="Unknown", crs=meta["crs"])


def esridump(url, out):
    """The library without its pauses between requests."""
    from esridump.dumper import EsriDumper

    with open(out, "w") as file:
        file.write('{"type":"FeatureCollection","features":[')
        for number, row in enumerate(EsriDumper(url, pause_seconds=0, max_page_size=PAGE)):
            file.write(("," if number else "") + json.dumps(row))
        file.write("]}")


def portalkit(url, out):
    import portalkit as peer

    if url.startswith("socrata:"):
        host, dataset = url.removeprefix("socrata:").rsplit("/", 1)
        portal = peer.open(host, kind="socrata", cache=False)
    else:
        service, dataset = url.rsplit("/", 1)
        portal = peer.open(service, kind="arcgis", cache=False)
    frame = portal.dataset(dataset).to_pandas()
    frame.to_json(out, orient="records", default_handler=str)


def gpio(url, out, workers="1"):
    from geoparquet_io.cli.main import cli

    cli(["extract", "arcgis", url, out, "--skip-hilbert", "--skip-bbox", "--workers", workers])


def gpio_parallel(url, out):
    gpio(url, out, str(CONNECTIONS))


def sodapy(url, out):
    import sodapy as peer

    host, dataset = url.removeprefix("socrata:").rsplit("/", 1)
    client = peer.Socrata(urllib.parse.urlparse(host).netloc, None, timeout=600)
    client.uri_prefix = "http://"
    with open(out, "w") as file:
        json.dump(list(client.get_all(dataset, limit=PAGE, order=":id")), file)


PEERS = {
    "arcgis": [("GDAL", gdal, "fgb"), ("GDAL", gdal, "geojson"), ("pyesridump", esridump, "geojson"), ("portalkit", portalkit, "json"),
               ("geoparquet-io", gpio, "parquet"), ("geoparquet-io, workers", gpio_parallel, "parquet")],
    "socrata": [("GDAL, one request", gdal, "geojson"), ("sodapy, order :id", sodapy, "json"), ("portalkit", portalkit, "json")],
}


class Portal:
    def __init__(self, kind, data, folder):
        net, habits = folder / "net.json", folder / "habits.json"
        net.write_text(json.dumps({"latency": LATENCY, "remember": True}))
        habits.write_text(json.dumps({"cap": PAGE} if kind == "arcgis" else {}))
        name, word = ("arcgis-stand-in", data) if kind == "arcgis" else ("soda-stand-in", f"abcd-1234={data}")
        command = [BIN / name, "--switches", habits, "--net", net, word]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        url = self.process.stdout.readline().strip()
        self.origin = "/".join(url.split("/")[:3])
        self.reference = url if kind == "arcgis" else f"socrata:{self.origin}/abcd-1234"

    def log(self):
        """What was asked since the last time."""
        with urllib.request.urlopen(f"{self.origin}/stand-in/log?clear=true") as answer:
            return json.load(answer)

    def stop(self):
        self.process.kill()
        self.process.wait()


def timed(words, portal):
    """Seconds, CPU seconds, peak MB and what the portal saw."""
    portal.log()
    start = time.perf_counter()
    process = subprocess.Popen([str(word) for word in words], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    said = process.stderr.read().decode()
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - start
    if status:
        return None, said.strip().splitlines()[-1:] or ["no word"]
    return (wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, portal.log()), None


def counted(out):
    """Rows and distinct rows of an output."""
    if out.suffix == ".parquet":
        import pyarrow.parquet

        rows = pyarrow.parquet.read_table(out, columns=["APN"]).column("APN").to_pylist()
    elif out.suffix == ".json":
        rows = [row.get("APN", row.get("apn")) for row in json.loads(out.read_text())]
    else:
        import pyogrio

        found = pyogrio.read_dataframe(out, read_geometry=False)
        rows = found[next(name for name in found.columns if name.lower() == "apn")].tolist()
    return len(rows), len(set(rows))


def remove(folder, stem):
    for path in folder.glob(f"{stem}.*"):
        path.unlink()


def compete(kind, data, folder, table):
    portal = Portal(kind, data, folder)
    command = lambda out: [GEOHUB, "fetch", portal.reference, "-o", out, "--no-progress", "--max-connections", str(CONNECTIONS)]
    peer = lambda function, out: [sys.executable, "-W", "ignore", __file__, "--peer", function.__name__, portal.reference, out]
    tools = [("geohub", form, command) for form in ["fgb", "geojson"]]
    tools += [(name, form, lambda out, function=function: peer(function, out)) for name, function, form in PEERS[kind]]
    results = {tool[:2]: [] for tool in tools}
    try:
        for _ in range(RUNS):
            for number, (name, form, words) in enumerate(tools):
                remove(folder, f"out{number}")
                out = folder / f"out{number}.{form}"
                figures, error = timed(words(out), portal)
                results[name, form].append((*figures, counted(out)) if figures else error[0])
    finally:
        portal.stop()
    best = None
    for (name, form), runs in results.items():
        good = [run for run in runs if not isinstance(run, str)]
        if not good:
            table.append(f"| {kind} | {name} | {form} | {runs[0][:80]} | | | | | | |")
            continue
        wall, cpu, peak = (statistics.median(run[at] for run in good) for at in range(3))
        log, (rows, distinct) = good[-1][3:]
        best = best or wall
        whole = "" if rows == distinct == FEATURES else " WRONG"
        ratio = f"{wall / best:.1f}"
        table.append(f"| {kind} | {name} | {form} | {wall:.1f} | {ratio} | {cpu:.1f} | {peak:.0f} | {rows:,} / {distinct:,}{whole} | "
                     f"{log['requests']} / {max(run[3]['most_open'] for run in good)} | {log['work_s']:.1f} |")
        if name == "geohub" and (whole or max(run[3]["most_open"] for run in good) > CONNECTIONS):
            table.append(f"| {kind} | geohub | {form} | FAILED: not whole, or more requests at once than allowed | | | | | | |")
    return results


def main():
    packages = {"pyesridump": "esridump", "sodapy": "sodapy", "pyogrio": "pyogrio", "portalkit": "portalkit", "geoparquet-io": "geoparquet-io"}
    versions = ", ".join(f"{name} {importlib.metadata.version(package)}" for name, package in packages.items())
    table = [f"{FEATURES:,} parcels; a portal answers after {LATENCY['request_ms']:g} ms + {LATENCY['row_ms']:g} ms a row; pages of at most {PAGE:,} on ArcGIS; "
             f"{CONNECTIONS} requests at once for geohub; medians of {RUNS}; {versions}", "",
             "| portal | tool | to | wall s | of geohub's | CPU s | peak MB | rows / distinct | requests / most at once | portal's own work s |",
             "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |"]
    with tempfile.TemporaryDirectory(prefix="geohub-bench-") as name:
        folder = pathlib.Path(name)
        data = folder / "parcels.geojson"
        subprocess.run([BIN / "make-city", "--layer", "parcels", "--features", str(FEATURES), "-o", data], check=True)
        for kind in os.environ.get("KIND", "arcgis,socrata").split(","):
            compete(kind, data, folder, table)
    text = "\n".join(table)
    print(text)
    sys.exit("FAILED" in text)


OID = "OBJECTID_1"
if sys.argv[1:2] == ["--peer"]:
    globals()[sys.argv[2]](*sys.argv[3:])
else:
    main()
