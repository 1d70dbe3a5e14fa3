"""Experiments and cohorts night after night, from facts that are kept, equal to the byte what one run over all gives."""

from __future__ import annotations

import errno
import json
import random
import shutil
from pathlib import Path
from typing import Any

import pytest

import test_cohorts
from craft import MAIN, flag, signed, snapshot, trait, write_secrets
from faults import KILLED, Calls, Faults, Work, assert_readers_are_safe, made_lines, published
from product import EXIT_CANNOT_CREATE, EXIT_DONE, EXIT_IO, Finished, Hooksift, fingerprint
from test_experiment_rules import archive, configuration, experiment, orders, write_events

NIGHTS = 6


class Year:
    """Archives and event files that arrive night by night."""

    def __init__(self, hooksift: Hooksift, directory: Path, seed: int, *, cohorts: bool = True) -> None:
        self.hooksift = hooksift
        self.directory = directory
        self.rng = random.Random(seed)
        self.secrets = write_secrets(directory / "secrets.json", [MAIN])
        (directory / "archives").mkdir()
        (directory / "events").mkdir()
        lines = archive(self.rng)
        # Most lines come in the order of their dates, some much later.
        lines.sort(key=lambda line: json.loads(line)["received_at"] if self.rng.random() < 0.97 else "~")
        self.lines = lines
        self.orders = orders(self.rng)
        self.orders.sort(key=lambda row: row[1])
        plan: dict[str, Any] = json.loads(configuration(experiment(self.rng), "events"))
        if cohorts:
            zone = plan["window"]["timezone"]
            plan |= json.loads(test_cohorts.write(directory, directory / "archives", zone).read_text("utf-8"))
        self.config = directory / "hooksift.yaml"
        self.config.write_text(json.dumps(plan), "utf-8")

    def arrive(self, night: int, files: int = 1) -> None:
        count, orders = len(self.lines) // NIGHTS, len(self.orders) // NIGHTS
        last = night == NIGHTS - 1
        part = self.lines[night * count : None if last else (night + 1) * count]
        (self.directory / f"archives/night-{night}.jsonl").write_bytes(b"".join(line + b"\n" for line in part))
        rows = self.orders[night * orders : None if last else (night + 1) * orders]
        for number in range(files):
            name = f"night-{night}-{number:02}" + self.rng.choice([".csv", ".csv.gz", ".jsonl"])
            write_events(rows[number::files], self.directory / "events" / name)

    def run(self, output: str) -> Path:
        self.hooksift(
            "run", str(self.directory / "archives"), "--config", str(self.config), "--output",
            str(self.directory / output), "--secret-file", str(self.secrets),
        ).requires(EXIT_DONE)
        return self.directory / output

    def assert_same(self) -> None:
        """The workspace of the nights is that of one run over all."""
        shutil.rmtree(self.directory / "whole", ignore_errors=True)
        nights, whole = fingerprint(self.directory / "nights"), fingerprint(self.run("whole"))
        assert {name for name in whole if nights.get(name) != whole[name]} == set()
        assert nights.keys() == whole.keys()


def runs(output: Path) -> dict[str, tuple[int, int]]:
    """The files of kept facts: which they are, and when they were written."""
    files = output.glob(".facts/**/*.run")
    return {str(file.relative_to(output)): (file.stat().st_ino, file.stat().st_mtime_ns) for file in files}


@pytest.mark.parametrize("seed", range(8))
def test_nights_are_one_run_over_all(hooksift: Hooksift, tmp_path: Path, seed: int) -> None:
    year = Year(hooksift, tmp_path, seed)
    rng = random.Random(seed)
    for night in range(NIGHTS):
        year.arrive(night, files=rng.choice([1, 2, 9, 40]))
        events = sorted((tmp_path / "events").iterdir())
        if night == 3:
            # A file that was read is changed, and another is taken away.
            events[0].unlink()
            write_events(year.orders[5:40], events[1].with_suffix("").with_suffix(".csv"))
        if night in (2, 4):
            damage(rng, tmp_path / "nights/.facts")
        output = year.run("nights")
        year.assert_same()
        kept = {file.parent.name for file in output.glob(".facts/**/*.run")}
        # Of an experiment that is over nothing is kept.
        assert kept == {"random", "cohorts"} or (night == NIGHTS - 1 and kept == {"cohorts"})


def damage(rng: random.Random, facts: Path) -> None:
    """Alters, cuts off or removes a file of kept facts."""
    for directory in (facts / "cohorts", facts / "experiments/random"):
        file = rng.choice([file for file in sorted(directory.iterdir()) if file.stat().st_size])
        content = bytearray(file.read_bytes())
        match rng.randrange(3):
            case 0:
                content[rng.randrange(len(content))] ^= 1 << rng.randrange(8)
                file.write_bytes(content)
            case 1:
                file.write_bytes(content[: rng.randrange(len(content))])
            case 2:
                file.unlink()


