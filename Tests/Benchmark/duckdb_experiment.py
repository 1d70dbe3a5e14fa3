"""Units and results of one experiment by DuckDB on the same lake and events: the cost, and whether the numbers are those of the report.

    python Tests/Benchmark/duckdb_experiment.py OUTPUT EVENTS.csv
"""

import math
import resource
import sys
import time

import duckdb
import pyarrow.parquet as pq

QUERY = """
with flags as (
  select flag_state, value from read_parquet('{lake}/flag_states/*.parquet')
  where feature = 'button' and environment = 2 and enabled and override = 'none'
),
units as (
  select identity, min(first_at) as first, any_value(value) as variant, count(distinct value) as variants
  from read_parquet('{lake}/observations/*/*.parquet') join flags using (flag_state)
  where environment = 2 group by identity having variants = 1
),
events as (
  select identity, time, event, value from read_csv('{events}', types = {{'time': 'TIMESTAMPTZ', 'value': 'DOUBLE'}})
),
measured as (
  select identity, any_value(variant) as variant,
    max(case when event = 'purchase' then 1 else 0 end) as bought,
    sum(case when event = 'purchase' then value else 0 end) as revenue,
    sum(case when event = 'view' then 1 else 0 end) as views
  from units left join events using (identity)
  where time is null or time >= first group by identity
),
everyone as (
  select variant, coalesce(bought, 0) as bought, coalesce(revenue, 0) as revenue, coalesce(views, 0) as views
  from units left join measured using (identity, variant)
)
select variant, count(*), avg(bought), avg(revenue), stddev_samp(revenue), avg(views), stddev_samp(views)
from everyone group by variant order by variant
"""


def published(output):
    """Identities, means and deviations by variant, as of the last day."""
    rows = pq.read_table(f"{output}/experiments/button/results.parquet").to_pylist()
    last = max(row["as_of"] for row in rows)
    metrics = {row["metric"]: row for row in rows if row["as_of"] == last and not row["dimension"]}
    bought, revenue, views = (metrics[name] for name in ("bought", "revenue", "views"))
    return {
        revenue[arm]: (
            revenue[f"n_{arm}"],
            bought[f"value_{arm}"],
            revenue[f"value_{arm}"],
            revenue[f"sd_{arm}"],
            views[f"value_{arm}"],
            views[f"sd_{arm}"],
        )
        for arm in ("control", "treatment")
    }


def main(output, events):
    start = time.perf_counter()
    connection = duckdb.connect()
    connection.execute("set threads = 1")
    rows = connection.execute(QUERY.format(lake=f"{output}/lake", events=events)).fetchall()
    usage = resource.getrusage(resource.RUSAGE_SELF)
    wall = time.perf_counter() - start
    truth = published(output)
    assert len(rows) == len(truth)
    for variant, *numbers in rows:
        for one, other in zip(numbers, truth[variant], strict=True):
            assert math.isclose(one, other, rel_tol=1e-9), f"{variant}: {numbers} and {truth[variant]}"
    cpu = usage.ru_utime + usage.ru_stime
    print(f"  DuckDB: the numbers of the last day{cpu:17.2f} CPU s {wall:8.2f} s  {usage.ru_maxrss // 1024} MiB")


if __name__ == "__main__":
    main(*sys.argv[1:])
