"""Exported workbooks, read by openpyxl and by LibreOffice, cell by cell against the Parquet files; chosen columns and rows; all tables."""

from __future__ import annotations

import csv
import io
import shutil
import subprocess
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from openpyxl.utils.escape import unescape

from craft import MAIN, feature, flag, signed, snapshot, trait, write_secrets
from product import EXIT_DONE, EXIT_USAGE, Hooksift

NASTY = [
    "007", "12345678901234567890", "=1+1", "+1", "@a", "a\nb", 'say "x", y', "🚚 é", "_x0041_", "\x01\x1f", " edge ", "-", "1e5", "true",
    "2026-11-01", "'quoted", "<&>", "\ttab",
]


@pytest.fixture(scope="module")
def nasty(hooksift: Hooksift, tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("nasty")
    lines = []
    for number, text in enumerate(NASTY):
        shown = flag(feature=feature(name=text or "x"), feature_state_value=text)
        values = [trait("text", text), trait("number", [0.1, 2**53 - 1, 2**53, -(2**62), 1.5e300][number % 5]), trait("flag", number % 2 == 0)]
        body = snapshot(identity=f"{number}{text}", flags=[shown], traits=values)
        lines.append(signed(body, received_at=f"2026-10-{number + 1:02d}T01:02:03.456789Z"))
    (directory / "a.jsonl").write_bytes(b"".join(line + b"\n" for line in lines))
    secrets = write_secrets(directory / "secrets.json", [MAIN])
    hooksift("run", directory / "a.jsonl", "--output", directory / "out", "--secret-file", secrets).requires(EXIT_DONE)
    return directory / "out"


def table(output: Path, name: str) -> pa.Table:
    """The rows of a table; those of partitions with their dates in front."""
    if (output / f"summaries/{name}.parquet").exists():
        return pq.read_table(output / f"summaries/{name}.parquet")
    paths = sorted((output / f"lake/{name}").rglob("*.parquet"))
    tables = []
    for path in paths:
        part = pq.ParquetFile(path).read()
        if path.parent.name.startswith("date="):
            day = date.fromisoformat(path.parent.name.removeprefix("date="))
            part = part.add_column(0, "date", pa.array([day] * part.num_rows, pa.date32()))
        tables.append(part)
    return pa.concat_tables(tables)


def cell(value: Any) -> Any:
    """What a workbook has of a value; openpyxl leaves escaped what stands in a cell itself."""
    match value:
        case bool() | None:
            return value
        case int() if abs(value) >= 2**53:
            return str(value)
        case datetime():
            naive = value.replace(tzinfo=None)
            return naive - timedelta(microseconds=naive.microsecond % 1000)
        case date():
            return datetime(value.year, value.month, value.day)
        case _:
            return value


def sheet(path: Path) -> list[list[Any]]:
    def read(value: Any) -> Any:
        return unescape(value) if isinstance(value, str) else value

    return [[read(value) for value in row] for row in openpyxl.load_workbook(path).active.iter_rows(values_only=True)]


LAKE = ["observations", "trait_values", "flag_states", "segment_states", "delivery_counts", "archives"]
SUMMARIES = ["feature_daily", "segment_daily", "trait_daily", "trait_numbers", "exposures", "delivery_quality"]


@pytest.mark.parametrize("name", LAKE + SUMMARIES)
@pytest.mark.parametrize("which", ["real", "nasty"])
def test_cells_are_those_of_the_table(hooksift: Hooksift, real_output: Path, nasty: Path, tmp_path: Path, which: str, name: str) -> None:
    output = real_output if which == "real" else nasty
    path = tmp_path / "t.xlsx"
    hooksift("export", name, "--format", "xlsx", "--output", output, "--to", path).requires(EXIT_DONE)
    expected = table(output, name)
    header, *rows = sheet(path)
    times = {field.name for field in expected.schema if pa.types.is_timestamp(field.type)}
    assert header == [f"{column} (UTC)" if column in times else column for column in expected.column_names]
    wanted = [[cell(value) for value in row.values()] for row in expected.to_pylist()]
    assert len(rows) == len(wanted)
    for found, row in zip(rows, wanted, strict=True):
        for a, b in zip(found, row, strict=True):
            if isinstance(b, datetime):
                # A double of days has no exact milliseconds.
                assert abs(a - b) <= timedelta(milliseconds=1), (found, row)
            elif isinstance(b, float):
                assert a == pytest.approx(b, rel=1e-15), (found, row)
            else:
                # An empty text is an empty cell to openpyxl.
                assert (a or None) == (b or None) or a == b, (found, row)
                assert a is None or b is None or isinstance(a, str) == isinstance(b, str), (found, row)
    workbook = openpyxl.load_workbook(path)
    assert workbook.active.freeze_panes == "A2"
    assert not any(cell.data_type == "f" for row in workbook.active.iter_rows() for cell in row)


def test_libreoffice_reads_the_same(hooksift: Hooksift, nasty: Path, tmp_path: Path) -> None:
    program = shutil.which("soffice") or shutil.which("localc")
    assert program, "this test needs LibreOffice: Debian's package libreoffice-calc-nogui"
    for ending, options in (("xlsx", ["--format", "xlsx"]), ("csv", ["--formulas", "raw"])):
        path = tmp_path / ending / f"traits.{ending}"
        path.parent.mkdir()
        hooksift("export", "trait_values", *options, "--output", nasty, "--to", path).requires(EXIT_DONE)
        # Read as UTF-8, every column as text where the file has no types.
        reading = ["--infilter=CSV:44,34,76,1," + "/".join(f"{place}/2" for place in range(1, 10))] if ending == "csv" else []
        writing = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1"
        subprocess.run(
            [program, f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", *reading, "--convert-to", writing, "--outdir", str(tmp_path / "read"), str(path)],
            check=True, capture_output=True, timeout=120,
        )
        (found,) = (tmp_path / "read").iterdir()
        rows = list(csv.DictReader(io.StringIO(found.read_text("utf-8"), newline="")))
        found.unlink()
        texts = [row["value"] for row in rows if row["trait"] == "text"]
        kept = {text for text in NASTY if not set(text) & {"\x01", "\x1f"}}
        assert kept <= set(texts)
        assert len(rows) == table(nasty, "trait_values").num_rows


@pytest.mark.parametrize("kind", ["csv", "jsonl", "parquet", "xlsx"])
def test_columns_and_rows_are_chosen(hooksift: Hooksift, real_output: Path, tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"t.{kind}"
    chosen = ["--columns", "value,feature,identities", "--where", "feature=checkout_button", "--where", "identities>=4", "--where", "value!=blue"]
    hooksift("export", "feature_daily", "--format", kind, *chosen, "--output", real_output, "--to", path).requires(EXIT_DONE)
    rows = table(real_output, "feature_daily").to_pylist()
    wanted = [
        [row["value"], row["feature"], row["identities"]]
        for row in rows
        if row["feature"] == "checkout_button" and row["identities"] >= 4 and row["value"] not in (None, "blue")
    ]
    assert wanted
    match kind:
        case "csv":
            found = [[a, b, int(c)] for a, b, c in list(csv.reader(path.open(encoding="utf-8")))[1:]]
        case "jsonl":
            import json

            found = [list(json.loads(line).values()) for line in path.read_text("utf-8").splitlines()]
        case "parquet":
            found = [list(row.values()) for row in pq.read_table(path).to_pylist()]
        case _:
            found = sheet(path)[1:]
    assert found == wanted


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--columns", "valeu"], "did you mean value?"),
        (["--where", "identites>3"], "did you mean identities?"),
        (["--where", "identities"], "no condition"),
        (["--where", "identities>many"], "--where identities>many"),
    ],
)
def test_what_is_wrong_is_named(hooksift: Hooksift, real_output: Path, options: list[str], message: str) -> None:
    assert message in hooksift("export", "feature_daily", *options, "--output", real_output).requires(EXIT_USAGE).messages


def test_all_tables(hooksift: Hooksift, real_output: Path, tmp_path: Path) -> None:
    (tmp_path / "all").mkdir()
    (tmp_path / "all/mine.txt").write_text("stays")
    hooksift("export", "--all", tmp_path / "all", "--format", "xlsx", "--output", real_output).requires(EXIT_DONE)
    names = {path.name for path in (tmp_path / "all").iterdir()}
    assert {f"{name}.xlsx" for name in LAKE + SUMMARIES} | {"mine.txt", "retention.xlsx"} <= names
    assert not any(name.endswith(".part") for name in names)
    for name in SUMMARIES:
        assert len(sheet(tmp_path / f"all/{name}.xlsx")) == 1 + table(real_output, name).num_rows