def test_a_night_reads_what_is_new(hooksift: Hooksift, tmp_path: Path) -> None:
    year = Year(hooksift, tmp_path, 5)
    # Without late lines: every night has dates of its own, but for the one that a night begins with.
    year.lines.sort(key=lambda line: json.loads(line)["received_at"])
    year.arrive(0)
    year.run("nights")
    for night in range(1, NIGHTS):
        before = runs(tmp_path / "nights")
        dates = partitions(tmp_path / "nights")
        year.arrive(night)
        after = runs(year.run("nights"))
        new = {date for date, digest in partitions(tmp_path / "nights").items() if dates.get(date) != digest}
        stayed = {name for name in before if after.get(name) == before[name]}
        assert len(stayed) >= len(before) - 2 * 2  # The date that two nights share, in two tables for two purposes.
        assert 0 < len(after) - len(stayed) <= 2 * len(new) + 1
    year.assert_same()


def partitions(output: Path) -> dict[str, str]:
    manifest = json.loads((output / "lake/manifest.json").read_text("utf-8"))
    return {name: file["sha256"] for name, file in manifest["files"].items() if "date=" in name}


def test_what_did_not_change_is_not_written_again(hooksift: Hooksift, tmp_path: Path) -> None:
    year = Year(hooksift, tmp_path, 3)
    for night in range(NIGHTS):
        year.arrive(night)
    report = year.run("nights") / "experiments/random/report.json"
    first = report.stat()
    year.run("nights")
    assert (report.stat().st_ino, report.stat().st_mtime_ns) == (first.st_ino, first.st_mtime_ns)
    # A report whose files are not all there, or of another plan, is made again.
    (report.parent / "units.parquet").unlink()
    year.run("nights")
    assert (report.parent / "units.parquet").exists()
    plan = json.loads(year.config.read_text("utf-8"))
    plan["experiments"][0]["metrics"][0]["role"] = "guardrail"
    year.config.write_text(json.dumps(plan), "utf-8")
    year.run("nights")
    assert json.loads(report.read_text("utf-8"))["metrics"][0]["role"] == "guardrail"
    year.assert_same()


def test_nothing_is_kept_for_what_is_not_asked_any_more(hooksift: Hooksift, tmp_path: Path) -> None:
    year = Year(hooksift, tmp_path, 2)
    for night in range(2):
        year.arrive(night)
    kept = year.run("nights") / ".facts"
    assert {file.parent.name for file in kept.glob("**/*.run")} == {"random", "cohorts"}
    plan = json.loads(year.config.read_text("utf-8"))
    for key in ("experiments", "cohorts", "segment_flows"):
        del plan[key]
        year.config.write_text(json.dumps(plan), "utf-8")
        year.run("nights")
    assert not [*kept.glob("**/*.run")]


def test_a_fault_leaves_nothing_behind(hooksift: Hooksift, faults: Faults, tmp_path: Path) -> None:
    """At every third call that changes a file of a second night: killed, a full disk, and once an error at reads."""
    draw = random.Random(2)
    metric = {"name": "bought", "source": {"events": str(tmp_path / "events"), "event": "buy"}, "aggregation": "count"}
    seen = {"name": "spoke", "source": {"trait": "plan"}, "aggregation": "count"}
    plan = {
        "experiments": [
            {"name": "e", "feature": "feature 0", "start": "2026-10-01", "end": "2026-10-20", "metrics": [metric, seen]}
        ],
        "cohorts": [{"name": "daily", "start": "first_seen", "period": "day"}, {"name": "p", "where": 'plan = "gold"'}],
    }
    config = tmp_path / "hooksift.yaml"
    config.write_text(json.dumps(plan), "utf-8")
    secrets = write_secrets(tmp_path / "secrets.json", [MAIN])
    archives, events = tmp_path / "archives", tmp_path / "events"
    archives.mkdir()
    events.mkdir()

    def arrive(night: int, days: list[int]) -> None:
        (archives / f"{night}.jsonl").write_bytes(made_lines(draw, 40, days))
        times = [f"2026-10-{draw.choice(days):02}T12:00:00Z" for _ in range(20)]
        rows = "".join(f"person {draw.randrange(8)},{time},buy,1\n" for time in times)
        (events / f"{night}.csv").write_text("identity,time,event,value\n" + rows, "utf-8")

    def run(output: Path, variables: dict[str, str]) -> Finished:
        command = ["run", archives, "--config", config, "--output", output, "--secret-file", secrets, "--jobs", "1"]
        return hooksift(*command, variables=variables)

    arrive(1, [1, 2])
    run(tmp_path / "before", {}).requires(EXIT_DONE)
    arrive(2, [2, 3])
    run(tmp_path / "after", {}).requires(EXIT_DONE)
    work = Work(tmp_path / "before", tmp_path / "after", run)
    count = faults.count(work, Calls.CHANGES, tmp_path)
    for how, code in (("kill", KILLED), (str(errno.ENOSPC), None)):
        for finished, output in faults.everywhere(work, count, tmp_path, how, step=3):
            assert finished.code == code if code else finished.code in {EXIT_DONE, EXIT_CANNOT_CREATE, EXIT_IO}
            assert_readers_are_safe(work, output)
    count = faults.count(work, Calls.READS, tmp_path)
    for finished, output in faults.everywhere(work, count, tmp_path, str(errno.EIO), Calls.READS, step=5):
        assert finished.code in {EXIT_DONE, EXIT_IO}
        assert published(output) in (published(work.before), published(work.after))
    for directory in (tmp_path / "after/.facts/cohorts", tmp_path / "after/.facts/experiments/e"):
        named = {entry["name"] for entry in json.loads((directory / "index.json").read_text("utf-8"))["runs"]}
        assert {file.name for file in directory.iterdir()} == named | {"index.json"}


