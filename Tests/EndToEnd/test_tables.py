"""Every cell of every published table, and the quarantine, against the oracle."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from cases import all_cases
from conftest import Real
from craft import BOUNDED_SECRETS, MAIN, SECRETS, dumps, gzip_members, line, record, snapshot, write_secrets
from oracle import COLUMNS, LONGEST_LINE, Expectation, Secret, Settings, expect
from product import (
    EXIT_DONE,
    Hooksift,
    assert_published,
    assert_same_rows,
    fingerprint,
    published_rows,
    settings_arguments,
)
from random_archives import write_random_archives

SEEDS = [int(seed) for seed in os.environ.get("HOOKSIFT_SEEDS", "1 2 3").split()]

DEFAULTS = Settings()
SETTINGS = {
    "defaults": DEFAULTS,
    "unsigned allowed": replace(DEFAULTS, allow_unsigned=True),
    "sessions": replace(DEFAULTS, window_kind="session", timezone="Europe/Berlin"),
    "long sessions": replace(
        DEFAULTS, window_kind="session", window=timedelta(hours=9), timezone="Pacific/Auckland"
    ),
    "wide windows": replace(DEFAULTS, window=timedelta(hours=7), timezone="America/St_Johns"),
    "all exposures": replace(DEFAULTS, exposures="all", top_values=1),
    "one day": replace(
        DEFAULTS, since=date(2026, 10, 25), until=date(2026, 10, 26), timezone="Europe/Berlin"
    ),
    "since": replace(DEFAULTS, since=date(2026, 10, 25), top_values=3),
    "until": replace(DEFAULTS, until=date(2026, 10, 25)),
}


def run(
    hooksift: Hooksift,
    folder: Path,
    archives: list[Path],
    secrets: list[Secret] = SECRETS,
    settings: Settings = DEFAULTS,
) -> Path:
    """The output of a run in a folder."""
    folder.mkdir(exist_ok=True)
    output = folder / "out"
    secret_file = write_secrets(folder / "secrets.json", secrets)
    # Last lines need no line feed, and were written just now.
    arguments = ["run", *archives, "--output", output, "--secret-file", secret_file, "--settle", "0s"]
    hooksift(*arguments, *settings_arguments(settings)).requires(EXIT_DONE)
    return output


def write_cases(folder: Path) -> Path:
    """An archive of all the cases; members end inside of lines."""
    content = b"".join(case.line + b"\n" for case in all_cases())
    path = folder / "cases.jsonl.gz"
    path.write_bytes(gzip_members(content, list(range(0, len(content), 9_973))))
    return path


# The captures of a real server


def test_real_captures(real_output: Path, real_expectation: Expectation) -> None:
    assert_published(real_output, real_expectation)


@pytest.mark.parametrize("tool", ["js", "python"])
def test_parsed_bodies(
    hooksift: Hooksift, real: Real, parsed_expectations: dict[str, Expectation], tmp_path: Path, tool: str
) -> None:
    archive = real.parsed_bodies / f"{tool}-json.jsonl.gz"
    hooksift("run", archive, "--output", tmp_path / "out", "--secret-file", real.secret_file).requires(
        EXIT_DONE
    )
    assert_published(tmp_path / "out", parsed_expectations[tool])


def test_nothing_is_lost_or_counted_twice(real_output: Path) -> None:
    ledger_columns = [name for name, _ in COLUMNS["archives"]]
    for row in published_rows(real_output, "archives"):
        ledger = dict(zip(ledger_columns, row))
        accepted = ledger["identity_deliveries"] + ledger["other_deliveries"]
        rejected = sum(count for name, count in ledger.items() if name.startswith("rejected_"))
        assert ledger["lines"] == accepted + ledger["quarantined"]
        assert ledger["quarantined"] == rejected
        assert accepted == ledger["verified"] + ledger["reconstructed"] + ledger["unsigned_accepted"]
    identity_column = ledger_columns.index("identity_deliveries")
    in_ledger = sum(row[identity_column] for row in published_rows(real_output, "archives"))
    assert sum(row[-1] for row in published_rows(real_output, "observations")) == in_ledger == 934
    assert sum(row[-1] for row in published_rows(real_output, "delivery_counts")) == 1_955


# Archives made for the rules


@pytest.mark.parametrize("settings", SETTINGS.values(), ids=SETTINGS.keys())
def test_cases(hooksift: Hooksift, tmp_path: Path, settings: Settings) -> None:
    archive = write_cases(tmp_path)
    output = run(hooksift, tmp_path, [archive], settings=settings)
    assert_published(output, expect([archive], SECRETS, settings))


def test_cases_when_secrets_are_not_active(hooksift: Hooksift, tmp_path: Path) -> None:
    archive = write_cases(tmp_path)
    for allow_unsigned in (False, True):
        settings = replace(DEFAULTS, allow_unsigned=allow_unsigned)
        output = run(hooksift, tmp_path / str(allow_unsigned), [archive], BOUNDED_SECRETS, settings)
        assert_published(output, expect([archive], BOUNDED_SECRETS, settings))


@pytest.mark.parametrize("name", SETTINGS)
@pytest.mark.parametrize("seed", SEEDS)
def test_random_archives(hooksift: Hooksift, tmp_path: Path, seed: int, name: str) -> None:
    archives = write_random_archives(tmp_path, seed)
    expected = expect(archives, SECRETS, SETTINGS[name])
    output = run(hooksift, tmp_path, archives, settings=SETTINGS[name])
    try:
        assert_published(output, expected)
    except AssertionError as error:
        raise AssertionError(f"seed {seed}, {name}\n{error}") from None


def test_longest_lines(hooksift: Hooksift, tmp_path: Path) -> None:
    start, end = line(record(dumps(snapshot()), extra="@")).split(b"@")
    padding = LONGEST_LINE - len(start) - len(end)
    longest = start + b"x" * padding + end
    archive = tmp_path / "long.jsonl.gz"
    archive.write_bytes(
        gzip_members(longest + b"\n" + b"x" + longest + b"\n" + longest + b" \n" + longest, [])
    )
    expected = expect([archive], SECRETS)
    assert [row[1:] for row in expected.tables["delivery_counts"]] == [("line_too_long", 2), ("verified", 2)]
    assert_published(run(hooksift, tmp_path, [archive]), expected)


LINE_FEED, MARK, GOOD, BAD = b"\n", b"\xef\xbb\xbf", line(record(dumps(snapshot()))), b"{"
CONTENTS = {
    "nothing": b"",
    "a mark alone": MARK,
    "a mark before a line": MARK + GOOD + LINE_FEED + BAD,
    "a mark before a rejected line": MARK + BAD + LINE_FEED + GOOD,
    "two marks": MARK + MARK + GOOD + LINE_FEED + BAD,
    "a mark later": GOOD + LINE_FEED + MARK + GOOD + LINE_FEED,
    "a cut mark": MARK[:2],
    "blank lines": b"\n \t\r\n\r\n" + BAD + b"\r\n\n\n" + GOOD + b"\r\n \n" + BAD,
    "blank lines alone": b"\n\n \n\t",
    "no final line feed": GOOD + LINE_FEED + BAD,
    "carriage returns": GOOD + b"\r" + BAD + b"\r" + LINE_FEED + b"\r" + GOOD,
    "white space that is not blank": b"\x0c\n\x0b\n\xc2\xa0\n\x00\n\xe2\x80\xa8\n",
    "UTF-16": b"\xff\xfe" + GOOD.decode().encode("utf-16-le") + b"\n\x00",
    "not UTF-8": b"\xff" + LINE_FEED + GOOD + LINE_FEED + b'"\xed\xa0\x80"',
}


@pytest.mark.parametrize("content", CONTENTS.values(), ids=CONTENTS.keys())
def test_lines(hooksift: Hooksift, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "plain.jsonl").write_bytes(content)
    (tmp_path / "zipped.gz").write_bytes(gzip_members(content, list(range(len(content)))))
    for archive in (tmp_path / "plain.jsonl", tmp_path / "zipped.gz"):
        output = run(hooksift, tmp_path / archive.stem, [archive])
        assert_published(output, expect([archive], SECRETS))


def test_a_gzip_file_without_members(hooksift: Hooksift, tmp_path: Path) -> None:
    (tmp_path / "empty.jsonl.gz").write_bytes(b"")
    expected = expect([tmp_path / "empty.jsonl.gz"], SECRETS)
    assert len(expected.tables["archives"]) == 1
    assert_published(run(hooksift, tmp_path, [tmp_path / "empty.jsonl.gz"]), expected)


# Sources


def test_directories(hooksift: Hooksift, tmp_path: Path) -> None:
    """Names of all sorts, and copies, of which the first by the bytes of its path counts."""
    names = [
        "a/x.jsonl",
        "a.jsonl",
        "a-b/x.jsonl",
        "Z.ndjson",
        "é.jsonl",
        "z.jsonl",
        "a b.jsonl",
        ".hidden.jsonl",
    ]
    names += [
        "folder.jsonl/deep/x.ndjson.gz",
        "x.JSONL",
        "x.json",
        "x.jsonl.bak",
        "x.gz",
        "jsonl",
        "y.json.gz",
    ]
    for index, name in enumerate(names):
        path = tmp_path / "in" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        content = line(record(dumps(snapshot(identity=f"person {index // 3}"))))
        path.write_bytes(gzip_members(content, []) if name.endswith(".gz") else content)
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "x.jsonl").write_bytes(BAD)
    (tmp_path / "in" / "link").symlink_to(tmp_path / "elsewhere")
    output = run(hooksift, tmp_path, [tmp_path / "in"])
    assert_published(output, expect([tmp_path / "in"], SECRETS))


def test_relative_paths(hooksift: Hooksift, tmp_path: Path) -> None:
    write_cases(tmp_path)
    secret_file = write_secrets(tmp_path / "secrets.json", SECRETS)
    arguments = ["run", "cases.jsonl.gz", "--output", "out", "--secret-file", secret_file.name]
    replace(hooksift, directory=tmp_path)(*arguments).requires(EXIT_DONE)
    assert_published(tmp_path / "out", expect([tmp_path / "cases.jsonl.gz"], SECRETS))


def test_standard_input(hooksift: Hooksift, real: Real, tmp_path: Path) -> None:
    file = sorted(real.archives.iterdir())[0]
    arguments = ["run", "-", "--output", tmp_path / "out", "--secret-file", real.secret_file]
    hooksift(*arguments, stdin=file.read_bytes()).requires(EXIT_DONE)
    assert_published(tmp_path / "out", expect([], real.secrets, stdin=file.read_bytes()))


def test_a_copy_on_standard_input_counts_once(hooksift: Hooksift, real: Real, tmp_path: Path) -> None:
    file = sorted(real.archives.iterdir())[0]
    arguments = ["run", "-", file, file, "--output", tmp_path / "out", "--secret-file", real.secret_file]
    hooksift(*arguments, stdin=file.read_bytes()).requires(EXIT_DONE)
    assert_published(tmp_path / "out", expect([file], real.secrets))


def test_the_output_is_no_source(hooksift: Hooksift, tmp_path: Path) -> None:
    archive = write_cases(tmp_path)
    expected = expect([archive], SECRETS)
    run(hooksift, tmp_path, [tmp_path])
    assert_published(run(hooksift, tmp_path, [tmp_path]), expected)


SECRET_FORMS = {
    "bytes alone": (MAIN.key, MAIN.key),
    "line feed": (MAIN.key + b"\n", MAIN.key),
    "CRLF": (MAIN.key + b"\r\n", MAIN.key),
    "only one line end goes": (MAIN.key + b"\n\n", MAIN.key + b"\n"),
    "space stays": (MAIN.key + b" \n", MAIN.key + b" "),
}


@pytest.mark.parametrize(("content", "key"), SECRET_FORMS.values(), ids=SECRET_FORMS.keys())
def test_secret_file_of_one_secret(hooksift: Hooksift, tmp_path: Path, content: bytes, key: bytes) -> None:
    archive = tmp_path / "a.jsonl"
    archive.write_bytes(line(record(dumps(snapshot()), secret=Secret("it", key))))
    (tmp_path / "secret").write_bytes(content)
    options = ["--output", tmp_path / "out", "--secret-file", tmp_path / "secret", "--settle", "0s"]
    hooksift("run", archive, *options).requires(EXIT_DONE)
    expected = expect([archive], [Secret("it", key)])
    assert expected.tables["observations"]
    assert_published(tmp_path / "out", expected)


def test_secrets_from_everywhere(hooksift: Hooksift, tmp_path: Path) -> None:
    archive = write_cases(tmp_path)
    secret_file = write_secrets(tmp_path / "secrets.json", SECRETS[1:])
    arguments = [
        "run",
        archive,
        "--output",
        tmp_path / "out",
        "--secret-file",
        secret_file,
        "--secret-env",
        "HOOK",
    ]
    hooksift(*arguments, variables={"HOOK": MAIN.key.decode()}).requires(EXIT_DONE)
    assert_published(tmp_path / "out", expect([archive], SECRETS))


# Runs


def test_running_again_changes_nothing(hooksift: Hooksift, real: Real, tmp_path: Path) -> None:
    arguments = ["run", real.archives, "--output", tmp_path / "out", "--secret-file", real.secret_file]
    hooksift(*arguments).requires(EXIT_DONE)
    before = fingerprint(tmp_path / "out")
    hooksift(*arguments).requires(EXIT_DONE)
    assert fingerprint(tmp_path / "out") == before


@pytest.mark.parametrize("name", ["defaults", "sessions", "long sessions"])
def test_order_and_growth_of_archives_do_not_matter(hooksift: Hooksift, tmp_path: Path, name: str) -> None:
    settings = SETTINGS[name]
    loose, directory = write_random_archives(tmp_path, SEEDS[0])
    (directory / "link.jsonl.gz").unlink()
    (directory / "deep" / "copy.ndjson.gz").unlink()
    archives = sorted([loose, *directory.rglob("*.gz"), *directory.rglob("*.ndjson")])
    at_once = run(hooksift, tmp_path / "once", archives, settings=settings)
    backwards = run(hooksift, tmp_path / "backwards", archives[::-1], settings=settings)
    assert fingerprint(backwards) == fingerprint(at_once)
    for start in reversed(range(len(archives))):
        growing = run(hooksift, tmp_path / "growing", archives[start:], settings=settings)
    assert fingerprint(growing) == fingerprint(at_once)


def test_summaries_follow_the_last_settings(hooksift: Hooksift, tmp_path: Path) -> None:
    archive = write_cases(tmp_path)
    run(hooksift, tmp_path, [archive])
    settings = replace(DEFAULTS, exposures="all", top_values=2, since=date(2026, 11, 24))
    output = run(hooksift, tmp_path, [archive], settings=settings)
    expected = expect([archive], SECRETS, settings)
    for table in ("observations", "exposures", "trait_daily", "feature_daily", "delivery_quality"):
        assert_same_rows(table, published_rows(output, table), expected.tables[table])
