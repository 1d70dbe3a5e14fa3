"""`schema` and `export events`: what is printed is run, and every cell is what pyarrow reads from the files.

DuckDB, ClickHouse and PostgreSQL run their scripts. Those of BigQuery, Snowflake and Spark are parsed, each in its
language, and no more.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
import sqlglot
from sqlglot import exp

from conftest import Real
from oracle import COLUMNS, LAKE_TABLES, PARTITIONED, SUMMARY_TABLES, Row
from product import (
    EXIT_DONE,
    EXIT_USAGE,
    Hooksift,
    comparable,
    kind_of,
    published_rows,
    read_parquet,
)
from random_archives import write_random_archives
from test_tables import DEFAULTS, SEEDS, run, write_cases
from warehouses import (
    ClickHouse,
    Columns,
    DuckDB,
    PostgreSQL,
    postgres,
    postgres_programs,
)

# A quote of every kind, a space, and what looks like a partition.
FOLDER = "it's \"a\" `lake`, date=2001-01-01/a=b/$HOME"
COHORT_TABLES = ("retention", "cohort_daily", "cohort_overlap", "cohort_members", "segment_flows")
OTHER_TABLES = ("trait_numbers", *COHORT_TABLES)
TABLES = (*LAKE_TABLES, *SUMMARY_TABLES, *OTHER_TABLES)
COHORTS = """
exposures: all
cohorts:
  - {name: first, start: first_seen, period: day}
  - {name: active, where: active in last 2 days}
  - {name: again, where: not active in last 1 days}
segment_flows: true
"""
OBSERVED = ["date", "environment", "identity", "window_start", "first_at", "last_at", "deliveries"]
VIEWS = {
    "observation_flags": (
        "flag_states",
        "flag_state",
        ["feature_id", "feature", "feature_type", "enabled", "value_type", "value"]
        + ["percentage_allocation", "override"],
    ),
    "observation_segments": ("segment_states", "segment_state", ["segment_id", "segment", "member"]),
}
SOURCES = ["real", "cases", *(f"seed {seed}" for seed in SEEDS)]


@pytest.fixture(scope="module", params=SOURCES)
def output(
    request: pytest.FixtureRequest, hooksift: Hooksift, real: Real, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """A workspace at a path that has to be quoted, with exposures of all features."""
    folder = tmp_path_factory.mktemp("source")
    place = folder / FOLDER
    place.mkdir(parents=True)
    # Dates that are not those of the times.
    secrets, settings = None, replace(DEFAULTS, exposures="all", timezone="Pacific/Auckland")
    if request.param == "real":
        secrets, archives = real.secrets, [real.archives]
    elif request.param == "cases":
        archives = [write_cases(folder)]
    else:
        archives = write_random_archives(folder, int(request.param.split()[1]))
    made = run(hooksift, place, archives, *([secrets] if secrets else []), settings=settings)
    if request.param == "real":
        # The others have times of a whole century, and cohorts a row for each date.
        (folder / "hooksift.yaml").write_text(COHORTS)
        hooksift("summarize", "--output", made, "--config", folder / "hooksift.yaml").requires(EXIT_DONE)
        assert all(rows_in(made, table) for table in COHORT_TABLES)
    return made


def script(hooksift: Hooksift, dialect: str, output: Path, *options: object) -> str:
    arguments = ["schema", "--dialect", dialect, "--output", output, *options]
    return hooksift(*arguments).requires(EXIT_DONE).stdout.decode("utf-8")


# What has to be there


def columns_of(output: Path, table: str) -> Columns:
    """Those of the contract; the file's own of tables that the oracle does not know."""
    if table in COLUMNS:
        return COLUMNS[table]
    schema = pq.read_schema(output / "summaries" / f"{table}.parquet")
    return [(field.name, kind_of(field.type)) for field in schema]


def rows_in(output: Path, table: str) -> list[Row]:
    if table in COLUMNS:
        return published_rows(output, table)
    return read_parquet(output / "summaries" / f"{table}.parquet", columns_of(output, table))


def view_columns(view: str) -> Columns:
    states, _, added = VIEWS[view]
    kinds = dict(COLUMNS[states]) | dict(COLUMNS["observations"])
    return [(name, kinds[name]) for name in OBSERVED + added]


