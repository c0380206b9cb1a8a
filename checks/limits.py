#!/usr/bin/env python3
"""Whether geohub commands keep the limit of a host together, whatever becomes of one of them.

A proxy of our own stands before the stand-in, keeps a log of every request and is slow or silent where asked. GEOHUB is
the binary, BIN its folder with make-city and the stand-ins, KILLS (10) how often a command among others is killed.
"""
import http.client
import http.server
import os
import pathlib
import random
import shutil
import signal
import socketserver
import statistics
import subprocess
import sys
import tempfile
import threading
import time

GEOHUB, BIN = os.environ["GEOHUB"], os.environ["BIN"]
KILLS = int(os.environ.get("KILLS", "10"))
AT_ONCE, SPACING, STOPPED = 2, 0.1, 20
failures = []


class Watch(socketserver.ThreadingMixIn, http.server.HTTPServer):
    """The log: start and end of each request, and who sent it by the port it came from."""

    daemon_threads = True

    def __init__(self, server):
        super().__init__(("127.0.0.1", 0), Handler)
        self.server, self.lock = server, threading.Lock()
        self.reset()
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def handle_error(self, request, client_address):
        # Clients that are killed hang up.
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)

    def reset(self, latency=0.0, silent=(), status=None):
        self.log, self.pages = [], 0
        self.latency, self.silent, self.status = latency, set(silent), status

    def url(self):
        return f"http://127.0.0.1:{self.server_port}/arcgis/rest/services/parcels/FeatureServer/0"

    def overlap(self):
        events = sorted([(e[0], 1) for e in self.log] + [(e[1] or time.perf_counter(), -1) for e in self.log])
        most = now = 0
        for _, change in events:
            now += change
            most = max(most, now)
        return most

    def gaps(self):
        starts = sorted(entry[0] for entry in self.log)
        return [b - a for a, b in zip(starts, starts[1:])]


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *words):
        pass

    def do_GET(self):
        watch, body = self.server, None
        entry = [time.perf_counter(), None]
        with watch.lock:
            watch.log.append(entry)
            page = "resultRecordCount" in self.path
            watch.pages += page
            silent = page and watch.pages in watch.silent
        try:
            if silent:
                # Until the client hangs up.
                self.connection.recv(1)
                self.close_connection = True
                return
            if watch.status:
                self.send_response(watch.status)
                self.send_header("Retry-After", "300")
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            time.sleep(watch.latency)
            there = http.client.HTTPConnection(watch.server)
            there.request("GET", self.path)
            body = there.getresponse().read()
            there.close()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
        finally:
            # The client may start its next request once it has the last byte.
            entry[1] = time.perf_counter()
        self.wfile.write(body)


def start(folder, *words):
    cache = {"GEOHUB_CACHE_DIR": str(folder / "cache")}
    silent = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE}
    return subprocess.Popen([GEOHUB, *map(str, words)], cwd=folder, env=os.environ | cache, **silent)


def until(holds):
    latest = time.monotonic() + 60
    while not holds():
        if time.monotonic() > latest:
            sys.exit("limits: not asked within 60 s: " + "; ".join(failures))
        time.sleep(0.01)


def end(child, what):
    said = child.communicate(timeout=120)[1].decode()
    if child.returncode:
        failures.append(f"{what}: exit {child.returncode}: {said[:300]}")
    return said


def check(what, holds, found):
    print(f"  {'ok' if holds else 'FAILED'}: {what}: {found}")
    if not holds:
        failures.append(f"{what}: {found}")


def fetch(folder, watch, name, *more):
    return start(folder, "fetch", watch.url(), "-o", name, "--overwrite", *more)


