#!/usr/bin/env python3
"""The faults of docs/faults.md served to geohub and its peers, side by side: who is right, who says so, who is silently wrong.

GEOHUB is the binary, BIN its folder with the stand-ins; FAULT=words picks some, OUT is the table (target/faults_peers.md).
Every run gets a portal of its own. It fails when geohub is silently wrong or hangs; of the peers it only tells.
"""
import collections
import concurrent.futures
import importlib.metadata
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time
import urllib.parse

ROWS, LONGEST_S, AT_ONCE = 6000, 45, 10
ONE_ROW = "lot 03210"
BIN = pathlib.Path(os.environ.get("BIN", "target/release")).resolve()
GEOHUB = os.environ.get("GEOHUB", str(BIN / "geohub"))


def properties(row):
    return {"apn": 2_004_001_000 + row, "zip": f"{901 + row % 7:05}", "area": row * 3 + 0.5, "lot": f"lot {row:05}"}


def city(path):
    """Squares on a grid, every tenth row without a geometry."""
    features = []
    for row in range(ROWS):
        x, y = -118.5 + row % 100 * 0.01, 33.9 + row // 100 * 0.01
        ring = [[x, y], [x + 0.004, y], [x + 0.004, y + 0.004], [x, y + 0.004], [x, y]]
        shape = None if row % 10 == 9 else {"type": "Polygon", "coordinates": [ring]}
        features.append({"type": "Feature", "geometry": shape, "properties": properties(row)})
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))


# The peers. Each writes the rows it got, as a list of their properties; a failure is an exit code.


def geohub(url, out):
    ran = subprocess.run([GEOHUB, "fetch", url, "-o", f"{out}.geojson", "--no-progress"], stderr=subprocess.PIPE, text=True)
    sys.stderr.write(ran.stderr)
    if ran.returncode:
        said = next((line for line in ran.stderr.splitlines() if line.startswith("error")), "")
        sys.exit(f"exit {ran.returncode}: {said.split(': ', 2)[-1]}")
    return [feature["properties"] for feature in json.load(open(f"{out}.geojson"))["features"]]


def esridump(url, out):
    import esridump.cli

    sys.argv = ["esri2geojson", url, f"{out}.geojson"]
    esridump.cli.main()
    return [feature["properties"] for feature in json.load(open(f"{out}.geojson"))["features"]]


def gdal(url, out, order=None):
    import pyogrio

    if url.startswith("socrata:"):
        host, dataset = url.removeprefix("socrata:").rsplit("/", 1)
        source = f"GeoJSON:{host}/resource/{dataset}.geojson?$limit=1000000"
    else:
        query = {"where": "1=1", "outFields": "*", "f": "json"} | ({"orderByFields": order} if order else {})
        source = f"ESRIJSON:{url}/query?{urllib.parse.urlencode(query)}"
    return pyogrio.read_dataframe(source, read_geometry=False).to_dict("records")


def gdal_ordered(url, out):
    return gdal(url, out, "OBJECTID ASC")


def portalkit(url, out):
    import portalkit as peer

    if url.startswith("socrata:"):
        host, dataset = url.removeprefix("socrata:").rsplit("/", 1)
        portal = peer.open(host, kind="socrata", cache=False)
    else:
        service, dataset = url.rsplit("/", 1)
        portal = peer.open(service, kind="arcgis", cache=False)
    return portal.dataset(dataset).to_pandas().to_dict("records")


def gpio(url, out):
    import pyarrow.parquet
    from geoparquet_io.cli.main import cli

    words = ["extract", "arcgis", url, f"{out}.parquet", "--skip-hilbert", "--skip-bbox"]
    try:
        cli(words, standalone_mode=False)
    except SystemExit as end:
        if end.code:
            raise
    return pyarrow.parquet.read_table(f"{out}.parquet", columns=list(properties(0))).to_pylist()


def sodapy(url, out):
    import sodapy as peer

    host, dataset = url.removeprefix("socrata:").rsplit("/", 1)
    client = peer.Socrata(urllib.parse.urlparse(host).netloc, None, timeout=60)
    client.uri_prefix = "http://"
    return list(client.get_all(dataset, limit=1000))


def sodapy_ordered(url, out):
    import sodapy as peer

    host, dataset = url.removeprefix("socrata:").rsplit("/", 1)
    client = peer.Socrata(urllib.parse.urlparse(host).netloc, None, timeout=60)
    client.uri_prefix = "http://"
    return list(client.get_all(dataset, limit=1000, order=":id"))


PEERS = {
    "arcgis": {"geohub": geohub, "pyesridump": esridump, "GDAL": gdal, "GDAL, orderByFields": gdal_ordered, "portalkit": portalkit,
               "geoparquet-io": gpio},
    "socrata": {"geohub": geohub, "sodapy get_all": sodapy, "sodapy, order :id": sodapy_ordered, "GDAL (GeoJSON)": gdal,
                "portalkit": portalkit},
}

# The faults: the portal's habits, the script, and where each is possible.


