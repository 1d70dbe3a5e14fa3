"""Run after run on the same lake: what is new is added, and no failure in between leaves a trace."""

from __future__ import annotations

import errno
import fcntl
import gzip
import hashlib
import json
import os
import random
import shutil
import threading
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from conftest import Real
from craft import SECRETS, write_secrets
from faults import (
    KILLED,
    TERMINATED,
    Calls,
    Faults,
    Work,
    assert_readers_are_safe,
    made_lines,
    published,
)
from product import (
    EXIT_CANNOT_CREATE,
    EXIT_CONFIGURATION,
    EXIT_DATA,
    EXIT_DONE,
    EXIT_IO,
    Hooksift,
    fingerprint,
)
from random_archives import write_random_archives

EXIT_LOCKED = 75


class Nights:
    """Archives of two nights: on the second one there is a new one, with late deliveries, and one has grown."""

    def __init__(self, hooksift: Hooksift, directory: Path) -> None:
        self.hooksift = hooksift
        self.archives = directory / "archives"
        self.archives.mkdir()
        self.secrets = write_secrets(directory / "secrets.json", SECRETS)
        draw = random.Random(11)
        self.first = gzip.compress(made_lines(draw, 30, [1, 2]), mtime=0)
        (self.archives / "a.jsonl.gz").write_bytes(self.first)
        (self.archives / "b.jsonl").write_bytes(made_lines(draw, 20, [2]))
        self.grown = self.first + gzip.compress(made_lines(draw, 20, [2, 3]), mtime=0)
        self.late = gzip.compress(made_lines(draw, 30, [1, 3, 4]), mtime=0)

    def second_night(self) -> None:
        (self.archives / "a.jsonl.gz").write_bytes(self.grown)
        (self.archives / "c.jsonl.gz").write_bytes(self.late)

    def run(self, output: Path, *arguments: object, variables: dict[str, str] | None = None):
        options = ["--output", output, "--secret-file", self.secrets, "--jobs", "1", *arguments]
        return self.hooksift("run", self.archives, *options, variables=variables)


@pytest.fixture(scope="module")
def nights(hooksift: Hooksift, tmp_path_factory: pytest.TempPathFactory) -> Nights:
    return Nights(hooksift, tmp_path_factory.mktemp("nights"))


