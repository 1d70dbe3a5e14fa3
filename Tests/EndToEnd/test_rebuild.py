"""Dates of a lake made anew: afterwards it is as if all archives had always been what they are now."""

from __future__ import annotations

import errno
import gzip
import json
import os
import random
import shutil
from pathlib import Path

import pytest

from craft import MAIN, SECRETS, dumps, line, record, snapshot, write_secrets
from faults import KILLED, Calls, Faults, Work, assert_readers_are_safe, made_lines, published
from product import EXIT_DATA, EXIT_DONE, EXIT_IO, EXIT_NO_INPUT, EXIT_USAGE, Finished, Hooksift, fingerprint


class Rewritten:
    """Archives of which one has other bytes than it had when it was ingested."""

    def __init__(self, hooksift: Hooksift, directory: Path) -> None:
        self.hooksift = hooksift
        self.archives = directory / "archives"
        self.archives.mkdir(parents=True)
        self.secrets = write_secrets(directory / "secrets.json", SECRETS)
        draw = random.Random(12)
        self.put("a.jsonl.gz", made_lines(draw, 20, [1, 2]))
        self.changed = self.put("b.jsonl.gz", made_lines(draw, 20, [2, 3, 5]))
        self.put("c.jsonl", made_lines(draw, 20, [3, 4]))
        self.before = directory / "before"
        self.run("run", self.archives, output=self.before).requires(EXIT_DONE)
        # Nothing is left of the last of its dates.
        self.content = made_lines(draw, 25, [2, 3, 4])
        self.put("b.jsonl.gz", self.content)
        self.after = directory / "after"
        self.run("run", self.archives, output=self.after).requires(EXIT_DONE)
        assert (self.before / "lake" / "observations" / "date=2026-10-05").is_dir()
        assert not (self.after / "lake" / "observations" / "date=2026-10-05").exists()

    def put(self, name: str, content: bytes) -> Path:
        path = self.archives / name
        path.write_bytes(gzip.compress(content, mtime=0) if name.endswith(".gz") else content)
        return path

    def run(
        self, *arguments: object, output: Path, options: list[object] | None = None, variables: dict[str, str] | None = None
    ) -> Finished:
        usual = ["--output", output, "--secret-file", self.secrets, "--jobs", "1"]
        return self.hooksift(*arguments, *usual, *(options or []), variables=variables)


DATES = ["2026-10-02", "2026-10-03", "2026-10-04", "2026-10-05"]


@pytest.fixture(scope="module")
def rewritten(hooksift: Hooksift, tmp_path_factory: pytest.TempPathFactory) -> Rewritten:
    return Rewritten(hooksift, tmp_path_factory.mktemp("rewritten"))


@pytest.fixture
def fresh(hooksift: Hooksift, tmp_path: Path) -> Rewritten:
    """One whose archives may be touched."""
    return Rewritten(hooksift, tmp_path / "fresh")


@pytest.fixture
def output(rewritten: Rewritten, tmp_path: Path) -> Path:
    return shutil.copytree(rewritten.before, tmp_path / "out")


def test_the_error_says_which_dates(rewritten: Rewritten, output: Path) -> None:
    said = rewritten.run("run", rewritten.archives, output=output).requires(EXIT_DATA).messages
    assert str(rewritten.changed) in said
    assert f"--rebuild {' '.join(DATES)}\n" in said or f"--rebuild {' '.join(DATES)};" in said
    assert fingerprint(output) == fingerprint(rewritten.before)


@pytest.mark.parametrize("place", ["before", "after", "alone", "each"])
def test_these_dates_are_made_anew(rewritten: Rewritten, output: Path, place: str) -> None:
    dates = ["--rebuild", *DATES]
    each = [part for date in reversed(DATES) for part in ("--rebuild", date)]
    arguments = {
        "before": [*dates, rewritten.archives],
        "after": [rewritten.archives, *dates],
        # The ledger knows where the archives are.
        "alone": dates,
        "each": [*each, rewritten.archives],
    }
    rewritten.run("run", *arguments[place], output=output).requires(EXIT_DONE)
    assert fingerprint(output) == fingerprint(rewritten.after)
    said = rewritten.run("run", rewritten.archives, output=output).requires(EXIT_DONE).messages
    assert "3 known before" in said
    assert fingerprint(output) == fingerprint(rewritten.after)


