"""The stand-in portals against clients that know nothing of them, and against recorded answers.

usage: stand_ins.py FOLDER_WITH_BINARIES SHARED

sodapy, pyesridump and GDAL run unmodified; where a client is known to lose rows on servers that leave rows unordered,
it must lose them here too. Recorded rows are served again and must come back as they were recorded.
"""
import json
import pathlib
import subprocess
import sys
import tempfile

import pyogrio
import requests
import sodapy
from esridump.dumper import EsriDumper

BIN, SHARED = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]).resolve()
WORK = pathlib.Path(tempfile.mkdtemp(prefix="geohub-stand-ins-"))
servers = []


def start(name, *words):
    server = subprocess.Popen([BIN / name, *map(str, words)], stdout=subprocess.PIPE, text=True)
    servers.append(server)
    return server.stdout.readline().strip()


def check(what, holds, found):
    if not holds:
        raise SystemExit(f"{what}: {found}")
    print(f"ok: {what}: {found}")


def switches(**habits):
    path = WORK / f"{'-'.join(habits)}.json"
    path.write_text(json.dumps(habits))
    return path


def sodapy_walks():
    meters = SHARED / "data" / "la" / "parking_meters.csv"
    url = start("soda-stand-in", "--location", "Lat,Long", f"s49e-q6j2={meters}")
    client = sodapy.Socrata(url.split("/")[2], None, timeout=60)
    client.uri_prefix = "http://"
    for order, complete in ((None, False), (":id", True)):
        more = {"order": order} if order else {}
        rows = list(client.get_all("s49e-q6j2", limit=5000, **more))
        distinct = len({row["spaceid"] for row in rows})
        check(f"sodapy get_all, order {order}", len(rows) == 35084 and (distinct == 35084) == complete, (len(rows), distinct))
    names = [column["fieldName"] for column in client.get_metadata("s49e-q6j2")["columns"]]
    check("sodapy metadata", names[-1] == "location", names)


def esri_clients():
    city = WORK / "lots.geojson"
    subprocess.run([BIN / "make-city", "--layer", "parcels", "--features", "2500", "-o", city], check=True)
    for stable in (True, False):
        habits = switches(stable_unordered=stable)
        url = start("arcgis-stand-in", "--cap", "700", "--switches", habits, city)
        rows = list(EsriDumper(url, pause_seconds=0))
        distinct = len({row["properties"]["OBJECTID_1"] for row in rows})
        check(f"pyesridump, unordered pages stable: {stable}", len(rows) == 2500 and (distinct == 2500) == stable, (len(rows), distinct))
    query = f"{url}/query?where=1%3D1&outFields=*&orderByFields=OBJECTID_1&f=json"
    found = pyogrio.read_dataframe(f"ESRIJSON:{query}")
    truth = pyogrio.read_dataframe(city)
    check("GDAL reads all pages", len(found) == 2500 and found.OBJECTID_1.is_unique, len(found))
    merged = found.merge(truth, on="OBJECTID", suffixes=("", "_truth"))
    same = merged.geometry.normalize().geom_equals_exact(merged.geometry_truth.normalize(), 0).all()
    check("GDAL's geometries are the city's", len(merged) == 2500 and same, len(merged))


def recorded(path):
    exchange = json.loads(path.read_text())
    exchange = exchange if "response" in exchange else exchange["interactions"][0]
    return exchange["request"], exchange["response"]


def conformance():
    folder = SHARED / "fixtures" / "socrata" / "v21"
    for name, id_ in (("nyc-uczf-rk3c-default-1000-rows", "uczf-rk3c"), ("demo-jatp-jqxg-floating-timestamps", "jatp-jqxg"),
                      ("demo-w8wm-g3qx-checkbox-null-omitted", "w8wm-g3qx")):
        request, response = recorded(folder / f"{name}.json")
        rows = json.loads(response["body"])
        fields = json.loads({k.lower(): v for k, v in response["headers"].items()}["x-soda2-fields"])
        numbers = {field for field, kind in zip(fields, json.loads(response["headers"]["X-SODA2-Types"])) if kind == "number"}
        value = lambda row, field: row.get(field) if field not in numbers else json.loads(row.get(field, "null"))
        features = [{"type": "Feature", "geometry": None, "properties": {f: value(row, f) for f in fields}} for row in rows]
        source = WORK / f"{id_}.geojson"
        source.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
        base = start("soda-stand-in", f"{id_}={source}")
        uri = request.get("uri") or request["uri_as_recorded"]
        answer = requests.get(base + ("?" + uri.split("?", 1)[1] if "?" in uri else ""), headers={"Accept-Encoding": "gzip"})
        text = lambda row: json.dumps(row, sort_keys=True)
        check(f"{name}: rows", sorted(map(text, answer.json())) == sorted(map(text, rows)), len(rows))
        for header in ("X-SODA2-Fields", "X-SODA2-Types", "Content-Type"):
            check(f"{name}: {header}", answer.headers[header] == response["headers"][header], answer.headers[header])
        transport = {"server", "connection", "age", "strict-transport-security", "content-encoding", "x-soda2-warning"}
        missing = {h.lower() for h in response["headers"]} - {h.lower() for h in answer.headers} - transport
        check(f"{name}: header names", not missing, sorted(missing))


def replay():
    base = start("replay-stand-in", SHARED / "fixtures" / "socrata")
    served = 0
    for path in sorted((SHARED / "fixtures" / "socrata").rglob("*.json")):
        exchange = json.loads(path.read_text())
        if not isinstance(exchange, dict) or "response" not in exchange or exchange["request"].get("method") != "GET":
            continue
        uri = exchange["request"].get("uri_real") or exchange["request"].get("uri") or exchange["request"]["uri_as_recorded"]
        answer = requests.get(base + "/" + uri.split("/", 3)[3])
        answer.encoding = "utf-8"
        same = answer.status_code == exchange["response"]["status"] and answer.text == exchange["response"]["body"]
        if not same:
            raise SystemExit(f"{path.name}: replayed otherwise")
        served += 1
    check("recordings replayed word for word", served > 5, served)


try:
    sodapy_walks()
    esri_clients()
    conformance()
    replay()
finally:
    for server in servers:
        server.terminate()