@pytest.fixture(scope="module")
def outputs(nights: Nights, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The workspace after the first night, and after both."""
    first = tmp_path_factory.mktemp("outputs") / "first"
    nights.run(first).requires(EXIT_DONE)
    both = first.with_name("both")
    shutil.copytree(first, both)
    nights.second_night()
    nights.run(both).requires(EXIT_DONE)
    return first, both


def test_two_nights_are_as_one(nights: Nights, outputs: tuple[Path, Path], tmp_path: Path) -> None:
    nights.run(tmp_path / "whole").requires(EXIT_DONE)
    assert fingerprint(outputs[1]) == fingerprint(tmp_path / "whole")
    for path in (outputs[1] / "quarantine").iterdir():
        name = path.name.removesuffix(".jsonl.gz").encode()
        records = gzip.decompress(path.read_bytes()).splitlines()
        assert records
        assert all(made.startswith(b'{"archive":"' + name) for made in records)


def test_a_third_night_without_anything_new_changes_nothing(
    nights: Nights, outputs: tuple[Path, Path], tmp_path: Path
) -> None:
    output = tmp_path / "out"
    shutil.copytree(outputs[1], output)
    assert b"3 known before" in nights.run(output).requires(EXIT_DONE).stderr
    assert fingerprint(output) == fingerprint(outputs[1])


def test_a_lake_is_for_one_kind_of_windows(
    nights: Nights, outputs: tuple[Path, Path], tmp_path: Path
) -> None:
    output = tmp_path / "out"
    shutil.copytree(outputs[1], output)
    said = nights.run(output, "--window", "1h").requires(EXIT_CONFIGURATION).messages
    assert "--rebuild" in said
    assert fingerprint(output) == fingerprint(outputs[1])
    nights.run(output, "--window", "1h", "--rebuild").requires(EXIT_DONE)
    nights.run(tmp_path / "hours", "--window", "1h").requires(EXIT_DONE)
    assert fingerprint(output) == fingerprint(tmp_path / "hours")


@pytest.mark.parametrize("change", ["missing", "altered", "cut off"])
@pytest.mark.parametrize("table", ["archives", "flag_states", "observations/date=2026-10-02"])
def test_a_lake_that_is_not_as_it_was_is_named(
    nights: Nights, outputs: tuple[Path, Path], tmp_path: Path, table: str, change: str
) -> None:
    output = tmp_path / "out"
    shutil.copytree(outputs[0], output)
    path = output / "lake" / table / f"{table.split('/')[0]}.parquet"
    stored = bytearray(path.read_bytes())
    stored[len(stored) // 2] ^= 1
    path.write_bytes(stored if change == "altered" else stored[:-1])
    if change == "missing":
        path.unlink()
    before = fingerprint(output)
    finished = nights.run(output)
    assert finished.code not in (EXIT_DONE, EXIT_DATA)
    assert str(path) in finished.messages
    assert fingerprint(output) == before


# The state of a lake


def test_status(nights: Nights, outputs: tuple[Path, Path]) -> None:
    arguments = ["status", nights.archives, "--output", outputs[0]]
    said = json.loads(nights.hooksift(*arguments, "--json", "--verify").requires(EXIT_DONE).stdout)
    tables = {table["name"]: table for table in said["tables"]}
    for name, table in tables.items():
        files = sorted((outputs[0] / "lake" / name).rglob("*.parquet"))
        assert table["files"] == len(files)
        assert table["rows"] == sum(pq.ParquetFile(path).metadata.num_rows for path in files)
        assert table["bytes"] == sum(path.stat().st_size for path in files)
    assert (said["archives"], said["lines"]) == (2, 50)
    assert said["lines"] == said["identity_deliveries"] + said["other_deliveries"] + said["quarantined"]
    assert (said["first_date"], said["last_date"]) == ("2026-10-01", "2026-10-02")
    assert [run["command"] for run in said["last_runs"]] == ["run"]
    assert said["faults"] == []
    # One has grown, and one is new.
    assert [Path(path).name for path in said["pending"]] == ["a.jsonl.gz", "c.jsonl.gz"]
    text = nights.hooksift(*arguments).requires(EXIT_DONE).stdout.decode()
    for word in ("2 archives", "observations", "last runs", "pending", "c.jsonl.gz"):
        assert word in text


def test_a_lake_that_breaks_a_law_is_found_out(
    nights: Nights, outputs: tuple[Path, Path], tmp_path: Path
) -> None:
    def forge(change: Callable[[pa.Table], pa.Table]) -> str:
        output = tmp_path / "out"
        shutil.rmtree(output, ignore_errors=True)
        shutil.copytree(outputs[1], output)
        name = "observations/date=2026-10-02/observations.parquet"
        path = output / "lake" / name
        pq.write_table(change(pq.ParquetFile(path).read()), path, compression="gzip")
        manifest = output / "lake" / "manifest.json"
        said = json.loads(manifest.read_text())
        said["files"][name] = {
            "bytes": path.stat().st_size,
            "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        }
        manifest.write_text(json.dumps(said))
        finished = nights.hooksift("status", "--verify", "--output", output)
        assert finished.code in (EXIT_DONE, EXIT_IO), finished.messages
        return finished.stdout.decode()

    assert "all files and laws hold" in forge(lambda table: table)
    assert "deliveries, and the ledger" in forge(lambda table: table.slice(1))
    assert "not in its place" in forge(lambda table: table.take(list(range(1, len(table))) + [0]))
    strange = pa.array(["0" * 32])
    place = 3
    assert "no table of states holds" in forge(
        lambda table: table.set_column(
            place, table.schema.field(place), pa.chunked_array([strange.take([0] * len(table))])
        )
    )


def test_two_runs_at_once(nights: Nights, outputs: tuple[Path, Path], tmp_path: Path) -> None:
    output = tmp_path / "out"
    shutil.copytree(outputs[0], output)
    with (output / ".lock").open("r+b") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert "in use" in nights.run(output).requires(EXIT_LOCKED).messages
        releasing = threading.Timer(1.0, lambda: fcntl.flock(lock, fcntl.LOCK_UN))
        releasing.start()
        nights.run(output, "--wait").requires(EXIT_DONE)
        releasing.join()
    assert fingerprint(output) == fingerprint(outputs[1])


# Replay


@pytest.mark.parametrize("known", [0, 1, 2])
def test_replay_is_as_if_all_secrets_had_been_known(
    hooksift: Hooksift, real: Real, tmp_path: Path, known: int
) -> None:
    secrets = json.loads(real.secret_file.read_text())
    few = tmp_path / "few.json"
    few.write_text(json.dumps(secrets[known : known + 1]))
    output, whole = tmp_path / "out", tmp_path / "whole"
    for archive in sorted(real.archives.iterdir()):
        hooksift("run", archive, "--output", output, "--secret-file", few).requires(EXIT_DONE)
    before = fingerprint(output)
    arguments = ["replay", "--output", output, "--secret-file"]
    # With the same secrets nothing passes.
    assert "0 lines moved" in hooksift(*arguments, few).requires(EXIT_DONE).messages
    assert fingerprint(output) == before
    hooksift(*arguments, real.secret_file).requires(EXIT_DONE)
    hooksift("run", real.archives, "--output", whole, "--secret-file", real.secret_file).requires(EXIT_DONE)
    assert fingerprint(output) == fingerprint(whole)
    assert "0 lines moved" in hooksift(*arguments, real.secret_file).requires(EXIT_DONE).messages
    assert fingerprint(output) == fingerprint(whole)
    runs = [json.loads(run) for run in (output / "runs.jsonl").read_text().splitlines()]
    assert [run["command"] for run in runs[-3:]] == ["replay"] * 3
    assert runs[-2]["lines"] == runs[-1]["lines"] + runs[-2]["lines"] - runs[-2]["quarantined"]


@pytest.mark.parametrize("seed", range(6))
def test_replay_of_random_archives(hooksift: Hooksift, tmp_path: Path, seed: int) -> None:
    archives = write_random_archives(tmp_path, seed)
    few = write_secrets(tmp_path / "few.json", SECRETS[:1])
    many = write_secrets(tmp_path / "many.json", SECRETS)
    options = ["--window-kind", "session", "--salvage"]
    hooksift("run", *archives, *options, "--output", tmp_path / "out", "--secret-file", few)
    replay = ["replay", *options[:2], "--output", tmp_path / "out", "--secret-file", many]
    hooksift(*replay).requires(EXIT_DONE)
    hooksift("run", *archives, *options, "--output", tmp_path / "whole", "--secret-file", many)
    assert fingerprint(tmp_path / "out") == fingerprint(tmp_path / "whole"), f"seed {seed}"


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("", "traits: {exclude: [plan]}"),
        ("traits: {exclude: [plan]}", "traits: {exclude: [other]}"),
        ("traits: {include: [plan]}", "traits: {exclude: [plan]}"),
        ("", "identities: {pseudonymize: {env: PEPPER}}"),
        ("identities: {pseudonymize: {env: PEPPER}}", "identities: {pseudonymize: {env: OTHER_PEPPER}}"),
    ],
)
def test_a_lake_is_for_one_choice_of_personal_data(
    nights: Nights, tmp_path: Path, first: str, second: str
) -> None:
    variables = {"PEPPER": "salt and pepper", "OTHER_PEPPER": "pepper and salt"}
    for number, text in enumerate((first, second)):
        (tmp_path / f"{number}.yaml").write_text(text + "\n")
    output = tmp_path / "out"
    options = [["--config", tmp_path / f"{number}.yaml"] for number in range(2)]
    nights.run(output, *options[0], variables=variables).requires(EXIT_DONE)
    before = fingerprint(output)
    finished = nights.run(output, *options[1], variables=variables).requires(EXIT_CONFIGURATION)
    assert "--rebuild" in finished.messages
    assert not any(pepper in finished.messages for pepper in variables.values())
    assert fingerprint(output) == before
    nights.run(output, *options[0], variables=variables).requires(EXIT_DONE)
    assert fingerprint(output) == before
    nights.run(output, *options[1], "--rebuild", variables=variables).requires(EXIT_DONE)
    nights.run(tmp_path / "whole", *options[1], variables=variables).requires(EXIT_DONE)
    assert fingerprint(output) == fingerprint(tmp_path / "whole")


def test_replayed_lines_are_kept_by_the_same_choice(hooksift: Hooksift, real: Real, tmp_path: Path) -> None:
    settings = tmp_path / "settings.yaml"
    settings.write_text("traits: {exclude: [plan]}\nidentities: {pseudonymize: {env: PEPPER}}\n")
    few = tmp_path / "few.json"
    few.write_text(json.dumps(json.loads(real.secret_file.read_text())[:1]))
    variables = {"PEPPER": "salt and pepper"}
    output, whole = tmp_path / "out", tmp_path / "whole"
    for place, secrets in ((output, few), (whole, real.secret_file)):
        arguments = ["run", real.archives, "--config", settings, "--output", place, "--secret-file", secrets]
        hooksift(*arguments, variables=variables).requires(EXIT_DONE)
    arguments = ["replay", "--config", settings, "--output", output, "--secret-file", real.secret_file]
    hooksift(*arguments, variables=variables).requires(EXIT_DONE)
    assert fingerprint(output) == fingerprint(whole)


# Failures


@pytest.fixture(scope="module")
def second(nights: Nights, outputs: tuple[Path, Path]) -> Work:
    """The second night."""
    return Work(outputs[0], outputs[1], lambda output, variables: nights.run(output, variables=variables))


@pytest.fixture(scope="module")
def calls(second: Work, faults: Faults, tmp_path_factory: pytest.TempPathFactory) -> int:
    """How many calls that change files the second night has."""
    return faults.count(second, Calls.CHANGES, tmp_path_factory.mktemp("count"))


def test_killed_at_every_call(second: Work, faults: Faults, calls: int, tmp_path: Path) -> None:
    for finished, output in faults.everywhere(second, calls, tmp_path, "kill"):
        assert finished.code == KILLED
        assert_readers_are_safe(second, output)


def test_asked_to_end_at_every_call(second: Work, faults: Faults, calls: int, tmp_path: Path) -> None:
    states = [published(second.before), published(second.after)]
    met = set()
    for finished, output in faults.everywhere(second, calls, tmp_path, "term"):
        # What a shell calls 143.
        assert finished.code == TERMINATED
        # All or nothing, without another run.
        assert published(output) in states
        assert not (output / ".journal").exists()
        met.add(states.index(published(output)))
    assert met == {0, 1}


@pytest.mark.parametrize("name", ["ENOSPC", "EIO"])
def test_an_error_at_every_call(second: Work, faults: Faults, calls: int, tmp_path: Path, name: str) -> None:
    for finished, _ in faults.everywhere(second, calls, tmp_path, str(getattr(errno, name))):
        # What is only tidied up, or noted for convenience, may fail without harm.
        assert finished.code in (EXIT_IO, EXIT_CANNOT_CREATE, EXIT_DONE)


def test_an_archive_that_cannot_be_read(nights: Nights, second: Work, faults: Faults, tmp_path: Path) -> None:
    count = faults.count(second, Calls.READS, tmp_path, nights.archives)
    how = str(errno.EIO)
    for finished, output in faults.everywhere(second, count, tmp_path, how, Calls.READS, nights.archives):
        assert finished.code == EXIT_DATA
        named = [path for path in nights.archives.iterdir() if f"{path}: cannot be read at byte" in finished.messages]
        assert len(named) == 1
        # The others are published.
        assert len(pq.ParquetFile(output / "lake" / "archives" / "archives.parquet").read()) >= 2


def test_a_file_of_the_workspace_that_cannot_be_read(second: Work, faults: Faults, tmp_path: Path) -> None:
    count = faults.count(second, Calls.READS, tmp_path)
    before, after = published(second.before), published(second.after)
    ends = set()
    for finished, output in faults.everywhere(second, count, tmp_path, str(errno.EIO), Calls.READS, step=2):
        is_done = published(output) == after
        ends.add((finished.code, is_done))
        # What is known of files from before is a convenience.
        assert finished.code in (EXIT_IO, EXIT_DONE)
        assert is_done or (finished.code == EXIT_IO and published(output) == before)
        assert f"cannot read {output}/" in finished.messages or finished.code == EXIT_DONE
    assert (EXIT_IO, False) in ends


@pytest.mark.parametrize("size", [8, 48, 96])
def test_a_disk_that_is_full_on_the_second_night(
    second: Work, small_disk: Callable[[str], Path], size: int
) -> None:
    output = small_disk("64m") / "out"
    shutil.copytree(second.before, output)
    used = sum(path.stat().st_blocks * 512 for path in output.rglob("*"))
    small_disk(str(used + size * 1024))
    finished = second.run(output, {})
    assert finished.code in (EXIT_IO, EXIT_CANNOT_CREATE)
    assert "no space" in finished.messages.lower()
    assert published(output) == published(second.before)
    small_disk("64m")
    second.run(output, {}).requires(EXIT_DONE)
    assert fingerprint(output) == fingerprint(second.after)


def test_an_archive_whose_earlier_content_changed(nights: Nights, outputs: tuple[Path, Path], tmp_path: Path) -> None:
    output = tmp_path / "out"
    shutil.copytree(outputs[1], output)
    archive = nights.archives / "b.jsonl"
    stored = archive.read_bytes()
    try:
        archive.write_bytes(b" " + stored[1:] + stored)
        said = nights.run(output).requires(EXIT_DATA).messages
        assert str(archive) in said
        assert "--rebuild" in said
        assert fingerprint(output) == fingerprint(outputs[1])
    finally:
        archive.write_bytes(stored)


def test_an_archive_that_is_still_being_written(nights: Nights, tmp_path: Path) -> None:
    archives = tmp_path / "archives"
    archives.mkdir()
    archive = archives / "a.jsonl.gz"
    archive.write_bytes(nights.first[:-20])
    options = ["--output", tmp_path / "out", "--secret-file", nights.secrets]
    said = nights.hooksift("run", archives, *options).requires(EXIT_DONE).messages
    assert "left for the next run" in said
    old = archive.stat().st_mtime - 3600
    os.utime(archive, (old, old))
    assert "truncated" in nights.hooksift("run", archives, *options).requires(EXIT_DATA).messages
    archive.write_bytes(nights.first)
    nights.hooksift("run", archives, *options).requires(EXIT_DONE)
    nights.hooksift("run", archives, "--output", tmp_path / "whole", *options[2:]).requires(EXIT_DONE)
    assert fingerprint(tmp_path / "out") == fingerprint(tmp_path / "whole")


def test_a_last_line_that_is_still_being_written(nights: Nights, tmp_path: Path) -> None:
    """Of an archive that is not compressed."""
    archive = tmp_path / "archives" / "a.jsonl"
    archive.parent.mkdir()
    lines = made_lines(random.Random(13), 6, [1, 2])
    cut = len(lines) - 100
    options = ["--output", tmp_path / "out", "--secret-file", nights.secrets]

    def run(settle: str = "5m"):
        return nights.hooksift("run", archive.parent, *options, "--settle", settle)

    archive.write_bytes(lines[:cut])
    assert "left for the next run" in run().requires(EXIT_DONE).messages
    assert not list((tmp_path / "out" / "quarantine").iterdir())
    # What is whole is taken, and so is what grows from there.
    first = lines.index(b"\n", len(lines) // 2) + 1
    archive.write_bytes(lines[:first])
    run().requires(EXIT_DONE)
    archive.write_bytes(lines[:cut])
    before = fingerprint(tmp_path / "out")
    assert "left for the next run" in run().requires(EXIT_DONE).messages
    assert fingerprint(tmp_path / "out") == before
    archive.write_bytes(lines)
    run().requires(EXIT_DONE)
    nights.hooksift("run", archive.parent, "--output", tmp_path / "whole", *options[2:]).requires(EXIT_DONE)
    assert fingerprint(tmp_path / "out") == fingerprint(tmp_path / "whole")
    # A line without an end that nobody touches any more is a line.
    archive.write_bytes(lines + lines[:-1])
    old = archive.stat().st_mtime - 3600
    os.utime(archive, (old, old))
    said = run().requires(EXIT_DONE).messages
    assert "left for the next run" not in said
    ledger = pq.ParquetFile(tmp_path / "out" / "lake" / "archives" / "archives.parquet").read()
    assert ledger["lines"].to_pylist() == [12]


def test_status_names_what_could_not_be_read(nights: Nights, tmp_path: Path) -> None:
    archives = tmp_path / "archives"
    archives.mkdir()
    for number in range(25):
        path = archives / f"{number:02d}.jsonl.gz"
        path.write_bytes(gzip.compress(b"%d\n" % number)[:-5])
        os.utime(path, (1e9, 1e9))
    (archives / "whole.jsonl").write_bytes(made_lines(random.Random(14), 3, [1]))
    options = ["--output", tmp_path / "out"]
    nights.hooksift("run", archives, *options, "--secret-file", nights.secrets).requires(EXIT_DATA)
    entry = json.loads((tmp_path / "out" / "runs.jsonl").read_text())
    assert entry["unreadable"] == 25
    assert [Path(failure["path"]).name for failure in entry["failed"]] == [f"{n:02d}.jsonl.gz" for n in range(20)]
    assert all("truncated" in failure["reason"] for failure in entry["failed"])
    said = json.loads(nights.hooksift("status", *options, "--json").requires(EXIT_DONE).stdout)
    assert said["last_runs"][0]["failed"] == entry["failed"]
    text = nights.hooksift("status", *options).requires(EXIT_DONE).stdout.decode()
    assert f"{archives}/07.jsonl.gz: truncated" in text
    assert "and 5 more" in text
