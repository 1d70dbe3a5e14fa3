"""`export` and `verify`: the same cells in every format, and an audit that writes nothing."""

from __future__ import annotations

import json
import math
import os
import threading
from collections import defaultdict
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from conftest import Real
from craft import SECRETS
from oracle import COLUMNS, Expectation, expect
from product import (
    EXIT_DONE,
    EXIT_USAGE,
    CSVStyle,
    Hooksift,
    assert_csv,
    assert_same_rows,
    parse_csv,
    read_parquet,
)
from test_tables import run, write_cases

TABLES = tuple(COLUMNS)


@pytest.fixture(scope="module")
def cases_output(hooksift: Hooksift, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("cases")
    return run(hooksift, folder, [write_cases(folder)])


@pytest.fixture(scope="module")
def cases_expectation(cases_output: Path) -> Expectation:
    return expect([cases_output.parent / "cases.jsonl.gz"], SECRETS)


def jsonl_cell(cell: Any) -> Any:
    """What a cell has to be in JSON Lines, which has no `NaN` and no infinities."""
    if isinstance(cell, datetime):
        return cell.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    if isinstance(cell, float) and not math.isfinite(cell):
        return None
    return cell if cell is None or isinstance(cell, (str, bool, int, float)) else cell.isoformat()


def jsonl_rows(text: str, table: str) -> list[tuple[Any, ...]]:
    """The rows of JSON Lines, with doubles as doubles."""
    names = [name for name, _ in COLUMNS[table]]
    kinds = [kind for _, kind in COLUMNS[table]]
    rows = []
    for record in map(json.loads, text.split("\n")[:-1]):
        assert list(record) == names
        cells = zip(record.values(), kinds)
        rows.append(tuple(float(c) if k == "double" and isinstance(c, int) else c for c, k in cells))
    return rows


def test_to_what_is_not_a_file(hooksift: Hooksift, cases_output: Path, tmp_path: Path) -> None:
    """A device or a pipe is written to and stays; what a link names is replaced, the link stays."""
    plain = hooksift("export", "archives", "--output", cases_output).requires(EXIT_DONE).stdout
    device = Path("/dev/stdout")
    before = device.lstat().st_ino
    to_device = hooksift("export", "archives", "--output", cases_output, "--to", device).requires(EXIT_DONE)
    assert to_device.stdout == plain
    assert device.lstat().st_ino == before and not Path("/dev/stdout.part").exists()

    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    received: list[bytes] = []
    reader = threading.Thread(target=lambda: received.append(pipe.read_bytes()))
    reader.start()
    hooksift("export", "archives", "--output", cases_output, "--to", pipe).requires(EXIT_DONE)
    reader.join(timeout=60)
    assert received == [plain] and pipe.is_fifo()

    target, link = tmp_path / "target.csv", tmp_path / "link.csv"
    target.write_text("old")
    link.symlink_to(target)
    hooksift("export", "archives", "--output", cases_output, "--to", link).requires(EXIT_DONE)
    assert target.read_bytes() == plain and link.is_symlink()
    assert sorted(p.name for p in tmp_path.iterdir()) == ["link.csv", "pipe", "target.csv"]


@pytest.mark.parametrize("table", TABLES)
def test_csv_to_stdout(
    hooksift: Hooksift, cases_output: Path, cases_expectation: Expectation, table: str
) -> None:
    finished = hooksift("export", table, "--output", cases_output).requires(EXIT_DONE)
    assert_csv(table, finished.stdout.decode("utf-8"), COLUMNS[table], cases_expectation.tables[table])
    to_file = cases_output.parent / f"{table}.csv"
    arguments = ["export", table, "--output", cases_output, "--format", "csv", "--to", to_file]
    assert hooksift(*arguments).requires(EXIT_DONE).stdout == b""
    assert to_file.read_bytes() == finished.stdout


@pytest.mark.parametrize("table", TABLES)
def test_jsonl(hooksift: Hooksift, cases_output: Path, cases_expectation: Expectation, table: str) -> None:
    finished = hooksift("export", table, "--output", cases_output, "--format", "jsonl").requires(EXIT_DONE)
    expected = [tuple(map(jsonl_cell, row)) for row in cases_expectation.tables[table]]
    assert_same_rows(table, jsonl_rows(finished.stdout.decode("utf-8"), table), expected)


@pytest.mark.parametrize("table", TABLES)
def test_parquet(hooksift: Hooksift, cases_output: Path, cases_expectation: Expectation, table: str) -> None:
    to_file = cases_output.parent / f"{table}.parquet"
    arguments = ["export", table, "--output", cases_output, "--format", "parquet", "--to", to_file]
    hooksift(*arguments).requires(EXIT_DONE)
    assert_same_rows(table, read_parquet(to_file, COLUMNS[table]), cases_expectation.tables[table])


STYLES = {
    "excel": (["--excel"], CSVStyle(line_end="\r\n", is_excel=True)),
    "semicolons": (["--delimiter", ";"], CSVStyle(delimiter=";")),
    "tabs": (["--delimiter", "\t"], CSVStyle(delimiter="\t")),
    "raw": (["--formulas", "raw"], CSVStyle(escapes_formulas=False)),
    "all": (
        ["--excel", "--delimiter", ";", "--formulas", "raw"],
        CSVStyle(delimiter=";", line_end="\r\n", escapes_formulas=False, is_excel=True),
    ),
}


@pytest.mark.parametrize(
    "table", ["observations", "trait_values", "archives", "exposures", "delivery_quality"]
)
@pytest.mark.parametrize(("options", "style"), STYLES.values(), ids=STYLES.keys())
def test_styles_of_csv(
    hooksift: Hooksift,
    cases_output: Path,
    cases_expectation: Expectation,
    table: str,
    options: list[str],
    style: CSVStyle,
) -> None:
    text = (
        hooksift("export", table, "--output", cases_output, *options)
        .requires(EXIT_DONE)
        .stdout.decode("utf-8")
    )
    assert text.startswith("\ufeff") == style.is_excel
    assert_csv(table, text.removeprefix("\ufeff"), COLUMNS[table], cases_expectation.tables[table], style)


def test_a_table_that_does_not_exist(hooksift: Hooksift, cases_output: Path) -> None:
    finished = hooksift("export", "feature_dayly", "--output", cases_output).requires(EXIT_USAGE)
    assert "feature_daily" in finished.messages


def verified_lines(hooksift: Hooksift, archives: Path, secret_file: Path) -> dict[str, int]:
    """What `verify` says of the lines of all archives, by outcome."""
    finished = hooksift("verify", archives, "--secret-file", secret_file).requires(EXIT_DONE)
    header, *records = parse_csv(finished.stdout.decode("utf-8"), CSVStyle())
    assert header == ["path", "outcome", "lines", "share"]
    totals: dict[str, int] = defaultdict(int)
    for _, outcome, lines, _ in records:
        totals[outcome or ""] += int(lines or "")
    return dict(totals)


def test_verify_counts_and_writes_nothing(hooksift: Hooksift, real: Real) -> None:
    totals = verified_lines(hooksift, real.archives, real.secret_file)
    assert totals == {"verified": 1_365, "unsigned": 588, "signature_mismatch": 2}
    assert list(hooksift.directory.iterdir()) == []


def test_verify_counts_parsed_bodies(hooksift: Hooksift, real: Real) -> None:
    totals = verified_lines(hooksift, real.parsed_bodies, real.secret_file)
    assert totals == {"reconstructed": 888, "unsigned": 910, "signature_mismatch": 2}
