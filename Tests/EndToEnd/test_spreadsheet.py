"""Workbooks in openpyxl and LibreOffice, chosen columns and rows, tables of experiments, all tables at once: against the Parquet files."""

from __future__ import annotations

import csv
import io
import json
import math
import operator
import os
import random
import re
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from openpyxl.utils.escape import unescape

from craft import MAIN, feature, flag, signed, snapshot, trait, write_secrets
from product import EXIT_DATA, EXIT_DONE, EXIT_NO_INPUT, EXIT_USAGE, Hooksift, typed
from test_report import EXPERIMENTS, Reported, reported  # noqa: F401

NASTY = [
    "007", "12345678901234567890", "=1+1", "+1", "@a", "a\nb", 'say "x", y', "🚚 é", "_x0041_", "\x01\x1f", " edge ", "-", "1e5",
    "true", "2026-11-01", "'quoted", "<&>", "\ttab", "a\rb", "a\r\nb", "_x0041\x01", "_x005F_x0041_", "a  b", "null", "\ufffe\uffff",
    "x" * 32_767, "=HYPERLINK(\"http://a\")",
]  # fmt: skip
NUMBERS = [0.1, 2**53 - 1, 2**53, -(2**62), 1.5e300, -0.0, 5e-324, 1 / 3]
LAKE = ["observations", "trait_values", "flag_states", "segment_states", "delivery_counts", "archives"]
ROW_LIMIT = 2**20 - 1
FORMATS = ["csv", "jsonl", "parquet", "xlsx"]

Rows = list[list[Any]]