def view_rows(output: Path, view: str) -> list[Row]:
    """Observations joined with their states, one by one."""
    states, key, added = VIEWS[view]
    names = [name for name, _ in COLUMNS[states]]
    by_key: dict[str, list[Row]] = {}
    for row in published_rows(output, states):
        cells = dict(zip(names, row))
        by_key.setdefault(cells[key], []).append(tuple(cells[name] for name in added))
    observations = [name for name, _ in COLUMNS["observations"]]
    joined = []
    for row in published_rows(output, "observations"):
        cells = dict(zip(observations, row))
        joined += [
            (*(cells[name] for name in OBSERVED), *state) for state in by_key.get(cells[key], [])
        ]
    return joined


@cache
def expected_rows(output: Path, table: str) -> list[Row]:
    return view_rows(output, table) if table in VIEWS else rows_in(output, table)


def assert_same_bag(name: str, found: list[Row], expected: list[Row]) -> None:
    """Fails unless both have the same rows, each as often, in any order."""
    left, right = (Counter(map(comparable, rows)) for rows in (found, expected))
    if left != right:
        surplus, missing = (sorted(rows.elements(), key=repr)[:3] for rows in (left - right, right - left))
        raise AssertionError(f"{name}: {len(found)} rows, expected {len(expected)}; {surplus=}, {missing=}")


def without_nul(rows: list[Row]) -> list[Row]:
    return [
        tuple(cell.replace("\0", "\ufffd") if isinstance(cell, str) else cell for cell in row) for row in rows
    ]


def assert_loaded(database: Any, namespace: str, output: Path, change: Any = lambda rows: rows) -> None:
    """Fails unless every table and view has exactly the rows of the files."""
    for table in (*TABLES, *VIEWS):
        columns = view_columns(table) if table in VIEWS else columns_of(output, table)
        expected = expected_rows(output, table)
        assert expected or table in COHORT_TABLES, f"{table} has no rows to compare"
        assert_same_bag(table, database.rows(f"{namespace}.{table}", columns), change(expected))


# DuckDB


def test_duckdb(hooksift: Hooksift, output: Path, tmp_path: Path) -> None:
    database = DuckDB(tmp_path / "lake.duckdb")
    text = script(hooksift, "duckdb", output)
    for _ in range(2):
        database.run(text)
    assert_loaded(database, "hooksift", output)
    assert_loaded(database, "hooksift_files", output)


def test_duckdb_columns(hooksift: Hooksift, real_output: Path, tmp_path: Path) -> None:
    """Nulls are where the files may have them; all has a comment."""
    database = DuckDB(tmp_path / "lake.duckdb")
    database.run(script(hooksift, "duckdb", real_output, "--only", "tables"))
    found = database.values(
        "SELECT table_name, column_name, is_nullable, comment FROM duckdb_columns()"
        " WHERE schema_name = 'hooksift' ORDER BY table_oid, column_index"
    )
    expected = [(table, name) for table in TABLES for name, _ in columns_of(real_output, table)]
    assert sorted(row[:2] for row in found) == sorted(expected)
    for table, column, is_nullable, comment in found:
        assert is_nullable == (column in NULLABLE.get(table, [])), (table, column)
        assert comment and comment != column, (table, column)
    comments = database.values("SELECT comment FROM duckdb_tables() WHERE schema_name = 'hooksift'")
    assert len(comments) == len(TABLES) and all(comment for (comment,) in comments)


NULLABLE = {
    "observations": ["environment"],
    "trait_values": ["environment", "value", "number"],
    "flag_states": ["environment", "value", "percentage_allocation", "initial_value"],
    "delivery_counts": ["date"],
    "archives": ["first_received_at", "last_received_at"],
    "feature_daily": ["environment", "value"],
    "segment_daily": ["environment"],
    "trait_daily": ["environment", "value"],
    "exposures": ["environment", "value"],
    "trait_numbers": ["environment"],
    "retention": ["environment", "breakdown_value"],
    "cohort_daily": ["environment"],
    "cohort_overlap": ["environment"],
    "cohort_members": ["environment", "left"],
    "segment_flows": ["environment"],
    "delivery_quality": ["date"],
}


def test_views_over_files_load_nothing(hooksift: Hooksift, real_output: Path, tmp_path: Path) -> None:
    database = DuckDB(tmp_path / "lake.duckdb")
    name = 'a "name"'
    database.run(script(hooksift, "duckdb", real_output, "--only", "files", "--into", name))
    assert database.values("SELECT * FROM duckdb_tables()") == []
    assert_loaded(database, '"a ""name""_files"', real_output)


