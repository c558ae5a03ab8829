"""Holds the schemas in docs/schema against what the program writes and reads.

schema.py PROGRAM: every report.json and case.toml of the stories is valid, a
report of each level is, and what the program refuses of a case the schema
refuses as well.
"""

import copy
import datetime
import json
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

from jsonschema import Draft202012Validator

EXPOSURE = '[[exposure]]\nname = "x"\ntargets = ["/exports"]\n'

# Cases that are right, each in a way of its own.
TAKEN = [
    EXPOSURE,
    '[exposure]\ntargets = "/exports"\n',
    EXPOSURE + 'windows = { from = 2024-03-05T09:00:00Z, to = "2024-03-06T00:00:00Z" }\n',
    EXPOSURE + 'kind = "share-link"\nlifetime = "7d"\nlawful = "mixed"\ndecoy_bytes = 12\n',
    EXPOSURE + '[case]\nid = 2024\nlanguage = "fr"\ntolerated_gap = "30m"\n',
    EXPOSURE + '[[party]]\nname = "p"\nrole = "self"\nnetworks = "192.0.2.0/24"\n',
    EXPOSURE + '[[claim]]\ntext = "none"\ndate = 2024-03-05\nat_most_clients = 3\n',
    EXPOSURE + '[[control]]\nat = 2024-03-05T09:00:00Z\npath = "/a"\n',
    EXPOSURE + '[[event]]\nat = 2024-03-05T09:00:00Z\nwhat = "fixed"\n',
    EXPOSURE + '[other_channels]\nftp = "out of scope: another controller"\n',
    EXPOSURE + '[[server]]\nclock_offset_s = -2\nclock_error_s = 0.5\nbytes_mean = "wire"\n',
]

# Cases that are wrong.
REFUSED = [
    '[case]\ntitle = "nothing is exposed"\n',
    '[[exposure]]\nname = "x"\n',
    EXPOSURE + 'targest = ["/a"]\n',
    EXPOSURE + 'kind = "file"\n',
    EXPOSURE + 'decoy_bytes = [-1]\n',
    EXPOSURE + 'decoy_bytes = ["1"]\n',
    EXPOSURE + 'host = 7\n',
    EXPOSURE + 'windows = [{ source_of_to = "a mail" }]\n',
    EXPOSURE + 'windows = [{ from = 2024-03-05T09:00:00Z, until = 2024-03-06T00:00:00Z }]\n',
    EXPOSURE + 'lawful = "mixed"\nlawful_when = { user = "any" }\n',
    EXPOSURE + '[cases]\ntitle = "x"\n',
    EXPOSURE + '[case]\nlanguage = "de"\n',
    EXPOSURE + '[case]\ninventory_complete = "yes"\n',
    EXPOSURE + '[[party]]\nrole = "friend"\n',
    EXPOSURE + '[[party]]\nnetworks = [7]\n',
    EXPOSURE + '[[party]]\ntimes = [{ from = 2024-03-05T09:00:00Z }]\n',
    EXPOSURE + '[[list]]\nfile = "tor.txt"\n',
    EXPOSURE + '[[server]]\nrole = "proxy"\n',
    EXPOSURE + '[[server]]\nclock_error_s = -1\n',
    EXPOSURE + '[[control]]\npath = "/a"\n',
    EXPOSURE + '[[control]]\nat = 2024-03-05T09:00:00Z\npath = "a"\n',
    EXPOSURE + '[[claim]]\nauthor = "x"\n',
    EXPOSURE + '[[claim]]\ntext = "none"\ndenies = "all"\n',
    EXPOSURE + '[[event]]\nat = 2024-03-05T09:00:00Z\nwhat = "seen"\n',
    EXPOSURE + '[other_channels]\nftp = "shut"\n',
    EXPOSURE + '[other_channels]\nftp = "out of scope:"\n',
]


def schema(name):
    value = json.loads(Path("docs/schema", name).read_text("utf-8"))
    assert value["$schema"] == "https://json-schema.org/draft/2020-12/schema", name
    Draft202012Validator.check_schema(value)
    return value


def closed(value):
    """A schema that allows no key but those it names: a report of this version
    has no others."""
    if isinstance(value, dict):
        value = {key: closed(inner) for key, inner in value.items()}
        if "properties" in value:
            value["additionalProperties"] = False
    elif isinstance(value, list):
        value = [closed(inner) for inner in value]
    return value


def case(text):
    """A case file as JSON has it, where times are texts."""
    return json.loads(json.dumps(tomllib.loads(text), default=datetime.date.isoformat))


def check_reports(program):
    reports = Draft202012Validator(closed(schema("report.schema.json")))
    written = sorted(Path("sample-logs").glob("*/report.json"))
    assert len(written) >= 15, written
    for path in written:
        reports.validate(json.loads(path.read_text("utf-8")))
    with tempfile.TemporaryDirectory() as folder:
        for level in ["investigator", "public"]:
            words = ["scan", "sample-logs/francetest/case.toml", "--level", level, "--json"]
            words += ["--key", f"{folder}/key"]
            ran = subprocess.run([program, *words], check=True, capture_output=True)
            reports.validate(json.loads(ran.stdout))
    report = json.loads(written[0].read_text("utf-8"))
    for change in [
        lambda report: report.update(level="secret"),
        lambda report: report["verdict"].update(code="E"),
        lambda report: report.pop("checks"),
        lambda report: report["inputs"][0].update(bytes=-1),
        lambda report: report["inputs"][0].update(first=7),
    ]:
        changed = copy.deepcopy(report)
        change(changed)
        assert not reports.is_valid(changed)


def check_cases(program):
    cases = Draft202012Validator(schema("case.schema.json"))
    written = sorted(Path("sample-logs").glob("*/case.toml"))
    assert len(written) >= 15, written
    new = subprocess.run([program, "new-case"], check=True, capture_output=True).stdout
    for text in [new.decode(), *(path.read_text("utf-8") for path in written)]:
        cases.validate(case(text))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "case.toml")
        Path(folder, "access.log").write_text("")
        for text, status in [*((text, 0) for text in TAKEN), *((text, 2) for text in REFUSED)]:
            path.write_text(text, "utf-8")
            words = ["scan", str(path), f"{folder}/access.log", "--quiet"]
            ran = subprocess.run([program, *words], capture_output=True, text=True)
            assert ran.returncode == status, (text, ran.returncode, ran.stderr)
            assert cases.is_valid(case(text)) == (status == 0), (text, status)


def main():
    program = sys.argv[1]
    check_reports(program)
    check_cases(program)
    print("schemas: reports and cases are what they say")


main()