def test_facts_of_forgotten_identities_are_gone(hooksift: Hooksift, tmp_path: Path) -> None:
    year = Year(hooksift, tmp_path, 4)
    for night in range(NIGHTS):
        year.arrive(night)
    output = year.run("nights")
    assert runs(output)
    hooksift("forget", "person 12", "--config", str(year.config), "--output", str(output)).requires(EXIT_DONE)
    assert not (output / ".facts").exists()


def test_values_are_told_apart_by_their_bytes(hooksift: Hooksift, tmp_path: Path) -> None:
    """A letter with an accent, and a letter and an accent, are two values."""
    composed, decomposed = "caf\u00e9", "cafe\u0301"
    lines = []
    for number in range(120):
        value = (composed, decomposed)[number % 2]
        payload = snapshot(
            identity=f"p{number}",
            flags=[flag(feature_state_value=value, percentage_allocation=(None, 50.0)[number % 2])],
            traits=[trait("plan", value)],
        )
        lines.append(signed(payload, received_at=f"2026-10-0{1 + number % 5}T10:00:00Z"))
    (tmp_path / "a.jsonl").write_bytes(b"".join(line + b"\n" for line in lines[:70]))
    (tmp_path / "events.csv").write_text("identity,time,event,value\np1,2026-10-02T11:00:00Z,buy,1\n", "utf-8")
    feature = json.loads(json.loads(lines[0])["body"])["flags"][0]["feature"]["name"]
    plan = {
        "experiments": [
            {
                "name": "e", "feature": feature, "start": "2026-10-01", "end": "2026-10-20", "slices": [{"trait": "plan"}],
                "metrics": [{"name": "bought", "source": {"events": "events.csv", "event": "buy"}, "aggregation": "count"}],
            }
        ],
        "cohorts": [
            {"name": "daily", "start": "first_seen", "period": "month", "breakdown": {"feature": feature}},
            {"name": "composed", "where": f'plan = "{composed}"'},
            {"name": "decomposed", "where": f'{feature} = "{decomposed}"'},
        ],
    }
    config = tmp_path / "hooksift.yaml"
    config.write_text(json.dumps(plan), "utf-8")
    secrets = write_secrets(tmp_path / "secrets.json", [MAIN])
    for night in (70, 120):
        (tmp_path / f"{night}.jsonl").write_bytes(b"".join(line + b"\n" for line in lines[:night]))
        command = ["run", tmp_path / f"{night}.jsonl", "--config", config, "--output", tmp_path / "out"]
        hooksift(*command, "--secret-file", secrets).requires(EXIT_DONE)
        report = json.loads((tmp_path / "out/experiments/e/report.json").read_text("utf-8"))
        half = night // 2
        assert {arm["value"]: arm["identities"] for arm in report["arms"]} == {composed: half, decomposed: half}
        sliced = {row["dimension_value"]: row for row in report["results"] if row["dimension"]}
        assert sorted(sliced) == sorted([composed, decomposed])
        rows = test_cohorts.summary(tmp_path / "out", "retention")
        assert {row[4]: row[7] for row in rows if row[6] == 0} == {composed: half, decomposed: half}
        members = {row[2]: row[3] for row in test_cohorts.summary(tmp_path / "out", "cohort_daily")}
        assert members == {"composed": half, "decomposed": half}