def test_ingest_leaves_the_summaries(rewritten: Rewritten, output: Path) -> None:
    rewritten.run("ingest", "--rebuild", *DATES, output=output).requires(EXIT_DONE)
    left, right = fingerprint(output), fingerprint(rewritten.after)
    made_of_summaries = ("summaries/", "index.html")
    assert {k: v for k, v in left.items() if not k.startswith(made_of_summaries)} == {
        k: v for k, v in right.items() if not k.startswith(made_of_summaries)
    }
    rewritten.hooksift("summarize", "--output", output).requires(EXIT_DONE)
    assert fingerprint(output) == right
    said = rewritten.hooksift("status", "--verify", "--json", "--output", output).requires(EXIT_DONE).stdout
    assert json.loads(said)["faults"] == []


def test_a_date_is_missing(rewritten: Rewritten, output: Path) -> None:
    dates = [DATES[0], DATES[3]]
    said = rewritten.run("run", rewritten.archives, "--rebuild", *dates, output=output).requires(EXIT_DATA).messages
    assert f"{rewritten.changed}: its earlier content was of other dates too; add {DATES[1]} {DATES[2]}" in said
    assert fingerprint(output) == fingerprint(rewritten.before)


def test_dates_of_which_there_is_nothing(rewritten: Rewritten, output: Path) -> None:
    dates = ["2001-01-01", *DATES]
    rewritten.run("run", "--rebuild", *dates, output=output).requires(EXIT_DONE)
    assert fingerprint(output) == fingerprint(rewritten.after)
    rewritten.run("run", "--rebuild", "2001-01-01", output=output).requires(EXIT_DONE)
    assert fingerprint(output) == fingerprint(rewritten.after)


@pytest.mark.parametrize("date", ["2026-13-01", "2026-02-29", "2026-1-1", "26-10-02"])
def test_what_is_no_date(rewritten: Rewritten, output: Path, date: str) -> None:
    said = rewritten.run("run", rewritten.archives, "--rebuild", DATES[0], date, output=output).requires(EXIT_USAGE)
    assert date in said.messages
    assert "--rebuild" in said.messages
    assert fingerprint(output) == fingerprint(rewritten.before)


def test_without_dates_archives_may_follow(rewritten: Rewritten, output: Path) -> None:
    rewritten.run("run", "--rebuild", rewritten.archives, output=output).requires(EXIT_DONE)
    assert fingerprint(output) == fingerprint(rewritten.after)
    for arguments in (["--rebuild", "no/such/archive"], ["--rebuild", "today"]):
        rewritten.run("run", *arguments, output=output).requires(EXIT_NO_INPUT)
    rewritten.run("run", "--rebuild", output=output).requires(EXIT_USAGE)
    assert fingerprint(output) == fingerprint(rewritten.after)


def test_a_directory_that_is_named_like_a_date(fresh: Rewritten, tmp_path: Path) -> None:
    directory = fresh.hooksift.directory / DATES[0]
    shutil.copytree(fresh.archives, directory)
    fresh.run("run", "--rebuild", f"./{DATES[0]}", output=tmp_path / "out").requires(EXIT_DONE)
    fresh.run("run", DATES[0], "--rebuild", output=tmp_path / "again").requires(EXIT_DONE)
    assert fingerprint(tmp_path / "out") == fingerprint(tmp_path / "again")
    shutil.rmtree(directory)


def test_an_archive_that_is_away(fresh: Rewritten, tmp_path: Path) -> None:
    away = fresh.archives / "a.jsonl.gz"
    moved = tmp_path / "elsewhere.jsonl.gz"
    away.rename(moved)
    before = fingerprint(fresh.before)
    said = fresh.run("run", "--rebuild", *DATES, output=fresh.before).requires(EXIT_DATA).messages
    assert str(away) in said
    assert "nowhere to be found" in said
    assert fingerprint(fresh.before) == before
    # It is known by its bytes.
    fresh.run("run", fresh.archives, moved, "--rebuild", *DATES, output=fresh.before).requires(EXIT_DONE)
    whole = tmp_path / "whole"
    fresh.run("run", fresh.archives, moved, output=whole).requires(EXIT_DONE)
    assert fingerprint(fresh.before) == fingerprint(whole)


def test_an_archive_that_does_not_concern_the_dates_may_be_away(fresh: Rewritten) -> None:
    output = fresh.before
    before = fingerprint(output)
    (fresh.archives / "a.jsonl.gz").unlink()
    (fresh.archives / "b.jsonl.gz").unlink()
    fresh.run("run", "--rebuild", DATES[2], output=output).requires(EXIT_DATA)
    assert fingerprint(output) == before
    fresh.put("b.jsonl.gz", b"")
    # The dates of the first one are not touched by the last one.
    fresh.run("run", "--rebuild", *DATES[1:], output=output).requires(EXIT_DATA)
    assert fingerprint(output) == before