def fault(act, kind="page", nth=2, times=1):
    return [{"on": {"kind": kind, "nth": nth}, "do": act, "times": times}]


def error(portal, code, words):
    return {"error": {"code": code, "message": words, "details": []}} if portal == "arcgis" else {"error": True, "message": words, "status": code}


def scripts(portal, ids, elsewhere):
    seven = {"drop_rows": {"ids": ids[20:27]}}
    busy = {"too_many_requests": {"retry_after": {"seconds": 2}}}
    delete = lambda position: {"then": {"delete_at": {"position": position}}}
    cap = {"cap": 400, "advertised_cap": 1000} if portal == "arcgis" else {"cap_limit": 400}
    refuse = {"refuse_text": {"text": ONE_ROW, "code": 500, "body": error(portal, 500, "Error performing query operation")}}
    edits = fault({"then": "insert"}) + fault(delete(5)) + fault(delete(5000)) + fault({"then": "insert"}, nth=3)
    every = {
        "none": ({}, []),
        "rows nobody ordered rotate, pages overlap": ({"stable_unordered": False}, []),
        "order not obeyed": ({"stable_unordered": False, "order_ignored": True} if portal == "arcgis" else None, []),
        "cap of 400 below the advertised": (cap, []),
        "7 rows left out of every page": ({}, fault(seven, nth=1, times=0)),
        "3 rows of every page twice": ({}, fault({"duplicate_rows": {"rows": 3}}, nth=1, times=0)),
        "one 503": ({}, fault({"status": {"code": 503, "body": "Service Unavailable"}})),
        "two 429, Retry-After 2 s": ({}, fault(busy, times=2)),
        "two 429 in the body of a 200": ({}, fault({"json200": {"body": error(portal, 429, "Too many requests")}}, times=2)),
        "an error for one row, always": ({}, fault(refuse, nth=1, times=0)),
        "HTML with status 200, once": ({}, fault("html200")),
        "an answer cut short, once": ({}, fault({"truncated_json": {}})),
        "connection reset in the body, once": ({}, fault({"cut_body_after": {"bytes": 5000}})),
        "a page that drips, 20 kB/s": ({}, fault({"slow": {"delay_ms": 500, "bytes_per_s": 20000}})),
        "count 5 too high": ({}, fault({"count_off": {"by": 5}}, "count", 1, 0)),
        "count 5 too low": ({}, fault({"count_off": {"by": -5}}, "count", 1, 0)),
        "rows inserted and deleted while reading": ({}, edits),
        "every row replaced while reading": ({}, fault({"then": "replace_all"})),
        "a page redirected to another host": ({}, fault({"redirect_to": {"url": f"{elsewhere}*"}})),
        "counts and ids answered with rows": ({"only_ignored": True} if portal == "arcgis" else None, []),
        "wrong least and greatest id": ({"wrong_id_range": [300, 700], "pagination": False} if portal == "arcgis" else None, []),
    }
    return {name: both for name, both in every.items() if both[0] is not None}


def states(script):
    """The rows at first and at last, by their places in the table."""
    before = list(range(ROWS))
    after = before.copy()
    for line in script:
        edit = line["do"].get("then") if isinstance(line["do"], dict) else None
        if edit == "insert":
            after.append(after[0])
        elif isinstance(edit, dict):
            after.pop(edit["delete_at"]["position"])
    return before, after


class Portal:
    """A stand-in of one's own for one run."""

    def __init__(self, portal, folder, habits=(), script=()):
        switches, faults = folder / "switches.json", folder / "faults.json"
        base = {"cap": 1000} if portal == "arcgis" else {}
        switches.write_text(json.dumps(base | {"stable_unordered": True} | dict(habits)))
        faults.write_text(json.dumps(list(script)))
        name, word = {"arcgis": ("arcgis-stand-in", CITY), "socrata": ("soda-stand-in", f"abcd-1234={CITY}")}[portal]
        more = ["--cap", str(json.loads(switches.read_text())["cap"])] if portal == "arcgis" else []
        command = [BIN / name, *more, "--switches", switches, "--faults", faults, word]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        url = self.process.stdout.readline().strip()
        parts = urllib.parse.urlparse(url)
        self.origin, self.port = f"http://{parts.netloc}", parts.port
        self.reference = url if portal == "arcgis" else f"socrata:{self.origin}/abcd-1234"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()


def judged(found, script):
    """What a list of rows is, beside what the portal holds."""
    key = lambda row: (int(float(row["apn"])), str(row["zip"]), float(row["area"]), row["lot"])
    held = lambda places: collections.Counter(key(properties(place)) for place in places)
    rows = collections.Counter(map(key, found))
    before, after = map(held, states(script))
    if rows in (before, after):
        return "right"
    between = all(min(before[row], after[row]) <= rows[row] <= max(before[row], after[row]) for row in set(rows) | set(before) | set(after))
    expected = f"of {ROWS:,}" if before == after else f"of {sum(after.values()):,}"
    wrong = f"{sum(rows.values()):,} rows, {len(rows):,} distinct {expected}"
    return f"rows of both states: {wrong}" if between else wrong