@pytest.fixture(scope="module")
def nasty(hooksift: Hooksift, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace of texts and numbers that spreadsheets would like to change."""
    directory = tmp_path_factory.mktemp("nasty")
    lines = []
    for number, text in enumerate(NASTY):
        shown = flag(feature=feature(id=2**53 - 2 + number, name=text), feature_state_value=text)
        values = [trait("text", text), trait("number", NUMBERS[number % len(NUMBERS)]), trait("flag", number % 2 == 0)]
        body = snapshot(identity=f"{number}{text[:99]}", flags=[shown], traits=values)
        lines.append(signed(body, received_at=f"2026-10-{number + 1:02d}T01:02:03.456789Z"))
    (directory / "a.jsonl").write_bytes(b"".join(line + b"\n" for line in lines))
    secrets = write_secrets(directory / "secrets.json", [MAIN])
    hooksift("run", directory / "a.jsonl", "--output", directory / "out", "--secret-file", secrets).requires(EXIT_DONE)
    return directory / "out"


def summaries(output: Path) -> list[str]:
    return sorted(path.stem for path in (output / "summaries").glob("*.parquet"))


def table(output: Path, name: str) -> pa.Table:
    """The rows of a table; those of partitions with their dates in front."""
    if (output / f"summaries/{name}.parquet").exists():
        return pq.ParquetFile(output / f"summaries/{name}.parquet").read()
    tables = []
    for path in sorted((output / f"lake/{name}").rglob("*.parquet")):
        part = pq.ParquetFile(path).read()
        if path.parent.name.startswith("date="):
            day = date.fromisoformat(path.parent.name.removeprefix("date="))
            part = part.add_column(0, "date", pa.array([day] * part.num_rows, pa.date32()))
        tables.append(part)
    return pa.concat_tables(tables)


def cells(found: pa.Table) -> Rows:
    return [[typed(value) for value in row.values()] for row in found.to_pylist()]


# Workbooks


def in_a_workbook(value: Any) -> Any:
    """What a workbook has of a value."""
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int):
        return str(value) if abs(value) >= 2**53 else value
    if isinstance(value, float) and not math.isfinite(value):
        return {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}[repr(value)]
    if isinstance(value, datetime):
        return value.replace(tzinfo=None, microsecond=value.microsecond // 1000 * 1000)
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day)
    return value


def sheet(path: Path) -> Rows:
    """The cells of a workbook; what openpyxl leaves as it is written is read as ECMA-376 has it."""

    def read(cell: Any) -> Any:
        assert cell.data_type != "f", cell
        value = cell.value
        assert value is None or cell.is_date == isinstance(value, datetime), cell
        return unescape(value) if isinstance(value, str) else value

    return [[read(cell) for cell in row] for row in openpyxl.load_workbook(path).active.iter_rows()]


def header(schema: pa.Schema) -> list[str]:
    return [f"{field.name} (UTC)" if pa.types.is_timestamp(field.type) else field.name for field in schema]


def assert_same_sheet(path: Path, expected: pa.Table) -> None:
    """Fails unless a workbook has exactly the cells of a table, each of its type."""
    found, *rows = sheet(path)
    assert found == header(expected.schema)
    wanted = [[in_a_workbook(value) for value in row] for row in cells(expected)]
    assert len(rows) == len(wanted)
    for row, right in zip(rows, wanted, strict=True):
        # A whole double is written with a point, so that openpyxl keeps it a float.
        assert [(type(cell), cell) for cell in row] == [(type(cell), cell) for cell in right]


@pytest.mark.parametrize("which", ["real", "nasty"])
def test_cells_are_those_of_the_tables(
    hooksift: Hooksift, real_output: Path, nasty: Path, tmp_path: Path, which: str
) -> None:
    output = real_output if which == "real" else nasty
    for name in LAKE + summaries(output):
        path = tmp_path / f"{name}.xlsx"
        hooksift("export", name, "--format", "xlsx", "--output", output, "--to", path).requires(EXIT_DONE)
        assert_same_sheet(path, table(output, name))
        worksheet = openpyxl.load_workbook(path).active
        assert worksheet.title == name
        assert worksheet.freeze_panes == "A2" and worksheet.auto_filter.ref == worksheet.dimensions
        assert all(cell.font.bold for cell in worksheet[1])
        assert not any(cell.font.bold for row in worksheet.iter_rows(min_row=2) for cell in row)


def test_a_pipe_gets_the_bytes_of_the_file(hooksift: Hooksift, real_output: Path, tmp_path: Path) -> None:
    arguments = ["export", "trait_values", "--format", "xlsx", "--output", real_output]
    piped = hooksift(*arguments).requires(EXIT_DONE).stdout
    hooksift(*arguments, "--to", tmp_path / "a.xlsx").requires(EXIT_DONE)
    assert (tmp_path / "a.xlsx").read_bytes() == piped
    with zipfile.ZipFile(tmp_path / "a.xlsx") as archive:
        assert archive.testzip() is None
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


# LibreOffice


class LibreOffice:
    """Reads a file and writes it as CSV, every cell as it is shown."""

    # Comma, quote, UTF-8, from the first line; numbers, texts and dates as shown; every sheet to a file.
    WRITING = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1"

    def __init__(self, directory: Path) -> None:
        program = shutil.which("soffice") or shutil.which("localc")
        assert program, "this test needs LibreOffice: Debian's package libreoffice-calc-nogui"
        self.directory = directory
        self.command = [program, f"-env:UserInstallation=file://{directory}/profile", "--headless"]

    def rows(self, path: Path, *options: str) -> list[list[str]]:
        read = self.directory / f"read-{path.name}"
        command = [*self.command, *options, "--convert-to", self.WRITING, "--outdir", read, path]
        subprocess.run(command, check=True, capture_output=True, timeout=300)
        (found,) = read.iterdir()
        return list(csv.reader(io.StringIO(found.read_text("utf-8"), newline="")))


@pytest.fixture(scope="module")
def libreoffice(tmp_path_factory: pytest.TempPathFactory) -> LibreOffice:
    return LibreOffice(tmp_path_factory.mktemp("libreoffice"))


def shown(value: Any) -> str:
    """What LibreOffice shows of a cell, but for numbers with fractions."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S.") + f"{value.microsecond // 1000:03d}"
    # Calc's cells end their lines with LF.
    return re.sub("\r\n?", "\n", value) if isinstance(value, str) else str(value)


@pytest.mark.parametrize("name", ["trait_values", "flag_states", "archives", "feature_daily", "exposures"])
def test_libreoffice_shows_the_same(
    hooksift: Hooksift, nasty: Path, tmp_path: Path, libreoffice: LibreOffice, name: str
) -> None:
    path = tmp_path / f"{name}.xlsx"
    hooksift("export", name, "--format", "xlsx", "--output", nasty, "--to", path).requires(EXIT_DONE)
    expected = table(nasty, name)
    found, *rows = libreoffice.rows(path)
    assert found == header(expected.schema)
    assert len(rows) == expected.num_rows
    for row, right in zip(rows, cells(expected), strict=True):
        for text, value in zip(row, right, strict=True):
            if isinstance(value, float):
                assert float(text) == pytest.approx(value, rel=1e-4), (row, right)
            else:
                assert text.replace("\r\n", "\n").replace("\r", "\n") == shown(value), (row, right)


