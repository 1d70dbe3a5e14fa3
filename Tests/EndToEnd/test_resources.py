"""Threads, memory and caches: they show in nothing that is written, and leave nothing behind."""

from __future__ import annotations

import random
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from conftest import Real
from craft import SECRETS, gzip_members, write_secrets
from product import EXIT_DONE, EXIT_IO, EXIT_USAGE, Hooksift, fingerprint
from random_archives import write_random_archives

CACHES = ["flags", "tails", "parts", "records"]
WITHOUT_CACHES = [f"--without-cache={cache}" for cache in CACHES]
WAYS = {
    "one thread": ["--jobs", "1", "--memory", "512MB"],
    "one thread, least memory": ["--jobs", "1", "--memory", "64MB"],
    "two threads": ["--jobs", "2", "--memory", "512MB"],
    "two threads, least memory, no caches": ["--jobs", "2", "--memory", "64MB", *WITHOUT_CACHES],
    "five threads, least memory": ["--jobs", "5", "--memory", "64MB"],
    "five threads, no caches": ["--jobs", "5", "--memory", "512MB", *WITHOUT_CACHES],
    **{f"no {cache}": [f"--without-cache={cache}"] for cache in CACHES},
}
PLAINEST = ["--jobs", "1", "--memory", "2GB", *WITHOUT_CACHES]

SPILLING_LINES = 60_000
IDENTITY_LENGTH = 600
SPILLED_FILES = ".staging/temporary/*.run"


def spilling_archive(path: Path, count: int = SPILLING_LINES) -> Path:
    """Unsigned deliveries of many identities with long names, which no small memory holds."""
    draw = random.Random(5)
    start = '{"received_at": "2026-11-24T12:%02d:00Z", "headers": {}, "body": "{\\"flags\\": [], \\"identity\\": '
    lines = (
        f'{start % draw.randrange(60)}\\"{draw.randrange(count):i<{IDENTITY_LENGTH}d}\\"}}"}}\n'
        for _ in range(count)
    )
    path.write_bytes(gzip_members("".join(lines).encode(), []))
    return path


@pytest.fixture(scope="module")
def spilling(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return spilling_archive(tmp_path_factory.mktemp("spilling") / "many.jsonl.gz")


def run(hooksift: Hooksift, output: Path, archives: list[Path], secrets: Path, *more: object) -> dict[str, str]:
    """The digests of what a run publishes."""
    arguments = ["run", *archives, "--output", output, "--secret-file", secrets, *more]
    hooksift(*arguments).requires(EXIT_DONE)
    return fingerprint(output)


@pytest.fixture(scope="module", params=["real", "random", "spilling"])
def work(
    request: pytest.FixtureRequest,
    hooksift: Hooksift,
    real: Real,
    spilling: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> tuple[list[Path], Path, list[str], dict[str, str]]:
    """Archives, their secrets, options, and what comes of them in the plainest way."""
    folder = tmp_path_factory.mktemp(request.param)
    archives, secrets, options = [real.archives], real.secret_file, ["--window-kind", "session"]
    if request.param == "random":
        archives, secrets = write_random_archives(folder, 11), write_secrets(folder / "secrets.json", SECRETS)
    elif request.param == "spilling":
        archives, options = [spilling], [*options, "--allow-unsigned"]
    truth = run(hooksift, folder / "out", archives, secrets, *options, *PLAINEST)
    return archives, secrets, options, truth


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS.keys())
def test_every_way_writes_the_same_files(
    hooksift: Hooksift,
    tmp_path: Path,
    work: tuple[list[Path], Path, list[str], dict[str, str]],
    way: list[str],
) -> None:
    archives, secrets, options, truth = work
    assert len(truth) > 10
    assert run(hooksift, tmp_path / "out", archives, secrets, *options, *way) == truth


def test_standard_input(hooksift: Hooksift, tmp_path: Path, spilling: Path, real: Real) -> None:
    arguments = ["--secret-file", real.secret_file, "--allow-unsigned", "--memory", "64MB"]
    truth = run(hooksift, tmp_path / "file", [spilling], *arguments[1:])
    piped = ["run", "-", "--output", tmp_path / "pipe", "--jobs", "2", *arguments]
    hooksift(*piped, stdin=spilling.read_bytes()).requires(EXIT_DONE)
    found = fingerprint(tmp_path / "pipe")
    # The ledger names the archive by its path, and the manifest has the ledger's digest.
    for name in ("lake/archives/archives.parquet", "lake/manifest.json"):
        assert found.pop(name) != truth.pop(name)
    assert found == truth


@pytest.mark.parametrize(
    ("option", "value", "allowed"),
    [
        ("--jobs", "0", "1 to 256"),
        ("--jobs", "257", "1 to 256"),
        ("--jobs", "-1", "1 to 256"),
        ("--jobs", "many", "--jobs"),
        ("--memory", "1MB", "64MB"),
        ("--memory", "lots", "64MB"),
        ("--memory", "512", "64MB"),
        ("--memory", "-512MB", "64MB"),
        ("--memory", "99999999999999999999GB", "64MB"),
    ],
)
def test_what_is_allowed(
    hooksift: Hooksift, tmp_path: Path, real: Real, option: str, value: str, allowed: str
) -> None:
    arguments = ["run", real.archives, "--output", tmp_path / "out", "--secret-file", real.secret_file]
    messages = hooksift(*arguments, f"{option}={value}").requires(EXIT_USAGE).messages
    assert value in messages
    assert allowed in messages
    assert not (tmp_path / "out").exists()


def spilling_arguments(spilling: Path, output: Path, real: Real) -> list[object]:
    start = ["run", spilling, "--output", output, "--secret-file", real.secret_file, "--allow-unsigned"]
    return [*start, "--rebuild", "--memory", "64MB"]


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_run_that_was_killed_while_it_spilled(
    hooksift: Hooksift, tmp_path: Path, spilling: Path, real: Real, jobs: int
) -> None:
    output = tmp_path / "out"
    before = run(hooksift, output, [real.archives], real.secret_file)
    arguments = [*spilling_arguments(spilling, output, real), "--jobs", jobs]
    process = subprocess.Popen([hooksift.binary, *map(str, arguments)], stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 60
    while not list(output.glob(SPILLED_FILES)) and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.002)
    process.kill()
    assert process.wait() == -signal.SIGKILL, "the run ended before it was killed"
    assert list(output.glob(SPILLED_FILES))
    assert before.items() <= fingerprint(output).items()
    assert run(hooksift, output, [real.archives], real.secret_file) == before


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_disk_that_is_full_while_a_run_spills(
    hooksift: Hooksift,
    spilling: Path,
    real: Real,
    small_disk: Callable[[str], Path],
    jobs: int,
) -> None:
    output = small_disk("14m") / "out"
    before = run(hooksift, output, [real.archives], real.secret_file)
    arguments = [*spilling_arguments(spilling, output, real), "--jobs", jobs]
    messages = hooksift(*arguments).requires(EXIT_IO).messages
    assert f"{output}/.staging/temporary/" in messages
    assert fingerprint(output) == before
    small_disk("256m")
    after = run(hooksift, output, [spilling], *spilling_arguments(spilling, output, real)[5:])
    assert not list(output.glob(".staging"))
    assert after.keys() - before.keys() or after != before
