"""Every published Parquet file, property by property, and in four readers."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from oracle import LAKE_TABLES, SUMMARY_TABLES
from product import EXIT_DONE, Hooksift
from test_tables import run, write_cases

CHECKER = Path(__file__).parent / "parquet" / "check_parquet.py"
READERS = "pyarrow,duckdb,polars,fastparquet"
REQUIRED = "crc,index,stats,exact,nancount,sorting"


def check(path: Path, *options: str) -> None:
    command = [sys.executable, str(CHECKER), str(path), "--readers", READERS, "--require", REQUIRED, *options]
    finished = subprocess.run(command, capture_output=True, text=True, check=False)
    assert finished.returncode == 0, finished.stdout + finished.stderr


@pytest.fixture(scope="module")
def cases_output(hooksift: Hooksift, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("cases")
    return run(hooksift, folder, [write_cases(folder)])


@pytest.mark.parametrize("table", LAKE_TABLES)
def test_lake_of_the_real_captures(real_output: Path, table: str) -> None:
    check(real_output / "lake" / table)


@pytest.mark.parametrize("table", SUMMARY_TABLES)
def test_summaries_of_the_real_captures(real_output: Path, table: str) -> None:
    check(real_output / "summaries" / f"{table}.parquet")


@pytest.mark.parametrize("table", LAKE_TABLES)
def test_lake_of_the_cases(cases_output: Path, table: str) -> None:
    check(cases_output / "lake" / table)


@pytest.mark.parametrize("table", SUMMARY_TABLES)
def test_summaries_of_the_cases(cases_output: Path, table: str) -> None:
    check(cases_output / "summaries" / f"{table}.parquet")


@pytest.mark.parametrize("table", [*SUMMARY_TABLES, "flag_states", "segment_states", "archives", "delivery_counts"])
def test_the_csv_has_the_same_cells(
    hooksift: Hooksift, cases_output: Path, tmp_path: Path, table: str
) -> None:
    exported = tmp_path / "table.csv"
    arguments = ["export", table, "--output", cases_output, "--formulas", "raw", "--to", exported]
    hooksift(*arguments).requires(EXIT_DONE)
    folder = "summaries" if table in SUMMARY_TABLES else f"lake/{table}"
    check(cases_output / folder / f"{table}.parquet", "--expect-csv", str(exported))
