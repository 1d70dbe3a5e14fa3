"""Retention by first day and by week in DuckDB on the same lake: the rows and the cost.

    python Tests/Benchmark/duckdb_retention.py LAKE
"""

import json
import resource
import sys
import time

import duckdb

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


def main(lake):
    start = time.perf_counter()
    connection = duckdb.connect()
    connection.execute("set threads = 1")
    counts = [len(connection.execute(QUERY.format(lake=lake, period=period)).fetchall()) for period in ("day", "week")]
    usage = resource.getrusage(resource.RUSAGE_SELF)
    print(json.dumps({"rows": counts, "cpu": usage.ru_utime + usage.ru_stime, "wall": time.perf_counter() - start,
                      "memory": usage.ru_maxrss * 1024}))


if __name__ == "__main__":
    main(*sys.argv[1:])