@pytest.mark.parametrize("how", ["truncated", "corrupt", "unreadable"])
def test_an_archive_that_cannot_be_read_again(fresh: Rewritten, how: str) -> None:
    before = fingerprint(fresh.before)
    stored = bytearray(fresh.changed.read_bytes())
    stored[len(stored) // 2] ^= 0x55
    new = fresh.archives / "d.jsonl"
    new.write_bytes(line(record(dumps(snapshot()), secret=MAIN, received_at="2026-10-09T00:00:00Z")) + b"\n")
    fresh.changed.write_bytes(stored if how == "corrupt" else stored[:-300])
    os.utime(fresh.changed, (1e9, 1e9))
    if how == "unreadable":
        fresh.changed.unlink()
        fresh.changed.symlink_to(fresh.archives)
    said = fresh.run("run", fresh.archives, "--rebuild", *DATES, output=fresh.before).requires(EXIT_DATA).messages
    assert str(fresh.changed) in said
    assert "nothing was changed" in said
    assert fingerprint(fresh.before) == before
    fresh.changed.unlink()
    fresh.put("b.jsonl.gz", fresh.content)
    fresh.run("run", fresh.archives, "--rebuild", *DATES, output=fresh.before).requires(EXIT_DONE)
    whole = fresh.before.with_name("whole")
    fresh.run("run", fresh.archives, output=whole).requires(EXIT_DONE)
    assert fingerprint(fresh.before) == fingerprint(whole)


def test_other_secrets(fresh: Rewritten, tmp_path: Path) -> None:
    before = fingerprint(fresh.before)
    few = write_secrets(tmp_path / "few.json", SECRETS[1:])
    options = ["--rebuild", *DATES]
    arguments = ["run", *options, "--output", fresh.before, "--secret-file", few]
    said = fresh.hooksift(*arguments).requires(EXIT_DATA).messages
    assert "hooksift replay" in said
    assert fingerprint(fresh.before) == before


@pytest.mark.parametrize("change", ["missing", "altered", "cut off"])
def test_a_partition_that_is_not_as_it_was_is_made_anew(rewritten: Rewritten, output: Path, change: str) -> None:
    path = output / "lake" / "observations" / f"date={DATES[1]}" / "observations.parquet"
    stored = bytearray(path.read_bytes())
    stored[len(stored) // 2] ^= 1
    path.write_bytes(stored if change == "altered" else stored[:-1])
    if change == "missing":
        path.unlink()
    if change != "altered":
        # What is not made anew is looked at before anything else.
        assert str(path) in rewritten.run("run", "--rebuild", DATES[0], output=output).requires(EXIT_IO).messages
    rewritten.run("run", "--rebuild", *DATES, output=output).requires(EXIT_DONE)
    assert fingerprint(output) == fingerprint(rewritten.after)


@pytest.mark.parametrize(("options", "step"), [(["--rebuild", *DATES], 1), (["--rebuild"], 4)], ids=["dates", "whole"])
def test_killed_at_every_call(
    rewritten: Rewritten, faults: Faults, tmp_path: Path, options: list[str], step: int
) -> None:
    def run(output: Path, variables: dict[str, str]) -> Finished:
        return rewritten.run("run", rewritten.archives, output=output, options=options, variables=variables)

    work = Work(rewritten.before, rewritten.after, run)
    count = faults.count(work, Calls.CHANGES, tmp_path)
    for finished, output in faults.everywhere(work, count, tmp_path, "kill", step=step):
        assert finished.code == KILLED
        assert_readers_are_safe(work, output)


def test_a_file_that_cannot_be_read(rewritten: Rewritten, faults: Faults, tmp_path: Path) -> None:
    def run(output: Path, variables: dict[str, str]) -> Finished:
        return rewritten.run("run", "--rebuild", *DATES, output=output, variables=variables)

    work = Work(rewritten.before, rewritten.after, run)
    for place, codes in ((rewritten.archives, {EXIT_DATA}), (None, {EXIT_IO, EXIT_DONE})):
        count = faults.count(work, Calls.READS, tmp_path, place)
        step = 1 if place else 3
        for finished, output in faults.everywhere(work, count, tmp_path, str(errno.EIO), Calls.READS, place, step):
            assert finished.code in codes
            is_done = published(output) == published(work.after)
            assert is_done or (finished.code != EXIT_DONE and published(output) == published(work.before))
            assert str(place or output) in finished.messages
