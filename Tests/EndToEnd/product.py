"""Running the binary, and reading what it published into the same typed rows as the oracle's."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import re
import subprocess
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from oracle import COLUMNS, PARTITIONED, SUMMARY_TABLES, Expectation, Row, Settings

EXIT_DONE = 0
EXIT_USAGE = 64
EXIT_DATA = 65
EXIT_NO_INPUT = 66
EXIT_CANNOT_CREATE = 73
EXIT_IO = 74
EXIT_CONFIGURATION = 78

SHOWN_DIFFERENCES = 5
# What tells of runs, and of files as the file system sees them.
UNSTABLE = ("runs.jsonl", ".seen", ".facts")


# Running


@dataclass(frozen=True)
class Finished:
    """A run of the binary that has ended."""

    code: int
    stdout: bytes
    stderr: bytes

    @property
    def messages(self) -> str:
        return self.stderr.decode("utf-8", "replace")

    def requires(self, code: int) -> Finished:
        """Itself, once its exit code is as expected."""
        assert self.code == code, f"exit code {self.code}, not {code}\n{self.messages}"
        return self


@dataclass(frozen=True)
class Hooksift:
    """The binary under test. It runs in a directory of its own, and may never print one of the secrets."""

    binary: Path
    directory: Path
    secrets: tuple[bytes, ...]

    def __call__(
        self, *arguments: object, stdin: bytes = b"", variables: dict[str, str] | None = None
    ) -> Finished:
        inherited = {k: v for k, v in os.environ.items() if not k.startswith("HOOKSIFT")}
        process = subprocess.run(
            [self.binary, *map(str, arguments)],
            input=stdin,
            capture_output=True,
            cwd=self.directory,
            env=inherited | (variables or {}),
            timeout=300,
            check=False,
        )
        for secret in self.secrets:
            assert secret not in process.stdout, "a secret in stdout"
            assert secret not in process.stderr, "a secret in stderr"
        return Finished(process.returncode, process.stdout, process.stderr)


def settings_arguments(settings: Settings) -> list[str]:
    """The options that ask for the settings."""
    arguments = ["--window", f"{settings.window // timedelta(minutes=1)}m"]
    arguments += ["--window-kind", settings.window_kind, "--timezone", settings.timezone]
    arguments += ["--exposures", settings.exposures, "--top-values", str(settings.top_values)]
    arguments += ["--allow-unsigned"] if settings.allow_unsigned else []
    arguments += ["--since", settings.since.isoformat()] if settings.since else []
    arguments += ["--until", settings.until.isoformat()] if settings.until else []
    arguments += ["--salvage"] if settings.salvage else []
    return arguments


# Reading


def kind_of(column_type: pa.DataType) -> str:
    """The contract's word for a type of Arrow's."""
    if pa.types.is_string(column_type) or pa.types.is_large_string(column_type):
        return "string"
    names = {
        pa.int64(): "int64",
        pa.float64(): "double",
        pa.bool_(): "bool",
        pa.date32(): "date",
        pa.timestamp("us", tz="UTC"): "timestamp",
    }
    return names.get(column_type, str(column_type))


def typed(cell: Any) -> Any:
    return cell.astimezone(UTC) if isinstance(cell, datetime) else cell


def read_parquet(path: Path, columns: list[tuple[str, str]]) -> list[Row]:
    """The rows of a file, which must have exactly the columns."""
    table = pq.ParquetFile(path).read()
    found = [(column.name, kind_of(column.type)) for column in table.schema]
    assert found == columns, f"{path} has columns {found}, not {columns}"
    cells = [column.to_pylist() for column in table.columns]
    return [tuple(map(typed, row)) for row in zip(*cells)]


def lake_rows(output: Path, table: str) -> list[Row]:
    """The rows of a table of the lake; of a partitioned one with the date in front."""
    folder = output / "lake" / table
    if table not in PARTITIONED:
        path = folder / f"{table}.parquet"
        return read_parquet(path, COLUMNS[table]) if path.exists() else []
    rows: list[Row] = []
    for partition in sorted(folder.iterdir()) if folder.exists() else []:
        day = date.fromisoformat(partition.name.removeprefix("date="))
        assert [file.name for file in partition.iterdir()] == [f"{table}.parquet"]
        found = read_parquet(partition / f"{table}.parquet", COLUMNS[table][1:])
        assert found, f"an empty partition: {partition}"
        rows += [(day, *row) for row in found]
    return rows


def published_rows(output: Path, table: str) -> list[Row]:
    """The rows of any table, from Parquet."""
    if table in SUMMARY_TABLES:
        return read_parquet(output / "summaries" / f"{table}.parquet", COLUMNS[table])
    return lake_rows(output, table)


def quarantine_records(output: Path) -> dict[str, list[dict[str, Any]]]:
    """The records of the quarantine by archive, their details left out."""
    found: dict[str, list[dict[str, Any]]] = {}
    for path in sorted((output / "quarantine").glob("*")):
        assert path.name.endswith(".jsonl.gz"), path
        records = [json.loads(line) for line in gzip.decompress(path.read_bytes()).splitlines()]
        for record in records:
            keys = [key for key in record if key not in ("raw", "raw_base64")]
            assert keys == ["archive", "line", "offset", "reason", "detail"], keys
            assert isinstance(record.pop("detail"), str)
        if records:
            found[path.name.removesuffix(".jsonl.gz")] = records
    return found


def fingerprint(output: Path) -> dict[str, str]:
    """A digest of every file that has to be the same after the same work."""
    files = (path for path in sorted(output.rglob("*")) if path.is_file() and not {*path.relative_to(output).parts} & {*UNSTABLE})
    return {str(f.relative_to(output)): hashlib.sha256(f.read_bytes()).hexdigest() for f in files}


# Comparing


def comparable(row: Row) -> Row:
    """A row whose doubles compare by what they are: `NaN` equals itself, `-0.0` is not `0.0`."""
    return tuple(repr(cell) if isinstance(cell, float) else cell for cell in row)


def assert_same_rows(name: str, found: list[Row], expected: list[Row]) -> None:
    """Fails with the first differences, unless both are the same rows in the same order."""
    left, right = [comparable(row) for row in found], [comparable(row) for row in expected]
    if left == right:
        return
    surplus = [row for row in left if row not in set(right)][:SHOWN_DIFFERENCES]
    missing = [row for row in right if row not in set(left)][:SHOWN_DIFFERENCES]
    lines = [f"{name}: {len(left)} rows, expected {len(right)}"]
    lines += [f"  should not be there: {row}" for row in surplus]
    lines += [f"  is missing: {row}" for row in missing]
    if not surplus and not missing:
        index = next((i for i, pair in enumerate(zip(left, right)) if pair[0] != pair[1]), None)
        lines.append(
            "  repeated rows"
            if index is None
            else f"  order: row {index} is {left[index]}, not {right[index]}"
        )
    raise AssertionError("\n".join(lines))


def assert_published(output: Path, expected: Expectation) -> None:
    """Fails unless every table, as Parquet and as CSV, and the quarantine are as expected."""
    faults: list[str] = []

    def check(assertion: Any, *arguments: Any) -> None:
        try:
            assertion(*arguments)
        except (AssertionError, OSError, ValueError) as error:
            faults.append(str(error))

    def check_parquet(table: str) -> None:
        assert_same_rows(f"{table}.parquet", published_rows(output, table), expected.tables[table])

    def check_csv(table: str) -> None:
        text = (output / "summaries" / f"{table}.csv").read_bytes().decode("utf-8")
        assert_csv(f"{table}.csv", text, COLUMNS[table], expected.tables[table])

    for table in expected.tables:
        check(check_parquet, table)
        if table in SUMMARY_TABLES and table != "exposures":
            check(check_csv, table)
    check(assert_same_quarantine, quarantine_records(output), expected.quarantine)
    assert not faults, "\n".join(faults)


def assert_same_quarantine(
    found: dict[str, list[dict[str, Any]]], expected: dict[str, list[dict[str, Any]]]
) -> None:
    def rows(records: dict[str, list[dict[str, Any]]]) -> list[Row]:
        return [
            (record["line"], record["reason"], record["offset"], digest, *sorted(record.items()))
            for digest, of_archive in sorted(records.items())
            for record in of_archive
        ]

    assert_same_rows("quarantine", rows(found), rows(expected))


# CSV


@dataclass(frozen=True)
class CSVStyle:
    delimiter: str = ","
    line_end: str = "\n"
    escapes_formulas: bool = True
    is_excel: bool = False


def parse_csv(text: str, style: CSVStyle) -> list[list[str | None]]:
    """The records of an RFC 4180 text; a field that is empty and not quoted is null."""
    separator, line_end = re.escape(style.delimiter), re.escape(style.line_end)
    field = re.compile(
        rf'(?:"(?P<quoted>(?:[^"]|"")*)"|(?P<plain>[^"\r\n{separator}]*))(?P<end>{separator}|{line_end})'
    )
    records: list[list[str | None]] = []
    record: list[str | None] = []
    position = 0
    while position < len(text):
        match = field.match(text, position)
        assert match is not None, f"not CSV: {text[position : position + 80]!r}"
        quoted = match["quoted"]
        record.append(match["plain"] or None if quoted is None else quoted.replace('""', '"'))
        if match["end"] == style.line_end:
            records.append(record)
            record = []
        position = match.end()
    assert not record, "the last line has no line end"
    return records


def neutralised(text: str) -> str:
    """A text that no spreadsheet runs as a formula."""
    return "'" + text if text.startswith(tuple("=+-@\t\r\n＝＋－＠")) else text


def csv_text(cell: Any, kind: str, style: CSVStyle) -> str | None:
    """What a cell has to be in CSV; doubles as Python writes them."""
    if cell is None:
        return None
    if kind == "string":
        return neutralised(cell) if style.escapes_formulas else cell
    if kind == "timestamp":
        return cell.strftime("%Y-%m-%d %H:%M:%S" if style.is_excel else "%Y-%m-%dT%H:%M:%S.%fZ")
    if kind == "bool":
        return "true" if cell else "false"
    return repr(cell) if kind == "double" else str(cell)


def csv_double(text: str | None) -> str | None:
    return None if text is None else repr(float(text))


def assert_csv(
    name: str, text: str, columns: list[tuple[str, str]], rows: list[Row], style: CSVStyle = CSVStyle()
) -> None:
    """Fails unless a CSV text holds exactly the rows."""
    header, *records = parse_csv(text, style)
    kinds = [kind for _, kind in columns]
    suffixes = [" (UTC)" if style.is_excel and kind == "timestamp" else "" for kind in kinds]
    assert header == [column + suffix for (column, _), suffix in zip(columns, suffixes)], f"{name}: {header}"
    found = [
        tuple(
            csv_double(text) if kind == "double" else text for text, kind in zip(record, kinds, strict=True)
        )
        for record in records
    ]
    expected = [tuple(csv_text(cell, kind, style) for cell, kind in zip(row, kinds)) for row in rows]
    assert_same_rows(name, found, expected)
