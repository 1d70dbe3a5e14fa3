"""Writes the fixtures of ParquetTests: small files of other writers, and their cells as JSON.

Needs pyarrow, duckdb, polars and pandas. A cell is null or a text: whole numbers in
decimal (timestamps in microseconds, dates in days, booleans 0 or 1), doubles as the 16 hexadecimal
digits of their bits. `fixtures.json` names the file of cells of each fixture, or the words of the
error that refuses it.
"""

import datetime as dt
import decimal
import json
import struct
from pathlib import Path

import duckdb
import polars
import pyarrow as pa
import pyarrow.parquet as pq

HERE = Path(__file__).parent
UTC = dt.timezone.utc
ROWS = 150


def rows():
    """Columns of every type, as lists."""
    texts = ["", "plain", "ümlaut", "日本語", "😀", "long " * 20]
    doubles = [0.0, -0.0, 1.5, float("inf"), -1e300, float("nan")]
    base = dt.datetime(2026, 1, 1, tzinfo=UTC)
    null = lambda i, v: None if i % 5 == 2 else v
    return {
        "number": [i * i - 1000 for i in range(ROWS)],
        "number_null": [null(i, (i - 50) * 10**15) for i in range(ROWS)],
        "real": [doubles[i % 6] for i in range(ROWS)],
        "real_null": [null(i, i / 7) for i in range(ROWS)],
        "flag": [i % 3 == 0 for i in range(ROWS)],
        "flag_null": [null(i, i < 100) for i in range(ROWS)],
        "text": [texts[i % 6] for i in range(ROWS)],
        "text_null": [null(i, f"identity-{i * 7919 % 300}") for i in range(ROWS)],
        "time": [base + dt.timedelta(microseconds=i * 1234567891) for i in range(ROWS)],
        "time_null": [null(i, base - dt.timedelta(days=i)) for i in range(ROWS)],
        "day": [dt.date(1969, 12, 1) + dt.timedelta(days=i) for i in range(ROWS)],
        "none": [None] * ROWS,
    }


ARROW = {
    "number": pa.int64(),
    "real": pa.float64(),
    "flag": pa.bool_(),
    "text": pa.string(),
    "time": pa.timestamp("us", "UTC"),
    "day": pa.date32(),
    "none": pa.string(),
}


def arrow(columns):
    fields = [
        pa.field(k, ARROW[k.removesuffix("_null")], nullable=k.endswith("_null") or k == "none")
        for k in columns
    ]
    return pa.table(columns, schema=pa.schema(fields))


