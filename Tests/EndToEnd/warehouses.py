"""Databases that run what `hooksift schema` prints: DuckDB, ClickHouse in this process, PostgreSQL in a cluster of its own."""

from __future__ import annotations

import csv
import io
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from oracle import Row
from product import CSVStyle, kind_of, parse_csv, typed

Columns = list[tuple[str, str]]


def rows_of(table: pa.Table, columns: Columns) -> list[Row]:
    """The rows of a result, which must have exactly the columns."""
    found = [(field.name, kind_of(field.type)) for field in table.schema]
    assert found == columns, f"columns {found}, not {columns}"
    return [tuple(map(typed, row)) for row in zip(*(column.to_pylist() for column in table.columns))]


def quoted(columns: Columns, quote: str = '"') -> str:
    return ", ".join(f"{quote}{name}{quote}" for name, _ in columns)


@dataclass(frozen=True)
class DuckDB:
    path: Path

    def run(self, script: str) -> None:
        with duckdb.connect(self.path) as connection:
            connection.execute(script)

    def rows(self, table: str, columns: Columns) -> list[Row]:
        with duckdb.connect(self.path) as connection:
            connection.execute("SET TimeZone = 'UTC'")
            found = connection.execute(f"SELECT {quoted(columns)} FROM {table}").to_arrow_table()
        return rows_of(found, columns)

    def values(self, query: str) -> list[tuple[Any, ...]]:
        with duckdb.connect(self.path) as connection:
            return connection.execute(query).fetchall()


class ClickHouse:
    """A server's engine; only one can be in a process at a time."""

    def __init__(self, folder: Path) -> None:
        from chdb import session

        self.session = session.Session(str(folder))
        # Nothing may depend on where the server is.
        self.session.query("SET session_timezone = 'America/New_York'")

    def run(self, script: str) -> None:
        self.session.query(script)

    def rows(self, table: str, columns: Columns) -> list[Row]:
        return rows_of(self.arrow(f"SELECT {quoted(columns, '`')} FROM {table}"), columns)

    def arrow(self, query: str) -> pa.Table:
        with pa.ipc.open_file(pa.BufferReader(self.session.query(query, "Arrow").bytes())) as reader:
            return reader.read_all()

    def values(self, query: str) -> list[tuple[Any, ...]]:
        return [tuple(row.values()) for row in self.arrow(query).to_pylist()]


# PostgreSQL

POSTGRES_CELLS = {
    "int64": int,
    "double": float,
    "bool": {"t": True, "f": False}.__getitem__,
    "string": str,
    "date": date.fromisoformat,
    "timestamp": lambda text: datetime.fromisoformat(text).astimezone(UTC),
}


@dataclass(frozen=True)
class PostgreSQL:
    """A cluster that is reached by a Unix socket alone."""

    programs: Path
    socket: Path
    binary: Path

    def psql(
        self, script: str, *, directory: Path | None = None, knows_hooksift: bool = True
    ) -> subprocess.CompletedProcess[bytes]:
        """What `psql -X < script` does."""
        with tempfile.TemporaryDirectory() as folder:
            if knows_hooksift:
                (Path(folder) / "hooksift").symlink_to(self.binary)
            path = f"{folder}:/usr/bin:/bin"
            variables = {"PATH": path, "PGTZ": "America/New_York", "LC_ALL": "C.UTF-8"}
            command = [self.programs / "psql", "-X", "-q", "-h", self.socket, "-U", "hooksift", "postgres"]
            return subprocess.run(
                command,
                input=script.encode(),
                capture_output=True,
                env=variables,
                cwd=directory or folder,
                check=False,
                timeout=120,
            )

    def run(self, script: str, *, directory: Path | None = None) -> None:
        finished = self.psql(script, directory=directory)
        errors = finished.stderr.decode()
        assert finished.returncode == 0 and "ERROR" not in errors, errors

    def records(self, query: str) -> list[list[str | None]]:
        finished = self.psql(f"COPY ({query}) TO STDOUT (FORMAT csv, FORCE_QUOTE *)")
        assert finished.returncode == 0 and not finished.stderr, finished.stderr.decode()
        return parse_csv(finished.stdout.decode("utf-8"), CSVStyle())

    def rows(self, table: str, columns: Columns) -> list[Row]:
        readers = [POSTGRES_CELLS[kind] for _, kind in columns]
        return [
            tuple(None if text is None else read(text) for text, read in zip(record, readers, strict=True))
            for record in self.records(f"SELECT {quoted(columns)} FROM {table}")
        ]


def postgres_programs() -> Path | None:
    """Where the newest PostgreSQL's programs are."""
    found = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    if found:
        return max(found, key=lambda path: float(path.parent.name))
    program = shutil.which("initdb")
    return Path(program).parent if program else None


@contextmanager
def postgres(programs: Path, binary: Path) -> Iterator[PostgreSQL]:
    """A cluster for the time of a test; its server may not be root."""
    # The path of a socket is short, and that of pytest's folders is for their owner alone.
    folder = Path(tempfile.mkdtemp(prefix="hooksift-pg-", dir="/tmp"))
    user: dict[str, Any] = {}
    if os.geteuid() == 0:
        name = "postgres"
        shutil.chown(folder, name, name)
        user = {"user": name, "group": name, "extra_groups": []}
    folder.chmod(0o755)
    data = folder / "data"

    def run(*command: object) -> None:
        finished = subprocess.run(
            [str(word) for word in command],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            cwd=folder,
            check=False,
            timeout=120,
            **user,
        )
        assert finished.returncode == 0, finished.stderr.decode()

    try:
        initdb = ["-D", data, "-U", "hooksift", "-A", "trust", "-E", "UTF8", "--locale", "C", "--no-sync"]
        run(programs / "initdb", *initdb)
        options = f"-k {folder} -c listen_addresses='' -c fsync=off -c shared_buffers=16MB"
        run(programs / "pg_ctl", "-D", data, "-w", "-l", folder / "log", "-o", options, "start")
        try:
            yield PostgreSQL(programs, folder, binary)
        finally:
            run(programs / "pg_ctl", "-D", data, "-w", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder)


def csv_records(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))