def test_csv_comes_back_from_libreoffice(
    hooksift: Hooksift, nasty: Path, tmp_path: Path, libreoffice: LibreOffice
) -> None:
    path = tmp_path / "trait_values.csv"
    arguments = ["--formulas", "raw", "--output", nasty]
    written = hooksift("export", "trait_values", *arguments, "--to", path).requires(EXIT_DONE)
    assert written.stdout == b""
    # Every column as text.
    reading = "--infilter=CSV:44,34,76,1," + "/".join(f"{place}/2" for place in range(1, 10))
    with path.open(encoding="utf-8", newline="") as file:
        expected = [[shown(cell) for cell in row] for row in csv.reader(file)]
    found = [[shown(cell) for cell in row] for row in libreoffice.rows(path, reading)]
    assert found == expected


# Columns and rows


def exported(path: Path) -> Rows:
    """The rows of an exported file, typed as far as its format is."""
    match path.suffix:
        case ".csv":
            with path.open(encoding="utf-8", newline="") as file:
                return list(csv.reader(file))[1:]
        case ".jsonl":
            return [list(json.loads(line).values()) for line in path.read_text("utf-8").split("\n")[:-1]]
        case ".parquet":
            return cells(pq.ParquetFile(path).read())
        case _:
            return sheet(path)[1:]


@pytest.mark.parametrize("kind", FORMATS)
def test_columns_and_rows_are_chosen(
    hooksift: Hooksift, real_output: Path, tmp_path: Path, kind: str
) -> None:
    path = tmp_path / f"t.{kind}"
    conditions = ["feature=checkout_button", "identities>=4", "value!=blue"]
    chosen = ["--columns", "value,feature,identities", *(x for c in conditions for x in ("--where", c))]
    arguments = ["--format", kind, *chosen, "--output", real_output, "--to", path]
    hooksift("export", "feature_daily", *arguments).requires(EXIT_DONE)
    rows = table(real_output, "feature_daily").to_pylist()
    wanted = [
        [row["value"], row["feature"], row["identities"]]
        for row in rows
        if row["feature"] == "checkout_button" and row["identities"] >= 4 and row["value"] != "blue"
    ]
    assert wanted and len(wanted) < len(rows)
    assert exported(path) == ([[*row[:2], str(row[2])] for row in wanted] if kind == "csv" else wanted)


SIGNS: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq, "!=": operator.ne, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip


def as_typed(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    return value.isoformat() if isinstance(value, (date, datetime)) else str(value)


def holds(cell: Any, sign: str, value: Any) -> bool:
    if cell is None or value is None:
        return {"=": cell is value, "!=": cell is not value}.get(sign, False)
    if isinstance(cell, str):
        cell, value = cell.encode(), value.encode()
    return SIGNS[sign](cell, value)


@pytest.mark.parametrize("seed", [int(s) for s in os.environ.get("HOOKSIFT_SEEDS", "1 2").split()])
@pytest.mark.parametrize("name", ["trait_values", "observations", "flag_states", "archives", "delivery_quality"])
def test_conditions_are_those_of_python(
    hooksift: Hooksift, real_output: Path, tmp_path: Path, name: str, seed: int
) -> None:
    chance = random.Random(f"{name} {seed}")
    expected = table(real_output, name)
    rows = cells(expected)
    path = tmp_path / "t.parquet"
    for _ in range(12):
        conditions = []
        for _ in range(chance.choice([1, 1, 2])):
            place = chance.randrange(expected.num_columns)
            value = chance.choice(rows)[place]
            sign = chance.choice(["=", "!="] if value is None else list(SIGNS))
            conditions.append((place, sign, value))
        texts = [f"{expected.column_names[place]}{sign}{as_typed(value)}" for place, sign, value in conditions]
        columns = chance.sample(range(expected.num_columns), chance.randint(1, min(4, expected.num_columns)))
        arguments = ["--columns", ",".join(expected.column_names[place] for place in columns)]
        arguments += [x for text in texts for x in ("--where", text)]
        arguments += ["--format", "parquet", "--output", real_output, "--to", path]
        hooksift("export", name, *arguments).requires(EXIT_DONE)
        wanted = [
            [row[place] for place in columns]
            for row in rows
            if all(holds(row[place], sign, value) for place, sign, value in conditions)
        ]
        assert exported(path) == wanted, arguments
        assert pq.read_schema(path).names == [expected.column_names[place] for place in columns]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--columns", "valeu"], "has no column valeu; did you mean value?"),
        (["--columns", "value,"], "has no column without a name"),
        (["--columns", "value,value"], "value is named twice"),
        (["--where", "identites>3"], "did you mean identities?"),
        (["--where", "identities"], "no condition"),
        (["--where", "identities>many"], "many is not a whole number"),
        (["--where", "identities>1.5"], "1.5 is not a whole number"),
        (["--where", "identities=null"], "identities is never null"),
        (["--where", "value<null"], "use = or !="),
        (["--where", "date=1.11.2026"], "1.11.2026 is not a date, YYYY-MM-DD"),
        (["--where", "enabled=yes"], "yes is not true or false"),
        (["--columns", "value", "--all", "x"], "not for --all"),
    ],
)
def test_what_is_wrong_is_named(
    hooksift: Hooksift, real_output: Path, tmp_path: Path, options: list[str], message: str
) -> None:
    to = tmp_path / "t.csv"
    table = [] if "--all" in options else ["feature_daily", "--to", to]
    assert message in hooksift("export", *table, *options, "--output", real_output).requires(EXIT_USAGE).messages
    assert not list(tmp_path.iterdir())


