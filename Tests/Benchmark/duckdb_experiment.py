"""Units and results of one experiment by DuckDB on the same lake and events: first exposure, variant, metrics, Welch's numbers.

    python Tests/Benchmark/duckdb_experiment.py LAKE EVENTS.csv FEATURE
"""

import json
import resource
import sys
import time

import duckdb

QUERY = """
with flags as (
  select flag_state, value from read_parquet('{lake}/flag_states/*.parquet')
  where feature = '{feature}' and environment = 2 and enabled and override = 'none'
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
select variant, count(*), avg(bought), avg(revenue), var_samp(revenue), avg(views), var_samp(views)
from everyone group by variant order by variant
"""


def main(lake, events, feature):
    start = time.perf_counter()
    connection = duckdb.connect()
    connection.execute("set threads = 1")
    rows = connection.execute(QUERY.format(lake=lake, events=events, feature=feature)).fetchall()
    usage = resource.getrusage(resource.RUSAGE_SELF)
    print(json.dumps({"rows": rows, "cpu": usage.ru_utime + usage.ru_stime, "wall": time.perf_counter() - start,
                      "memory": usage.ru_maxrss * 1024}))


if __name__ == "__main__":
    main(*sys.argv[1:])