def cell(value):
    if value is None:
        return None
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, float):
        return struct.pack(">d", value).hex()
    if isinstance(value, dt.datetime):
        return str((value - dt.datetime(1970, 1, 1, tzinfo=UTC)) // dt.timedelta(microseconds=1))
    if isinstance(value, dt.date):
        return str((value - dt.date(1970, 1, 1)).days)
    return str(value)


FIXTURES = {}


def expect(names, columns, cells="rows", types=None):
    """States the cells of fixtures, kept once in the file `cells`."""
    kinds = {
        "number": "int64", "real": "double", "flag": "boolean", "text": "string",
        "time": "timestamp", "day": "date", "none": "string",
    }
    expected = [
        {
            "name": key,
            "type": (types or kinds)[key.removesuffix("_null")],
            "cells": [cell(v) for v in values],
        }
        for key, values in columns.items()
    ]
    write_json(cells, expected)
    for name in names:
        FIXTURES[name] = {"cells": cells}


def write_json(name, value):
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    (HERE / f"{name}.json").write_text(text.replace("},", "},\n") + "\n")


def refuse(name, words):
    FIXTURES[name] = {"refused": words}


def path(name):
    return str(HERE / f"{name}.parquet")


def accepted():
    columns = rows()
    table = arrow(columns)
    options = {"store_schema": False, "row_group_size": 60}
    pq.write_table(table, path("pyarrow_gzip"), compression="gzip", **options)
    pq.write_table(
        table, path("pyarrow_v2_gzip"), compression="gzip", data_page_version="2.0",
        data_page_size=200, write_batch_size=16, write_page_checksum=True, **options,
    )
    pq.write_table(table, path("pyarrow_snappy"), compression="snappy", **options)
    pq.write_table(
        table, path("pyarrow_v2_snappy"), compression="snappy", data_page_version="2.0",
        data_page_size=200, write_batch_size=16, use_dictionary=False, **options,
    )
    pq.write_table(
        table, path("pyarrow_v2_plain"), compression="none", data_page_version="2.0",
        use_dictionary=False, use_byte_stream_split=False, **options,
    )
    pq.write_table(
        table, path("pyarrow_pages"), compression="none", data_page_size=100, write_batch_size=8,
        version="1.0", dictionary_pagesize_limit=300, write_page_checksum=True, **options,
    )
    kinds = ("gzip", "v2_gzip", "snappy", "v2_snappy", "v2_plain", "pages")
    names = [f"pyarrow_{name}" for name in kinds]

    empty = {key: [] for key in columns}
    pq.write_table(arrow(empty), path("pyarrow_empty"), compression="gzip", store_schema=False)
    expect(["pyarrow_empty"], empty, "empty")

    other = pa.table({
        "byte": pa.array([-128, None, 127], pa.int8()),
        "word": pa.array([0, 65535, None], pa.uint16()),
        "half": pa.array([-(2**31), 2**31 - 1, None], pa.int32()),
        "unsigned": pa.array([0, 2**32 - 1, None], pa.uint32()),
        "single": pa.array([1.5, None, -0.25], pa.float32()),
        "millis": pa.array([0, -1, 1767225600123], pa.timestamp("ms", "UTC")),
        "dotted.name": pa.array(["a", "b", "a"]).dictionary_encode(),
    })
    pq.write_table(other, path("pyarrow_other"), compression="none", store_schema=False)
    micros = [None if v is None else v.value // 1000 for v in other["millis"].to_pandas()]
    cells = {k: v.to_pylist() for k, v in zip(other.column_names, other.columns)}
    expect(
        ["pyarrow_other"], cells | {"millis": micros}, "other",
        {k: "int64" for k in cells}
        | {"single": "double", "millis": "timestamp", "dotted.name": "string"},
    )

    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    connection.register("source", table)
    for codec in ("gzip", "snappy", "uncompressed"):
        connection.execute(
            f"COPY source TO '{path('duckdb_' + codec)}' (FORMAT parquet, CODEC '{codec}', "
            "ROW_GROUP_SIZE 2048)"
        )
        names.append(f"duckdb_{codec}")

    frame = polars.from_arrow(table)
    for codec in ("gzip", "snappy", "uncompressed"):
        frame.write_parquet(path("polars_" + codec), compression=codec, row_group_size=60)
        names.append(f"polars_{codec}")
    expect(names, columns)


def refused():
    small = pa.table({"number": [1, 2, 3], "text": ["a", "b", "c"]})
    for codec in ("zstd", "brotli", "lz4"):
        pq.write_table(small, path(f"refused_{codec}"), compression=codec, store_schema=False)
        refuse(f"refused_{codec}", "LZ4_RAW" if codec == "lz4" else codec.upper())
    for encoding, column in (
        ("DELTA_BINARY_PACKED", "number"), ("BYTE_STREAM_SPLIT", "number"),
        ("DELTA_LENGTH_BYTE_ARRAY", "text"), ("DELTA_BYTE_ARRAY", "text"),
    ):
        name = f"refused_{encoding.lower()}"
        pq.write_table(
            small.select([column]), path(name), compression="none", use_dictionary=False,
            column_encoding={column: encoding}, store_schema=False,
        )
        refuse(name, encoding)
    arrays = {
        "list": (pa.array([[1], [2, 3]]), "nested"),
        "struct": (pa.array([{"a": 1}]), "nested"),
        "binary": (pa.array([b"x"]), "BYTE_ARRAY without an annotation"),
        "decimal": (pa.array([decimal.Decimal("1.5")]), "FIXED_LEN_BYTE_ARRAY"),
        "local": (pa.array([0], pa.timestamp("us")), "without a time zone"),
        "nanos": (pa.array([0], pa.timestamp("ns", "UTC")), "nanoseconds"),
        "uint64": (pa.array([0], pa.uint64()), "INTEGER(64, signed: false)"),
    }
    for name, (array, words) in arrays.items():
        pq.write_table(
            pa.table({"x": array}), path(f"refused_{name}"), compression="none",
            store_schema=False,
        )
        refuse(f"refused_{name}", words)
    pq.write_table(
        pa.table({"x": pa.array([0], pa.timestamp("ns"))}), path("refused_int96"),
        compression="none", use_deprecated_int96_timestamps=True, store_schema=False,
    )
    refuse("refused_int96", "INT96")


if __name__ == "__main__":
    accepted()
    refused()
    write_json("fixtures", FIXTURES)