# Experiments


@pytest.mark.parametrize("kind", FORMATS)
def test_tables_of_experiments(
    hooksift: Hooksift, reported: Reported, tmp_path: Path, kind: str  # noqa: F811
) -> None:
    name = "checkout_button"
    folder = reported.workspace / "experiments" / name
    with (folder / "timeline.csv").open(encoding="utf-8", newline="") as file:
        timeline = list(csv.reader(file))
    for which in ("results", "timeline", "units"):
        path = tmp_path / f"{which}.{kind}"
        arguments = ["--format", kind, "--output", reported.workspace, "--to", path]
        hooksift("export", f"{name}/{which}", *arguments).requires(EXIT_DONE)
        if which == "timeline":
            wanted = [[day, variant, int(new), int(all)] for day, variant, new, all in timeline[1:]]
            found = exported(path)
            dated = [[row[0] if isinstance(row[0], str) else row[0].isoformat()[:10], *row[1:]] for row in found]
            assert dated == ([[str(cell) for cell in row] for row in wanted] if kind == "csv" else wanted)
            continue
        expected = pq.ParquetFile(folder / f"{which}.parquet").read()
        match kind:
            case "xlsx":
                assert_same_sheet(path, expected)
            case "parquet":
                assert pq.ParquetFile(path).read().equals(expected)
            case "csv" if which == "results":
                assert path.read_bytes() == (folder / "results.csv").read_bytes()
            case _:
                assert len(exported(path)) == expected.num_rows


def test_experiments_that_there_are_not(hooksift: Hooksift, reported: Reported) -> None:  # noqa: F811
    def export(table: str) -> Any:
        return hooksift("export", table, "--output", reported.workspace)

    assert "did you mean checkout_button?" in export("checkout_buton/units").requires(EXIT_NO_INPUT).messages
    for table_name in ("../units", "checkout_button/unit", "checkout_button/units/", "/units"):
        assert "EXPERIMENT/units" in export(table_name).requires(EXIT_USAGE).messages


# All tables


@pytest.mark.parametrize("kind", FORMATS)
def test_all_tables(hooksift: Hooksift, reported: Reported, tmp_path: Path, kind: str) -> None:  # noqa: F811
    directory = tmp_path / "all"
    directory.mkdir()
    (directory / "mine.txt").write_text("stays")
    (directory / f"archives.{kind}").write_text("old")
    arguments = ["--format", kind, "--output", reported.workspace]
    hooksift("export", "--all", directory, *arguments).requires(EXIT_DONE)
    names = LAKE + summaries(reported.workspace)
    names += [f"experiments/{name}/{which}" for name in EXPERIMENTS for which in ("results", "timeline", "units")]
    found = {str(path.relative_to(directory)) for path in directory.rglob("*") if path.is_file()}
    assert found == {f"{name}.{kind}" for name in names} | {"mine.txt"}
    assert (directory / "mine.txt").read_text() == "stays"
    for name in names:
        single = tmp_path / "single"
        hooksift("export", name.removeprefix("experiments/"), *arguments, "--to", single).requires(EXIT_DONE)
        assert (directory / f"{name}.{kind}").read_bytes() == single.read_bytes(), name