def test_a_night_later(hooksift: Hooksift, real: Real, tmp_path: Path) -> None:
    """Loading again is all there is to do, and what is gone from the lake goes."""
    database = DuckDB(tmp_path / "lake.duckdb")
    archives = sorted(real.archives.iterdir())
    output = run(hooksift, tmp_path, archives[:5], real.secrets)
    database.run(script(hooksift, "duckdb", output))
    assert_loaded(database, "hooksift", output)
    expected_rows.cache_clear()
    run(hooksift, tmp_path, archives, real.secrets)
    identity = published_rows(output, "observations")[0][2]
    hooksift("forget", identity, "--output", output).requires(EXIT_DONE)
    assert all(row[2] != identity for row in published_rows(output, "observations"))
    database.run(script(hooksift, "duckdb", output, "--only", "load"))
    assert_loaded(database, "hooksift", output)


def test_tables_without_files(hooksift: Hooksift, tmp_path: Path) -> None:
    """A lake of rejected lines alone: what has no files is named, and the rest is loaded."""
    (tmp_path / "bad.jsonl").write_bytes(b"{\n")
    output = run(hooksift, tmp_path, [tmp_path / "bad.jsonl"])
    database = DuckDB(tmp_path / "lake.duckdb")
    text = script(hooksift, "duckdb", output)
    database.run(text)
    assert database.rows("hooksift.archives", COLUMNS["archives"]) == published_rows(output, "archives")
    for table in PARTITIONED:
        assert f"-- {table} has no files yet" in text
        assert database.rows(f"hooksift.{table}", COLUMNS[table]) == []
    assert database.values("SELECT count(*) FROM hooksift.observation_flags") == [(0,)]


# ClickHouse


@pytest.fixture(scope="module")
def clickhouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ClickHouse]:
    database = ClickHouse(tmp_path_factory.mktemp("clickhouse"))
    yield database
    database.session.close()


def test_clickhouse(hooksift: Hooksift, output: Path, clickhouse: ClickHouse) -> None:
    text = script(hooksift, "clickhouse", output, "--into", "it's `b`")
    for _ in range(2):
        clickhouse.run(text)
    assert_loaded(clickhouse, "`it's \\`b\\``", output)
    keys = clickhouse.values(
        "SELECT name, sorting_key FROM system.tables WHERE database = 'it\\'s `b`' AND engine = 'MergeTree'"
    )
    assert dict(keys)["observations"] == "date, environment, identity, window_start, flag_state, segment_state"
    bare = clickhouse.values(
        "SELECT table, name FROM system.columns"
        " WHERE database = 'it\\'s `b`' AND comment = '' AND NOT startsWith(table, 'observation_')"
    )
    assert bare == []


# PostgreSQL


@pytest.fixture(scope="module")
def postgresql(hooksift: Hooksift) -> Iterator[PostgreSQL]:
    programs = postgres_programs()
    assert programs, "PostgreSQL is not installed"
    with postgres(programs, hooksift.binary) as database:
        yield database


def test_postgres(hooksift: Hooksift, output: Path, postgresql: PostgreSQL, tmp_path: Path) -> None:
    # What is configured where psql runs changes nothing.
    (tmp_path / "hooksift.yaml").write_text("csv: {excel: true, delimiter: ';', formulas: escape}\n")
    text = script(hooksift, "postgres", output, "--into", 'it\'s "p"')
    for _ in range(2):
        postgresql.run(text, directory=tmp_path)
    assert_loaded(postgresql, '"it\'s ""p"""', output, without_nul)


def test_an_export_that_fails_leaves_what_was_there(
    hooksift: Hooksift, real_output: Path, postgresql: PostgreSQL, tmp_path: Path
) -> None:
    postgresql.run(script(hooksift, "postgres", real_output, "--into", "kept"))
    load = script(hooksift, "postgres", real_output, "--into", "kept", "--only", "load")
    finished = postgresql.psql(load, knows_hooksift=False)
    assert finished.returncode != 0 and b"hooksift" in finished.stderr
    assert_loaded(postgresql, "kept", real_output)


# Warehouses that cannot be run here


CLOUDS = {"bigquery": "gs://b/it's", "snowflake": "s3://b/it's", "spark": "s3a://b/it's `q`"}


