"""Reads the exports of reports with the programs that they are written for.

check.py ECS.json REPORTS: the fields of the Elastic Common Schema, and a
folder of report folders.
"""

import csv
import datetime
import ipaddress
import json
import sys
from pathlib import Path
from unittest.mock import MagicMock

import stix2
import stix2validator
from pymisp import MISPEvent

# Timesketch's reader of JSON lines uses neither, its module imports both.
sys.modules["flask"] = MagicMock()
sys.modules["pandas"] = MagicMock()
from timesketch.lib import utils as timesketch  # noqa: E402

# Ids of STIX objects "should" be random (check 103): here the same question
# gives the same ids. The extension that defines TLP 2.0 is known by its id.
STIX_OPTIONS = stix2validator.ValidationOptions(
    version="2.1", strict=True, disabled="103", silent=True
)

GRADES_SHARED = {"F1", "F2", "F3", "W", "U", "P"}


def lines(path):
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def shared(report):
    """The addresses that others may be told of, by the report."""
    actors = [a for a in report["actors"] if a["class"] == "other" and a["grade"] in GRADES_SHARED]
    return sorted(a["ip"] for a in actors if a["ip"])


def check_stix(folder, report):
    path = folder / "stix.json"
    result = stix2validator.validate_file(str(path), STIX_OPTIONS)
    assert result.is_valid, stix2validator.output.print_results([result])
    bundle = json.loads(path.read_text("utf-8"))
    parsed = stix2.parse(bundle, allow_custom=False)
    kinds = {o["type"] for o in bundle["objects"]}
    assert not kinds & {"indicator", "threat-actor", "intrusion-set", "sighting"}, kinds
    addresses = []
    for one in parsed.objects:
        if one["type"] in ("ipv4-addr", "ipv6-addr"):
            made = {"ipv4-addr": stix2.IPv4Address, "ipv6-addr": stix2.IPv6Address}[one["type"]]
            assert made(value=one["value"]).id == one["id"], one
            addresses.append(one["value"])
        elif one["type"] == "observed-data":
            assert one["first_observed"] <= one["last_observed"]
    assert sorted(addresses) == shared(report)
    assert len([o for o in bundle["objects"] if o["type"] == "observed-data"]) == len(addresses)
    return len(bundle["objects"])


def check_misp(folder, report):
    event = MISPEvent()
    event.load_file(str(folder / "misp.json"))
    addresses = [a for a in event.attributes if a.type == "ip-src"]
    assert sorted(a.value for a in addresses) == shared(report)
    for attribute in event.attributes:
        assert attribute.to_ids is False, attribute
    for attribute in addresses:
        assert attribute.first_seen <= attribute.last_seen, attribute
    assert event.published is False and int(event.distribution) == 0
    # What PyMISP would send again is what was written.
    written = json.loads((folder / "misp.json").read_text("utf-8"))["Event"]
    again = json.loads(event.to_json())
    assert [a["uuid"] for a in again["Attribute"]] == [a["uuid"] for a in written["Attribute"]]
    return len(event.attributes)


def check_timesketch(folder, hits):
    with open(folder / "timesketch.jsonl", encoding="utf-8") as file:
        read = list(timesketch.read_and_validate_jsonl(file))
    for line in read:
        when = datetime.datetime.fromisoformat(line["datetime"])
        micros = (when - datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)) \
            // datetime.timedelta(microseconds=1)
        assert abs(micros - line["timestamp"]) < 2, line
    requests = [line for line in read if line["data_type"] == "whofetched:request"]
    timed = [hit for hit in hits if hit["time"]]
    assert len(requests) == len(timed), (len(requests), len(timed))
    assert [line["grade"] for line in requests] == [hit["grade"] for hit in timed]
    return len(read)


def is_of(kind, value):
    if kind in ("keyword", "wildcard", "match_only_text", "constant_keyword"):
        return isinstance(value, str)
    if kind == "long":
        return isinstance(value, int) and not isinstance(value, bool)
    if kind == "ip":
        return str(ipaddress.ip_address(value)) == value
    if kind == "date":
        return datetime.datetime.fromisoformat(value).tzinfo is not None
    raise AssertionError(f"no rule for a field of type {kind}")


def check_field(fields, name, value):
    """Names, types, arrays and allowed values are those of the schema."""
    if name.startswith("labels."):
        assert isinstance(value, str) and value, (name, value)
        return
    if isinstance(value, dict):
        for key, inner in value.items():
            check_field(fields, f"{name}.{key}" if name else key, inner)
        return
    assert name in fields, f"{name} is no field of ECS"
    field = fields[name]
    assert isinstance(value, list) == field["many"], (name, value)
    for one in value if field["many"] else [value]:
        assert is_of(field["type"], one), (name, one, field["type"])
        assert not field["allowed"] or one in field["allowed"], (name, one)


def check_ecs(folder, fields, hits):
    read = lines(folder / "ecs.ndjson")
    for event in read:
        assert {"@timestamp", "ecs", "event"} <= event.keys(), event
        check_field(fields, "", event)
    events = [event for event in read if event["event"]["kind"] == "event"]
    assert len(events) == len([hit for hit in hits if hit["time"]])
    return len(read)


def check_csv(folder):
    with open(folder / "files.csv", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert all(None not in row and None not in row.values() for row in rows)
    # Paths that differ by what is not told look alike.
    paths = [row["path"] for row in rows if "[" not in row["path"]]
    assert len(set(paths)) == len(paths)
    return len(rows)


def main():
    fields = json.loads(Path(sys.argv[1]).read_text("utf-8"))
    folders = sorted(Path(sys.argv[2]).iterdir())
    for folder in folders:
        report = json.loads((folder / "report.json").read_text("utf-8"))
        with open(folder / "hits.csv", encoding="utf-8", newline="") as file:
            copy = "the same line is counted in another input"
            hits = [h for h in csv.DictReader(file) if h["not_counted_because"] != copy]
        counts = {
            "files": check_csv(folder),
            "ecs": check_ecs(folder, fields, hits),
            "misp": check_misp(folder, report),
            "stix": check_stix(folder, report),
            "timesketch": check_timesketch(folder, hits),
        }
        print(f"{folder.name}: " + ", ".join(f"{n} {name}" for name, n in counts.items()))
    print(f"{len(folders)} passed, 0 failed")


main()
