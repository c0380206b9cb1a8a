"""Is every recording in SHARED/fixtures decoded by a test? Standard input is what the tests said.

A test names a file it has proved as `covered: PATH`. Files that are no answers geohub reads are listed here, each with its
reason; a file in neither list fails, and so does a reason whose file is gone or covered after all.
"""
import fnmatch
import os
import pathlib
import re
import sys

NO_STATISTICS = "least and greatest ids; geohub asks for no statistics, for they may be wrong"
NOT_ASKED = "an answer to a question that geohub does not ask"
REASONS = {
    "*/README.md": "says what the files are",
    "jts/*": "cases for geometry, run by checks/jts.sh",
    "arcgis/hub/koop-hub-dataset.json": NOT_ASKED,
    "arcgis/hub/portal-item-*.json": NOT_ASKED,
    "arcgis/hub/sce-ica-*.json": NOT_ASKED,
    "arcgis/hub/sce-rest-info.json": NOT_ASKED,
    "arcgis/hub/sce-services-catalog.json": NOT_ASKED,
    "arcgis/featureservice/stats.json": NO_STATISTICS,
    "arcgis/featureservice/statsCaps.json": NO_STATISTICS,
    "arcgis/pyesridump/*/*-statistics.json": NO_STATISTICS,
    "arcgis/pyesridump/*/*-outStatistics.json": NO_STATISTICS,
    "arcgis/arcpbf/count.pbf": "a count; geohub asks for counts in JSON",
    "arcgis/arcpbf/ids.pbf": "a list of ids; geohub asks for lists in JSON",
    "socrata/v20-legacy/koop-crimes-count.json": "a count under another name than geohub asks for",
    "socrata/v21/nyc-uczf-rk3c-default.csv.json": "an answer in CSV; geohub asks for JSON",
    "socrata/v21/nyc-uczf-rk3c-xml-head.json": "an answer in XML; geohub asks for JSON",
    "socrata/*/demo-4tka-6guv-group-having-order.json": "groups, which geohub does not ask for",
    "socrata/geo-export/*.kml": "files for a KML reader, which is later",
}
root = pathlib.Path(os.environ["FIXTURES"])
said = sys.stdin.read()
covered = set(re.findall(r"covered: (\S+)", said))
files = {str(path.relative_to(root)) for path in root.rglob("*") if path.is_file()}
excused = {file: pattern for pattern in REASONS for file in files if fnmatch.fnmatch(file, pattern)}
problems = [f"not covered: {file}" for file in sorted(files - covered - excused.keys())]
problems += [f"said to be covered, and not there: {file}" for file in sorted(covered - files)]
problems += [f"excused, and yet covered: {file}" for file in sorted(covered & excused.keys())]
problems += [f"an excuse for nothing: {pattern}" for pattern in REASONS if pattern not in excused.values()]
print(f"recordings: {len(covered & files)} decoded, {len(excused)} of another kind, {len(files)} in all")
print("\n".join(problems))
sys.exit(bool(problems))
