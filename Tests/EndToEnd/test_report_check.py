"""`report --check`: experiments of a configuration against a lake and files of events, as a user runs it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from craft import MAIN, dumps, feature, flag, gzip_member, line, record, segment, snapshot, trait
from product import (
    EXIT_CONFIGURATION,
    EXIT_DONE,
    EXIT_NO_INPUT,
    EXIT_USAGE,
    Hooksift,
    fingerprint,
    lake_rows,
)

EXIT_SOFTWARE = 70
VARIABLES = {"MAIN_SECRET": MAIN.key.decode()}
HEAD = "archives: [a.jsonl.gz]\noutput: out\nsignature: {secrets: [{name: main, env: MAIN_SECRET}]}\n"
VALUES = ["control", "blue", "green", "blue", None]


def delivery(number: int) -> bytes:
    """A delivery of one of ten identities, on the 24th or 25th."""
    value = VALUES[number % len(VALUES)]
    allocation = None if value == "control" else 33.0
    flags = [flag(feature_state_value=value, percentage_allocation=allocation, enabled=value is not None)]
    payload = snapshot(
        flags=flags,
        identity=f"someone {number % 10}",
        segments=[segment(name="spain")],
        traits=[trait("plan", "gold"), trait("revenue", 12.5)],
    )
    return line(record(dumps(payload), received_at=f"2026-11-{24 + number % 2}T12:00:00Z"))


@pytest.fixture
def here(hooksift: Hooksift, tmp_path: Path) -> Hooksift:
    """The binary in a directory with a lake."""
    lines = b"".join(delivery(number) + b"\n" for number in range(20))
    (tmp_path / "a.jsonl.gz").write_bytes(gzip_member(lines))
    configure(tmp_path)
    local = replace(hooksift, directory=tmp_path)
    local("run", variables=VARIABLES).requires(EXIT_DONE)
    return local


def configure(directory: Path, experiments: str = "") -> None:
    (directory / "hooksift.yaml").write_text(HEAD + experiments, "utf-8")


def write_events(directory: Path) -> None:
    """The same two events in every format."""
    (directory / "events").mkdir()
    (directory / "events" / "a.csv").write_text(
        "identity,time,event,value\nsomeone 1,2026-11-25T00:00:00Z,purchase,5\n", "utf-8"
    )
    rows = [{"user": "someone 1", "at": "2026-11-25T00:00:00Z", "what": "purchase", "amount": 5}]
    text = "".join(json.dumps(row) + "\n" for row in rows)
    (directory / "events.jsonl.gz").write_bytes(gzip_member(text.encode()))
    table = {"identity": ["someone 1"], "time": ["2026-11-25"], "event": ["purchase"], "value": [5.0]}
    pq.write_table(pa.table(table), directory / "events.parquet", compression="gzip")


GOOD = """experiments:
  - name: button
    feature: button
    start: 2026-11-24
    end: 2026-12-01
    variants:
      control: {value: control}
      blue: {value: blue, weight: 33}
      green: {value: green, weight: 33}
    metrics:
      - name: purchased
        source: {events: events, event: purchase}
        aggregation: occurrence
      - name: amount
        source:
          events: events.jsonl.gz
          event: purchase
          columns: {identity: user, time: at, event: what, value: amount}
        aggregation: sum
      - name: again
        source: {events: "*.parquet", event: purchase}
        aggregation: mean
      - {name: revenue, source: {trait: revenue}, aggregation: last}
      - {name: spain, source: {segment: spain}, aggregation: occurrence, role: guardrail}
    slices: [{trait: plan}, {segment: spain}]
  - {name: inferred, feature: button, environment: 2, start: 2026-11-25, end: 2026-11-26}
"""


def windows(output: Path, value: str, days: tuple[int, ...]) -> int:
    """In how many distinct windows of identities a value was seen, from the rows of the lake."""
    states = {row[0] for row in lake_rows(output, "flag_states") if row[7] == value}
    rows = [row for row in lake_rows(output, "observations") if row[0].day in days and row[4] in states]
    return len({(row[2], row[3]) for row in rows})


def test_what_is_right(here: Hooksift, tmp_path: Path) -> None:
    write_events(tmp_path)
    configure(tmp_path, GOOD)
    before = fingerprint(tmp_path / "out")
    finished = here("report", "--check")
    assert finished.code == EXIT_DONE, finished.stdout.decode()
    counts = {v: windows(tmp_path / "out", v, (24, 25)) for v in ("control", "blue", "green")}
    late = {v: windows(tmp_path / "out", v, (25,)) for v in ("control", "blue", "green")}
    order = sorted(late, key=lambda value: (-late[value], value))
    expected = f"""\
