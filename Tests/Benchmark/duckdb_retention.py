"""Retention by first day and by week in DuckDB on the same lake: the cost, and whether the rows are those of `retention`.

    python Tests/Benchmark/duckdb_retention.py OUTPUT
"""

import resource
import sys
import time
from datetime import datetime, timedelta

import duckdb
import pyarrow.parquet as pq

QUERY = """
with seen as (
  select distinct environment, identity, date_trunc('{period}', date) as began
  from read_parquet('{lake}/observations/*/*.parquet', hive_partitioning = true)
),
people as (select environment, identity, min(began) as entered, max(began) as last from seen group by all),
cohorts as (select environment, entered, count(*) as identities from people group by all),
retained as (
  select environment, entered, began, count(*) as retained from seen join people using (environment, identity) group by all
),
ends as (select environment, entered, last, count(*) as identities from people group by all)
select environment, entered, began, identities, retained,
  (select sum(ends.identities) from ends
   where ends.environment = retained.environment and ends.entered = retained.entered and ends.last >= retained.began)
from retained join cohorts using (environment, entered) order by all
"""


def published(output, period):
    """The rows of `retention` in which somebody came, as the query has them."""
    step = timedelta(days=1 if period == "day" else 7)
    rows = pq.read_table(f"{output}/summaries/retention.parquet").to_pylist()
    return {
        (row["environment"], row["cohort"], row["cohort"] + step * row["period_index"]): (
            row["cohort_identities"],
            row["retained"],
            row["retained_or_later"],
        )
        for row in rows
        if row["period"] == period and row["retained"] > 0
    }


def main(output):
    start = time.perf_counter()
    connection = duckdb.connect()
    connection.execute("set threads = 1")
    found = {
        period: connection.execute(QUERY.format(lake=f"{output}/lake", period=period)).fetchall() for period in ("day", "week")
    }
    usage = resource.getrusage(resource.RUSAGE_SELF)
    wall = time.perf_counter() - start
    for period, rows in found.items():
        counts = {(row[0], as_date(row[1]), as_date(row[2])): tuple(map(int, row[3:])) for row in rows}
        assert counts == published(output, period), f"retention by {period} is not the same"
    cpu = usage.ru_utime + usage.ru_stime
    print(f"  DuckDB: retention alone, the same rows{cpu:14.2f} CPU s {wall:8.2f} s  {usage.ru_maxrss // 1024} MiB")


def as_date(value):
    return value.date() if isinstance(value, datetime) else value


if __name__ == "__main__":
    main(*sys.argv[1:])