def together(folder, watch):
    watch.reset(latency=0.5)
    began, took = time.perf_counter(), {}
    runs = {name: fetch(folder, watch, name) for name in ("a.fgb", "b.fgb", "c.fgb")}
    threads = [threading.Thread(target=lambda n=n, r=r: (end(r, n), took.update({n: time.perf_counter() - began}))) for n, r in runs.items()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    gaps = watch.gaps()
    # A request may be late on its way, so single gaps may be shorter.
    tens = min(sum(gaps[at : at + 10]) for at in range(len(gaps) - 9))
    check("3 commands at once: requests at once", watch.overlap() == AT_ONCE, f"{watch.overlap()} at most, of {len(watch.log)}")
    check("starts", tens > 9 * SPACING, f"10 in {tens:.2f} s at least; gaps: least {min(gaps):.3f}, median {statistics.median(gaps):.3f} s")
    ends = sorted(took.values())
    check("fairness", ends[0] > 0.6 * ends[-1], "ended after " + ", ".join(f"{t:.1f}" for t in ends) + " s")
    check("the files are alike", len({(folder / n).read_bytes() for n in runs}) == 1, "3")


def killed(folder, watch):
    watch.reset(latency=0.1)
    most = 0
    for _ in range(KILLS):
        watch.reset(latency=0.1)
        runs = [fetch(folder, watch, name) for name in ("a.fgb", "b.fgb", "c.fgb")]
        time.sleep(random.uniform(0.1, 1.5))
        runs[0].kill()
        runs[0].communicate()
        for run in runs[1:]:
            end(run, "beside a killed one")
        # What the killed one had asked for is still on its way at the server.
        most = max(most, watch.overlap())
    check(f"kill -9 of one in three, {KILLS} times", most <= AT_ONCE + 2, f"the others end well; {most} at once at most")


def stopped(folder, watch):
    watch.reset(silent=[2])
    # A killed command may have left all pages but one for this name.
    first = fetch(folder, watch, "a.fgb", "--max-connections", "1", "--fresh")
    until(lambda: watch.pages >= 2)
    asked = len(watch.log)
    second = fetch(folder, watch, "b.fgb", "--max-connections", "1")
    time.sleep(STOPPED + 8)
    check("a slow command keeps its place", len(watch.log) == asked, f"{STOPPED + 8} s")
    first.send_signal(signal.SIGSTOP)
    began = time.perf_counter()
    said = end(second, "beside a stopped one")
    waited = time.perf_counter() - began
    check("the place of a stopped one is taken", STOPPED - 6 < waited < STOPPED + 20, f"after {waited:.1f} s")
    check("the wait is said", "waiting for other geohub commands" in said, said.splitlines()[0] if said else "nothing")
    first.send_signal(signal.SIGCONT)
    first.kill()
    first.communicate()


def interrupted(folder, watch):
    took = []
    for reset in [{"silent": [1]}, {"status": 503}] * 5:
        watch.reset(**reset)
        # The pause asked for would be kept by the next one too.
        shutil.rmtree(folder / "cache")
        run = fetch(folder, watch, "a.fgb", "--fresh")
        until(lambda: watch.pages or (watch.status and watch.log))
        time.sleep(random.uniform(0.05, 0.5))
        sent = time.perf_counter()
        run.send_signal(signal.SIGINT)
        code = run.wait()
        took.append(time.perf_counter() - sent)
        if code != 130:
            failures.append(f"interrupted: exit {code}: {run.stderr.read().decode()[:300]}")
        run.stderr.close()
    check("Ctrl-C in a request and in a pause", max(took) < 2, f"10 times, median {statistics.median(took) * 1000:.0f} ms, longest {max(took) * 1000:.0f} ms")


def main():
    with tempfile.TemporaryDirectory(prefix="geohub-limits-") as name:
        folder = pathlib.Path(name)
        subprocess.run([f"{BIN}/make-city", "--features", "1000", "--layer", "parcels", "-o", folder / "parcels.geojson"], check=True)
        portal = subprocess.Popen([f"{BIN}/arcgis-stand-in", "--cap", "100", folder / "parcels.geojson"], stdout=subprocess.PIPE, text=True)
        try:
            watch = Watch(portal.stdout.readline().split("/")[2])
            for part in (together, killed, stopped, interrupted):
                part(folder, watch)
        finally:
            portal.terminate()
            portal.wait()
    print(f"limits: {len(failures)} failures")
    for failure in failures:
        print(f"  {failure}")
    sys.exit(bool(failures))


main()
