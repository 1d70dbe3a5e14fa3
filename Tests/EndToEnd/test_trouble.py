"""Bad input, bad options and bad luck: exit codes, messages, and what is published all the same."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from conftest import Real
from craft import MAIN, SECRETS, dumps, gzip_members, line, record, snapshot, write_secrets
from oracle import Expectation, Settings, expect
from product import (
    EXIT_CANNOT_CREATE,
    EXIT_CONFIGURATION,
    EXIT_DATA,
    EXIT_DONE,
    EXIT_IO,
    EXIT_NO_INPUT,
    EXIT_USAGE,
    Hooksift,
    assert_published,
)


def lines(count: int, identity: str) -> bytes:
    """Lines that do not compress to nothing."""
    return b"".join(line(record(dumps(snapshot(identity=f"{identity} {i}")))) + b"\n" for i in range(count))


@pytest.fixture
def secret_file(tmp_path: Path) -> Path:
    return write_secrets(tmp_path / "secrets.json", SECRETS)


# Archives that cannot be read

WHOLE = gzip_members(lines(200, "damaged"), [30_000])

DAMAGES: dict[str, bytes] = {
    "truncated in the data": WHOLE[:-500],
    "truncated in the trailer": WHOLE[:-3],
    "truncated in a second header": WHOLE + WHOLE[:5],
    "header alone": WHOLE[:10],
    "two bytes": WHOLE[:2],
    "wrong CRC": WHOLE[:-8] + bytes([WHOLE[-8] ^ 1]) + WHOLE[-7:],
    "wrong length": WHOLE[:-1] + bytes([WHOLE[-1] ^ 1]),
    "wrong CRC of the first member": gzip_members(b"\n", [])[:-8] + b"\0" * 8 + WHOLE,
    "garbage after the last member": WHOLE + b"garbage",
    "changed data": WHOLE[:700] + bytes([WHOLE[700] ^ 0x55]) + WHOLE[701:],
    "unknown method": WHOLE[:2] + b"\x07" + WHOLE[3:],
    "not gzip at all": lines(3, "plain"),
}


@pytest.mark.parametrize("content", DAMAGES.values(), ids=DAMAGES.keys())
def test_a_damaged_archive_is_named_and_left_out(
    hooksift: Hooksift, tmp_path: Path, secret_file: Path, content: bytes
) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "broken.jsonl.gz").write_bytes(content)
    # Not just now, so that it is not taken for one that is still being written.
    os.utime(tmp_path / "in" / "broken.jsonl.gz", (1e9, 1e9))
    (tmp_path / "in" / "sound.jsonl.gz").write_bytes(gzip_members(lines(20, "sound"), []))
    expected = expect([tmp_path / "in"], SECRETS)
    assert expected.unreadable == [str(tmp_path / "in" / "broken.jsonl.gz")]
    arguments = ["run", tmp_path / "in", "--output", tmp_path / "out", "--secret-file", secret_file]
    finished = hooksift(*arguments).requires(EXIT_DATA)
    assert str(tmp_path / "in" / "broken.jsonl.gz") in finished.messages
    assert_published(tmp_path / "out", expected)
    (tmp_path / "in" / "broken.jsonl.gz").write_bytes(WHOLE)
    hooksift(*arguments).requires(EXIT_DONE)
    assert_published(tmp_path / "out", expect([tmp_path / "in"], SECRETS))


@pytest.mark.parametrize("damage", ["truncated in the data", "truncated in the trailer"])
def test_complete_lines_can_be_salvaged(
    hooksift: Hooksift, tmp_path: Path, secret_file: Path, damage: str
) -> None:
    archive = tmp_path / "broken.jsonl.gz"
    archive.write_bytes(DAMAGES[damage])
    arguments = ["run", archive, "--output", tmp_path / "out", "--secret-file", secret_file, "--salvage"]
    assert hooksift(*arguments).code in (EXIT_DONE, EXIT_DATA)
    expected = expect([archive], SECRETS, Settings(salvage=True))
    statuses = [row[11] for row in expected.tables["archives"]]
    assert statuses == ["salvaged"]
    assert_published(tmp_path / "out", expected)


# Nothing to read


def test_a_directory_without_archives(hooksift: Hooksift, tmp_path: Path, secret_file: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "notes.txt").write_text("none")
    arguments = ["run", tmp_path / "in", "--output", tmp_path / "out", "--secret-file", secret_file]
    assert hooksift(*arguments).requires(EXIT_NO_INPUT).messages


def test_a_path_that_does_not_exist(hooksift: Hooksift, tmp_path: Path, secret_file: Path) -> None:
    arguments = ["run", tmp_path / "nowhere", "--output", tmp_path / "out", "--secret-file", secret_file]
    assert str(tmp_path / "nowhere") in hooksift(*arguments).requires(EXIT_NO_INPUT).messages


# Secrets


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("secret", b""),
        ("secret", b"\n"),
        ("secret", b"\r\n"),
        ("secrets.json", b'[{"name": "a", "secret": ""}]'),
        ("secrets.json", b'[{"name": "a"}]'),
        ("secrets.json", b'[{"name": "a", "secret": 5}]'),
        ("secrets.json", b'[{"name": "a", "secret": "long enough", "not_before": "tomorrow"}]'),
        ("secrets.json", b'{"name": "a", "secret": "long enough"}'),
        ("secrets.json", b'[{"name": "a", "secret": "long enough"'),
        ("secrets.json", b"[]"),
    ],
)
def test_a_secret_file_that_holds_no_secret(
    hooksift: Hooksift, tmp_path: Path, real: Real, name: str, content: bytes
) -> None:
    (tmp_path / name).write_bytes(content)
    arguments = ["run", real.archives, "--output", tmp_path / "out", "--secret-file", tmp_path / name]
    finished = hooksift(*arguments).requires(EXIT_CONFIGURATION)
    assert name in finished.messages
    assert "long enough" not in finished.messages


def test_a_secret_file_that_does_not_exist(hooksift: Hooksift, tmp_path: Path, real: Real) -> None:
    arguments = ["run", real.archives, "--output", tmp_path / "out", "--secret-file", tmp_path / "none"]
    assert str(tmp_path / "none") in hooksift(*arguments).requires(EXIT_CONFIGURATION).messages


@pytest.mark.parametrize("variables", [{}, {"FLAGSMITH_SECRET": ""}])
def test_a_secret_variable_that_is_not_set(
    hooksift: Hooksift, tmp_path: Path, real: Real, variables: dict[str, str]
) -> None:
    arguments = ["run", real.archives, "--output", tmp_path / "out", "--secret-env", "FLAGSMITH_SECRET"]
    finished = hooksift(*arguments, variables=variables).requires(EXIT_CONFIGURATION)
    assert "FLAGSMITH_SECRET" in finished.messages


# Output


@pytest.mark.parametrize("name", ["file", "file/out"])
def test_an_output_that_cannot_be_created(hooksift: Hooksift, tmp_path: Path, real: Real, name: str) -> None:
    (tmp_path / "file").write_text("mine")
    arguments = ["run", real.archives, "--output", tmp_path / name, "--secret-file", real.secret_file]
    assert str(tmp_path / "file") in hooksift(*arguments).requires(EXIT_CANNOT_CREATE).messages
    assert (tmp_path / "file").read_text() == "mine"


@pytest.mark.parametrize("size", ["4k", "64k", "160k"])
def test_a_full_disk(
    hooksift: Hooksift,
    real: Real,
    real_expectation: Expectation,
    small_disk: Callable[[str], Path],
    size: str,
) -> None:
    output = small_disk(size) / "out"
    arguments = ["run", real.archives, "--output", output, "--secret-file", real.secret_file]
    messages = hooksift(*arguments).requires(EXIT_IO).messages.lower()
    assert "no space" in messages or "disk is full" in messages
    assert str(output).lower() in messages
    small_disk("64m")
    hooksift(*arguments).requires(EXIT_DONE)
    assert_published(output, real_expectation)


# Options


@pytest.mark.parametrize(
    "options",
    [
        ["--no-such-option"],
        ["--window", "banana"],
        ["--window", "0m"],
        ["--window", "-5m"],
        ["--window-kind", "hopping"],
        ["--timezone", "Mars/Olympus"],
        ["--exposures", "a,,b"],
        ["--top-values", "-1"],
        ["--since", "2026-13-01"],
        ["--until", "yesterday"],
        ["--max-rejected", "2"],
        ["--max-rejected", "-0.1"],
        ["--max-rejected", "nan"],
        ["--output"],
    ],
    ids=" ".join,
)
def test_wrong_options(hooksift: Hooksift, tmp_path: Path, real: Real, options: list[str]) -> None:
    arguments = ["run", real.archives, "--output", tmp_path / "out", "--secret-file", real.secret_file]
    finished = hooksift(*arguments, *options).requires(EXIT_USAGE)
    assert options[0] in finished.messages
    assert not (tmp_path / "out").exists()


def test_an_unknown_command(hooksift: Hooksift) -> None:
    hooksift("no-such-command").requires(EXIT_USAGE)


@pytest.mark.parametrize(
    ("limit", "code"), [("0", EXIT_DATA), ("0.3017", EXIT_DATA), ("0.3018", EXIT_DONE), ("1", EXIT_DONE)]
)
def test_too_many_rejected_lines(
    hooksift: Hooksift, tmp_path: Path, real: Real, real_expectation: Expectation, limit: str, code: int
) -> None:
    arguments = ["run", real.archives, "--output", tmp_path / "out", "--secret-file", real.secret_file]
    hooksift(*arguments, "--max-rejected", limit).requires(code)
    assert_published(tmp_path / "out", real_expectation)


def test_no_rejected_lines_at_all(hooksift: Hooksift, tmp_path: Path, secret_file: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(lines(3, "someone"))
    arguments = ["run", tmp_path / "a.jsonl", "--output", tmp_path / "out", "--secret-file", secret_file]
    hooksift(*arguments, "--max-rejected", "0").requires(EXIT_DONE)
    assert_published(tmp_path / "out", expect([tmp_path / "a.jsonl"], [MAIN]))