@pytest.mark.parametrize("dialect", CLOUDS)
def test_what_is_only_parsed(hooksift: Hooksift, real_output: Path, dialect: str) -> None:
    """Every statement is one of the language; columns are all there; places are as they were given."""
    place = CLOUDS[dialect]
    text = script(hooksift, dialect, real_output, "--location", place)
    # A clause that the parser does not know.
    unknown = "\nWITH PARTITION COLUMNS (`date` DATE);"
    assert text.count(unknown) == (len(PARTITIONED) if dialect == "bigquery" else 0)
    statements = [s for s in sqlglot.parse(text.replace(unknown, ";"), dialect=dialect) if s is not None]
    made: dict[str, list[str]] = {}
    for statement in statements:
        if isinstance(statement, exp.Create) and statement.kind in ("TABLE", "VIEW"):
            table = statement.find(exp.Table)
            assert table is not None and table.db.lower() == "hooksift"
            schema = statement.this if isinstance(statement.this, exp.Schema) else None
            columns = schema.expressions if schema else statement.expression.selects
            made[table.name.lower()] = [column.alias_or_name.lower() for column in columns]
    expected = {table: [name for name, _ in columns_of(real_output, table)] for table in TABLES}
    expected |= {view: [name for name, _ in view_columns(view)] for view in VIEWS}
    assert made == expected
    # A `Command` is what the parser knows the first word of, and no more.
    assert not [s.sql() for s in statements if isinstance(s, exp.Command)]
    if dialect == "bigquery":
        loads = [s for s in statements if isinstance(s, exp.LoadData)]
        assert sorted(load.this.name for load in loads) == sorted(TABLES)
        for load in loads:
            values = [literal.this for literal in load.args["files"].find_all(exp.Literal)]
            assert values[0] == "PARQUET" and all(v.startswith(place + "/") for v in values[1:]), values
    elif dialect == "snowflake":
        assert len([s for s in statements if isinstance(s, exp.Copy)]) == len(TABLES)
        assert text.count("COPY INTO ") == len(TABLES)
        assert text.count("MATCH_BY_COLUMN_NAME") == len(TABLES) - len(PARTITIONED)
        assert text.count("METADATA$FILENAME") == len(PARTITIONED)
        assert "URL = 's3://b/it\\'s/'" in text
    else:
        assert text.count("parquet.`s3a://b/it's ``q``/") == len(TABLES)


# Events


EVENTS = "flagsmith_exp.events"
# The columns, types and checks of Flagsmith's own table.
EVENTS_TABLE = f"""
CREATE DATABASE IF NOT EXISTS flagsmith_exp;
DROP TABLE IF EXISTS {EVENTS};
CREATE TABLE {EVENTS} (
  environment_key LowCardinality(String), event LowCardinality(String), feature_name LowCardinality(String),
  timestamp DateTime64(3), collected_at DateTime64(3), identifier String, value String, traits String,
  metadata String, sdk_language LowCardinality(String), sdk_version LowCardinality(String),
  CONSTRAINT environment_key_not_empty CHECK environment_key != '',
  CONSTRAINT event_not_empty CHECK event != '',
  CONSTRAINT timestamp_sane CHECK timestamp > toDateTime64('2020-01-01 00:00:00', 3)
) ENGINE = MergeTree PARTITION BY toYYYYMMDD(timestamp)
ORDER BY (environment_key, event, feature_name, timestamp, identifier);
"""
# The table refuses what is not after the first midnight of 2020, in the time zone of its server.
EARLIEST_EVENT = datetime(2020, 1, 2, tzinfo=UTC)
EVENT_ARGUMENTS = ["export", "events", "--for", "flagsmith-clickhouse"]


def environments(output: Path) -> list[int]:
    return sorted({row[0] for row in published_rows(output, "exposures") if row[0] is not None})