def run(portal, fault_name, peer):
    """One peer under one fault: its outcome and the seconds it took."""
    with tempfile.TemporaryDirectory(prefix="geohub-faults-") as name:
        folder = pathlib.Path(name)
        (folder / "other").mkdir()
        with Portal(portal, folder / "other") as other:
            habits, script = scripts(portal, IDS[portal], f"http://localhost:{other.port}")[fault_name]
            with Portal(portal, folder, habits, script) as main:
                return outcome(portal, peer, main.reference, folder / "out", script)


def outcome(portal, peer, reference, out, script):
    words = [sys.executable, "-W", "ignore", __file__, "--peer", portal, peer, reference, out]
    # Every portal is on this machine, and geohub would share one host's limit among all that run.
    env = os.environ | {"GEOHUB_CACHE_DIR": str(out.parent / "cache"), "GEOHUB_CONFIG_DIR": str(out.parent / "config")}
    began = time.perf_counter()
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, env=env, start_new_session=True)
    try:
        said = process.communicate(timeout=LONGEST_S)[1]
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, 9)
        process.communicate()
        return f"not done after {LONGEST_S} s", LONGEST_S
    took = time.perf_counter() - began
    rows = pathlib.Path(f"{out}.rows.json")
    if process.returncode or not rows.exists():
        last = [line for line in said.splitlines() if line.strip()][-1:]
        return f"error: {''.join(last)[:110]}", took
    found = judged(json.loads(rows.read_text()), script)
    edited = found.startswith("rows of both states") and "was edited while it was read" in said
    if found == "right" or edited:
        return "right" if found == "right" else "right, the edit said", took
    return f"SILENTLY WRONG: {found}", took


def serve_peer(portal, peer, reference, out):
    """In a process of its own: one peer, its rows written down."""
    rows = PEERS[portal][peer](reference, out)
    plain = [{name: row.get(name) for name in properties(0)} for row in rows]
    pathlib.Path(f"{out}.rows.json").write_text(json.dumps(plain, default=str))


def ids_of(portal, folder):
    """The portal's ids of the rows, in its own order: the same in every run."""
    import requests

    folder.mkdir()
    with Portal(portal, folder) as main:
        if portal == "arcgis":
            answer = requests.get(f"{main.reference}/query", {"where": "1=1", "returnIdsOnly": "true", "f": "json"}).json()
            return [str(id_) for id_ in sorted(answer["objectIds"])]
        query = {"$select": ":id", "$order": ":id", "$limit": ROWS}
        return [row[":id"] for row in requests.get(f"{main.origin}/resource/abcd-1234.json", query).json()]


def versions():
    named = {"pyesridump": "esridump", "sodapy": "sodapy", "pyogrio": "pyogrio", "portalkit": "portalkit", "geoparquet-io": "geoparquet-io"}
    import pyogrio

    found = [f"{name} {importlib.metadata.version(package)}" for name, package in named.items()]
    return ", ".join([*found, "GDAL " + ".".join(map(str, pyogrio.__gdal_version__))])


def table(portal, results):
    peers = list(PEERS[portal])
    lines = [f"| {portal}: fault | " + " | ".join(peers) + " |", "| --- " * (len(peers) + 1) + "|"]
    for name in scripts(portal, IDS[portal], ""):
        if (portal, name, peers[0]) in results:
            cells = [f"{results[portal, name, peer][0]} ({results[portal, name, peer][1]:.1f} s)".replace("|", "/") for peer in peers]
            lines.append(f"| {name} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def main():
    wanted = os.environ.get("FAULT", "")
    every = [(portal, name, peer) for portal in PEERS for name in scripts(portal, IDS[portal], "") for peer in PEERS[portal] if wanted in name]
    began = time.perf_counter()
    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        results = dict(zip(every, pool.map(lambda one: run(*one), every)))
    text = "\n\n".join([f"{versions()}; {ROWS:,} rows", *(table(portal, results) for portal in PEERS)]) + "\n"
    out = pathlib.Path(os.environ.get("OUT", "target/faults_peers.md"))
    out.write_text(text)
    print(text)
    wrong = [one for one, (found, _) in results.items() if one[2] == "geohub" and not found.startswith(("right", "error"))]
    count = lambda word: sum(one[2] != "geohub" and found.startswith(word) for one, (found, _) in results.items())
    print(f"faults beside peers: {len(every)} runs in {time.perf_counter() - began:.0f} s, peers silently wrong {count('SILENTLY')} times; table in {out}")
    for one in wrong:
        print(f"geohub: {one[0]}, {one[1]}: {results[one][0]}")
    sys.exit(bool(wrong))


if sys.argv[1:2] == ["--peer"]:
    serve_peer(*sys.argv[2:])
else:
    with tempfile.TemporaryDirectory(prefix="geohub-faults-") as work:
        CITY = pathlib.Path(work) / "parcels.geojson"
        city(CITY)
        IDS = {portal: ids_of(portal, pathlib.Path(work) / portal) for portal in PEERS}
        main()