def test_dates_go_to_the_tables_that_have_them(hooksift: Hooksift, real_output: Path, tmp_path: Path) -> None:
    days = ["--since", "2026-11-25", "--until", "2026-11-28"]
    arguments = ["--format", "parquet", "--output", real_output]
    hooksift("export", "--all", tmp_path, *arguments, *days).requires(EXIT_DONE)
    for name in LAKE + summaries(real_output):
        expected = table(real_output, name)
        wanted = cells(expected)
        if expected.column_names[0] == "date":
            first, end = date(2026, 11, 25), date(2026, 11, 28)
            wanted = [row for row in wanted if row[0] is not None and first <= row[0] < end]
        assert exported(tmp_path / f"{name}.parquet") == wanted, name


# Limits


@pytest.fixture(scope="module")
def large(hooksift: Hooksift, real_output: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace whose table of exposures has a row more than fits."""
    output = tmp_path_factory.mktemp("large") / "out"
    shutil.copytree(real_output, output)
    path = output / "summaries/exposures.parquet"
    rows = pq.ParquetFile(path).read()
    many = pa.concat_tables([rows] * (ROW_LIMIT // rows.num_rows + 1)).slice(0, ROW_LIMIT + 1)
    assert many.num_rows == ROW_LIMIT + 1
    pq.write_table(many.combine_chunks(), path, compression="gzip", compression_level=1, store_schema=False)
    return output


def test_no_more_rows_than_fit(hooksift: Hooksift, large: Path, tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_text("old")
    arguments = ["export", "exposures", "--columns", "windows", "--format", "xlsx", "--output", large, "--to", path]
    messages = hooksift(*arguments).requires(EXIT_DATA).messages
    assert "1048575" in messages and "--where" in messages and "--format csv" in messages
    assert path.read_text() == "old" and list(tmp_path.iterdir()) == [path]

    first = table(large, "exposures").to_pylist()[0]
    condition = f"first_exposed_at!={as_typed(first['first_exposed_at'])}"
    hooksift(*arguments, "--where", condition).requires(EXIT_DONE)
    hooksift(*arguments[:4], "--output", large, "--to", tmp_path / "a.csv").requires(EXIT_DONE)
    assert (tmp_path / "a.csv").read_bytes().count(b"\n") == ROW_LIMIT + 2


def test_all_but_what_does_not_fit(hooksift: Hooksift, large: Path, tmp_path: Path) -> None:
    finished = hooksift("export", "--all", tmp_path, "--format", "xlsx", "--output", large).requires(EXIT_DATA)
    assert "1 table was not written: exposures: more rows than the 1048575" in finished.messages
    written = {path.name for path in tmp_path.iterdir()}
    assert written == {f"{name}.xlsx" for name in LAKE + summaries(large) if name != "exposures"}


def test_a_text_that_is_too_long(hooksift: Hooksift, tmp_path: Path) -> None:
    bodies = [snapshot(identity=f"i{n}", traits=[trait("t", text)]) for n, text in enumerate(["a", "é" * 32_768])]
    (tmp_path / "a.jsonl").write_bytes(b"".join(signed(body) + b"\n" for body in bodies))
    secrets = write_secrets(tmp_path / "secrets.json", [MAIN])
    output = tmp_path / "out"
    hooksift("run", tmp_path / "a.jsonl", "--output", output, "--secret-file", secrets).requires(EXIT_DONE)
    arguments = ["export", "trait_values", "--format", "xlsx", "--output", output, "--to", tmp_path / "a.xlsx"]
    messages = hooksift(*arguments).requires(EXIT_DATA).messages
    assert "row 2, column value: a text of 32768 UTF-16 code units" in messages and "--columns" in messages
    assert not (tmp_path / "a.xlsx").exists() and not list(tmp_path.glob(".*.part"))
    hooksift(*arguments, "--columns", "identity,trait").requires(EXIT_DONE)
    assert sheet(tmp_path / "a.xlsx")[1:] == [["i0", "t"], ["i1", "t"]]