def expected_events(output: Path, keys: dict[int, str]) -> list[tuple[Any, ...]]:
    names = [name for name, _ in COLUMNS["exposures"]]
    events = []
    for row in published_rows(output, "exposures"):
        cells = dict(zip(names, row))
        first = cells["first_exposed_at"]
        if cells["enabled"] and cells["environment"] in keys and first >= EARLIEST_EVENT:
            milliseconds = (first - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds() * 1000 // 1
            value = cells["value"] or ""
            key = keys[cells["environment"]]
            events.append((key, "$flag_exposure", cells["feature"], int(milliseconds), cells["identity"], value))
    return sorted(events)


def test_events_in_flagsmiths_table(
    hooksift: Hooksift, output: Path, clickhouse: ClickHouse, tmp_path: Path
) -> None:
    keys = {environment: f"key \"{environment}'" for environment in environments(output)}
    options = [f"--environment-key={id}={key}" for id, key in keys.items()]
    file = tmp_path / "events.jsonl"
    arguments = [*EVENT_ARGUMENTS, *options, "--output", output, "--to", file]
    finished = hooksift(*arguments).requires(EXIT_DONE)
    expected = expected_events(output, keys)
    assert expected
    exposures = published_rows(output, "exposures")
    early = sum(row[3] and row[0] in keys and row[7] < EARLIEST_EVENT for row in exposures)
    assert (f"{early} exposures were left out: they were before 2020-01-02" in finished.messages) == (early > 0)
    clickhouse.run(EVENTS_TABLE)
    clickhouse.run(f"INSERT INTO {EVENTS} FROM INFILE '{file}' FORMAT JSONEachRow")
    found = clickhouse.values(
        "SELECT environment_key, event, feature_name, toUnixTimestamp64Milli(timestamp), identifier, value,"
        " toUnixTimestamp64Milli(collected_at), traits, metadata, sdk_language, sdk_version"
        f" FROM {EVENTS}"
    )
    assert sorted(row[:6] for row in found) == expected
    assert {row[6:] for row in found} == {(0, "", "", "", "")}


def test_events_of_some_environments(hooksift: Hooksift, real: Real, tmp_path: Path) -> None:
    """What is left out is said."""
    output = run(hooksift, tmp_path, [real.archives], real.secrets, replace(DEFAULTS, exposures="all"))
    first, *others = environments(output)
    assert others
    arguments = [*EVENT_ARGUMENTS, "--environment-key", f"{first}=abc", "--output", output]
    finished = hooksift(*arguments).requires(EXIT_DONE)
    lines = [json.loads(line) for line in finished.stdout.splitlines()]
    names = ["environment_key", "event", "feature_name", "timestamp", "identifier", "value"]
    assert all(list(line) == names for line in lines)
    assert len(lines) == len(expected_events(output, {first: "abc"}))
    rows = published_rows(output, "exposures")
    disabled = sum(not row[3] for row in rows)
    left_out = len(rows) - disabled - len(lines)
    assert disabled and left_out
    assert f"{disabled} exposures are no events" in finished.messages
    assert f"warning: {left_out} exposures were left out" in finished.messages


# What is wrong


WRONG = {
    "no dialect": (["schema"], "--dialect"),
    "another dialect": (["schema", "--dialect", "oracle"], "duckdb"),
    "a part that is not there": (["schema", "--dialect", "postgres", "--only", "files"], "postgres"),
    "nothing to load": (["schema", "--dialect", "spark", "--only", "load"], "spark"),
    "no name": (["schema", "--dialect", "duckdb", "--into", ""], "--into"),
    "a pattern": (["schema", "--dialect", "duckdb", "--output", "/lakes/[a]"], "/lakes/[a]: has ["),
    "a line feed": (["schema", "--dialect", "postgres", "--output", "/lakes/a\nb"], "control characters"),
    "a place for psql": (["schema", "--dialect", "postgres", "--location", "/a"], "--location"),
    "no program": (["export", "events"], "--for flagsmith-clickhouse"),
    "no key": (EVENT_ARGUMENTS, "--environment-key"),
    "an empty key": ([*EVENT_ARGUMENTS, "--environment-key", "1="], "the key is missing"),
    "two keys": ([*EVENT_ARGUMENTS, *["--environment-key", "1=a"] * 2], "has a key already"),
    "a secret key": ([*EVENT_ARGUMENTS, "--environment-key", "1=ser.abc"], "server-side key"),
    "a key of no environment": ([*EVENT_ARGUMENTS, "--environment-key", "abc"], "environment-key"),
    "events as CSV": ([*EVENT_ARGUMENTS, "--environment-key", "1=a", "--format", "csv"], "as jsonl"),
    "no events": (["export", "archives", "--environment-key", "1=a"], "the table events"),
}


@pytest.mark.parametrize(("arguments", "message"), WRONG.values(), ids=WRONG.keys())
def test_what_is_wrong(hooksift: Hooksift, arguments: list[str], message: str) -> None:
    finished = hooksift(*arguments).requires(EXIT_USAGE)
    assert message in finished.messages and finished.stdout == b""
    assert "ser.abc" not in finished.messages


def test_without_a_lake(hooksift: Hooksift, tmp_path: Path) -> None:
    """Tables can be made before there is anything to load."""
    text = script(hooksift, "duckdb", tmp_path / "none")
    database = DuckDB(tmp_path / "lake.duckdb")
    database.run(script(hooksift, "duckdb", tmp_path / "none", "--only", "tables", "--only", "views"))
    assert f"{tmp_path}/none/lake/observations" in text
    assert database.rows("hooksift.exposures", COLUMNS["exposures"]) == []