button: feature button, environment 2, dates from 2026-11-24 to 2026-11-25
  variant  value    windows
  control  control  {counts["control"]:7}
  blue     blue     {counts["blue"]:7}
  green    green    {counts["green"]:7}
  nothing is wrong
inferred: feature button, environment 2, dates from 2026-11-25 to 2026-11-25
  variant  value    windows
"""
    expected += "".join(f"  -        {value:7}  {late[value]:7}\n" for value in order)
    expected += "  nothing is wrong\n"
    assert finished.stdout.decode() == expected and finished.stderr == b""
    assert fingerprint(tmp_path / "out") == before
    one = here("report", "inferred", "--check", "--json").requires(EXIT_DONE)
    (found,) = json.loads(one.stdout)["experiments"]
    assert (found["experiment"], found["findings"]) == ("inferred", [])
    assert (found["first_date"], found["last_date"]) == ("2026-11-25", "2026-11-25")
    assert {v["value"]: v["exposing_windows"] for v in found["values"] if v["exposing_windows"]} == late


BAD = """experiments:
  - name: button
    feature: button
    start: 2026-11-24
    end: 2026-12-01
    variants:
      control: {value: control}
      blue: {value: bleu}
    metrics:
      - name: purchased
        source: {events: events/*.csv, event: purchace}
        aggregation: occurrence
      - {name: revenue, source: {trait: revenu}, aggregation: last}
      - {name: plan, source: {trait: plan}, aggregation: mean}
      - {name: spain, source: {segment: spian}, aggregation: occurrence}
      - {name: amount, source: {events: nowhere.csv}, aggregation: sum}
  - {name: later, feature: buton, start: 2027-01-01, end: 2027-02-01}
  - {name: before, feature: buton, start: 2025-01-01, end: 2025-02-01}
"""


def test_what_is_wrong(here: Hooksift, tmp_path: Path) -> None:
    write_events(tmp_path)
    configure(tmp_path, BAD)
    finished = here("report", "--check").requires(EXIT_CONFIGURATION)
    assert finished.messages == "hooksift: error: 8 errors in 2 experiments\n"
    path = tmp_path / "hooksift.yaml"
    counts = {v: windows(tmp_path / "out", v, (24, 25)) for v in ("control", "blue", "green")}
    period = "from 2026-11-24 to 2026-11-25"
    wrong = [line for line in finished.stdout.decode().splitlines() if ": experiments[" in line]
    assert wrong == [
        f"  error: {path}:11:21: experiments[0].variants.blue.value: bleu was never seen; seen were "
        f"blue ({counts['blue']} windows), control ({counts['control']} windows), "
        f"green ({counts['green']} windows); did you mean blue?",
        f"  warning: {path}:10:7: experiments[0].variants: no variant has blue ({counts['blue']} windows), "
        f"green ({counts['green']} windows); whoever was served it is not analysed",
        f"  error: {path}:14:47: experiments[0].metrics[0].source.event: purchace is not in "
        f"{tmp_path}/events/*.csv; did you mean purchase?",
        f"  error: {path}:16:41: experiments[0].metrics[1].source.trait: revenu was not seen in "
        f"environment 2 {period}; did you mean revenue?",
        f"  error: {path}:17:38: experiments[0].metrics[2].source.trait: plan was never a number {period}, "
        "only texts; the aggregation mean needs numbers",
        f"  error: {path}:18:41: experiments[0].metrics[3].source.segment: spian was never seen; "
        "did you mean spain?",
        f"  error: {path}:19:41: experiments[0].metrics[4].source.events: {tmp_path}/nowhere.csv: "
        "there is no such file",
        f"  warning: {path}:20:42: experiments[1].start: 2027-01-01 is after the last date of the lake; "
        f"what is named is looked for {period}",
        f"  warning: {path}:20:28: experiments[1].feature: buton was never seen; did you mean button?",
        f"  error: {path}:21:43: experiments[2].start: the lake has no date from 2025-01-01 to before "
        "2025-02-01; it has dates from 2026-11-24 to 2026-11-25",
        f"  error: {path}:21:29: experiments[2].feature: buton was never seen; did you mean button?",
    ]


def test_warnings_alone_are_no_failure(here: Hooksift, tmp_path: Path) -> None:
    configure(tmp_path, BAD)
    finished = here("report", "later", "--check", "--json").requires(EXIT_DONE)
    report: dict[str, Any] = json.loads(finished.stdout)
    assert (report["errors"], report["warnings"]) == (0, 2)
    (later,) = report["experiments"]
    assert [finding["code"] for finding in later["findings"]] == ["not_begun", "unknown_feature"]
    assert later["findings"][1] == {
        "severity": "warning",
        "code": "unknown_feature",
        "place": f"{tmp_path}/hooksift.yaml:20:28",
        "key": "experiments[1].feature",
        "message": "buton was never seen; did you mean button?",
    }


def test_what_cannot_be_checked(here: Hooksift, tmp_path: Path) -> None:
    def message(*arguments: object, code: int = EXIT_CONFIGURATION) -> str:
        finished = here("report", *arguments).requires(code)
        assert finished.stdout == b""
        return finished.messages

    path = tmp_path / "hooksift.yaml"
    hint = (
        "each goes below `experiments:` with its name, feature, start, end and metrics, "
        "as in the template of `hooksift init`"
    )
    assert message("--check") == f"hooksift: error: {path}: there are no experiments; {hint}\n"
    configure(tmp_path, GOOD)
    assert message("buton", "--check") == (
        "hooksift: error: there is no experiment buton; did you mean button?\n"
    )
    assert message("x", "--check") == (
        "hooksift: error: there is no experiment x; known experiments: button, inferred\n"
    )
    assert "--json is for --check" in message("--json", code=EXIT_USAGE)
    missing = message("--check", "--output", "none", code=EXIT_NO_INPUT)
    assert missing == f"hooksift: error: {tmp_path}/none: no lake here; run `hooksift ingest` first\n"
    configure(tmp_path, "experiments: [{name: a, feature: f, start: 2026-11-24, end: 2026-11-24}]\n")
    assert message("--check") == (
        f"hooksift: error: {path}:4:61: experiments[0].end: must be after start; "
        "it is the date before which it ends\n"
    )
    path.unlink()
    assert message("--check") == (
        "hooksift: error: there is no configuration; `hooksift init` writes one, in which " + hint + "\n"
    )


def test_several_environments(here: Hooksift, tmp_path: Path) -> None:
    other = snapshot(flags=[flag(environment=7, feature=feature(), feature_state_value="x")])
    (tmp_path / "a.jsonl.gz").write_bytes(
        (tmp_path / "a.jsonl.gz").read_bytes()
        + gzip_member(line(record(dumps(other), received_at="2026-11-24T09:00:00Z")) + b"\n")
    )
    here("run", variables=VARIABLES).requires(EXIT_DONE)
    configure(tmp_path, "experiments: [{name: a, feature: button, start: 2026-11-24, end: 2026-11-27}]\n")
    finished = here("report", "--check").requires(EXIT_CONFIGURATION)
    assert finished.stdout.decode() == (
        "a: feature button, dates from 2026-11-24 to 2026-11-25\n"
        f"  error: {tmp_path}/hooksift.yaml:4:15: experiments[0].environment: is missing: "
        "button was seen in several environments: 2, 7\n"
    )
    configure(
        tmp_path,
        "experiments: [{name: a, feature: button, environment: 7, start: 2026-11-24, end: 2026-11-27}]\n",
    )
    finished = here("report", "--check").requires(EXIT_CONFIGURATION)
    assert "only one value was seen from 2026-11-24 to 2026-11-25: x (1 window)" in finished.stdout.decode()


def test_config_prints_experiments(here: Hooksift, tmp_path: Path) -> None:
    configure(tmp_path, GOOD)
    rows = json.loads(here("config", "--json").requires(EXIT_DONE).stdout)
    settings = {row["key"]: (row["value"], row["from"]) for row in rows}
    path = tmp_path / "hooksift.yaml"
    assert settings["experiments[0].end"] == ("2026-12-01", f"{path}:8:10")
    assert settings["experiments[0].alpha"] == ("0.05", "default")
    assert settings["experiments[0].variants"] == (
        "control (control, weight 34.0), blue (blue, weight 33.0), green (green, weight 33.0)",
        f"{path}:10:7",
    )
    assert settings["experiments[0].slices[1]"] == ("segment spain", f"{path}:28:29")
    assert settings["experiments[1].environment"] == ("2", f"{path}:29:52")
