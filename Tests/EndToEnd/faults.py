"""Letting the program fail at a call of the system's, and what has to hold afterwards."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import pyarrow.parquet as pq

from craft import MAIN, dumps, feature, flag, line, record, segment, snapshot, trait
from product import EXIT_DONE, Finished, fingerprint

KILLED = -9
TERMINATED = -15
PARTS = ("lake", "quarantine", "summaries", "experiments", "index.html")
# What a workspace may hold between runs.
FILES = {".facts", ".lock", ".seen", "runs.jsonl", *PARTS}


def made_lines(draw: random.Random, count: int, days: list[int]) -> bytes:
    """Deliveries of few people on some days of a month, and lines that are rejected."""
    lines = []
    for _ in range(count):
        flags = [flag(feature=feature(id=i, name=f"feature {i}"), enabled=draw.random() < 0.7) for i in range(3)]
        body = snapshot(
            flags=flags,
            identity=f"person {draw.randrange(6)}",
            traits=[trait()] * draw.randrange(2),
            segments=[segment()] * draw.randrange(2),
        )
        day, minute = draw.choice(days), draw.randrange(24 * 60)
        time = f"2026-10-{day:02d}T{minute // 60:02d}:{minute % 60:02d}:00Z"
        made = line(record(dumps(body), secret=MAIN, received_at=time))
        lines.append(made if draw.random() < 0.9 else b'{"no": "capture"}')
    return b"".join(made + b"\n" for made in lines)


class Calls(StrEnum):
    """Which calls are counted, and one of which fails."""

    CHANGES = "changes"
    READS = "reads"


@dataclass(frozen=True)
class Work:
    """A run from one state of a workspace to another."""

    before: Path
    after: Path
    run: Callable[[Path, dict[str, str]], Finished]


@dataclass(frozen=True)
class Faults:
    """The library of `fail_at.c`."""

    shim: Path

    def count(self, work: Work, calls: Calls, directory: Path, under: Path | None = None) -> int:
        """How many such calls a run has, which must do what it should."""
        output = directory / "counted"
        shutil.copytree(work.before, output)
        variables = {"LD_PRELOAD": str(self.shim), "FAIL_COUNT": str(directory / "count"), "FAIL_CALLS": calls}
        work.run(output, variables | self.place(under, output)).requires(EXIT_DONE)
        assert fingerprint(output) == fingerprint(work.after)
        shutil.rmtree(output)
        return int((directory / "count").read_text())

    @staticmethod
    def place(under: Path | None, output: Path) -> dict[str, str]:
        """Reads are counted in the workspace, or below another directory."""
        return {"FAIL_UNDER": str(under or output)}

    def everywhere(
        self,
        work: Work,
        count: int,
        directory: Path,
        how: str,
        calls: Calls = Calls.CHANGES,
        under: Path | None = None,
        step: int = 1,
    ) -> Iterator[tuple[Finished, Path]]:
        """Lets every call fail once, and runs again; each time the caller looks at the first run and at what it left."""
        assert count > 3
        truth = fingerprint(work.after)
        for number in range(1, count + 1, step):
            output = directory / f"{number}"
            shutil.copytree(work.before, output)
            variables = {"LD_PRELOAD": str(self.shim), "FAIL_AT": str(number), "FAIL_HOW": how, "FAIL_CALLS": calls}
            finished = work.run(output, variables | self.place(under, output))
            try:
                read_as_readers_do(output)
                yield finished, output
                work.run(output, {}).requires(EXIT_DONE)
                assert fingerprint(output) == truth
                assert {path.name for path in output.iterdir()} <= FILES
            except AssertionError as error:
                raise AssertionError(f"call {number} of {count} ({how}), exit code {finished.code}\n{finished.messages}") from error
            shutil.rmtree(output)
        print(f"{count} calls failed, each once ({how})")


def published(output: Path) -> dict[str, str]:
    """A digest of every file that readers see."""
    return {name: digest for name, digest in fingerprint(output).items() if name.split("/")[0] in PARTS}


def assert_readers_are_safe(work: Work, output: Path) -> None:
    """Fails if a file is gone that a reader met before, and that is not retired; what is retired goes last."""
    before, after, now = (published(path) for path in (work.before, work.after, output))
    assert before.keys() & after.keys() <= now.keys()
    retired = before.keys() - after.keys()
    if not retired <= now.keys():
        assert {name: now.get(name) for name in after} == after


def read_as_readers_do(output: Path) -> None:
    """Reads what a reader finds who globs: every file whole, no row twice."""
    keys: list[tuple[object, ...]] = []
    for path in (output / "lake").glob("observations/*/observations.parquet"):
        table = pq.ParquetFile(path).read().to_pylist()
        columns = ("environment", "identity", "window_start", "flag_state", "segment_state")
        keys += [(path.parent.name, *(row[column] for column in columns)) for row in table]
    assert len(keys) == len(set(keys))
    for path in (output / "summaries").glob("*.parquet"):
        pq.ParquetFile(path).read()
