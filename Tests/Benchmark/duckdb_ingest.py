"""What a team would otherwise do: DuckDB with an HMAC function, the same work as `hooksift ingest`.

    python duckdb_ingest.py DIRECTORY      (archives and truth.json, as `hooksift-bench generate` makes them)

Reads the archives, verifies every signature, counts repeats once per half hour and writes observations and
trait values as Parquet; states are told apart by the MD5 of their JSON as it stands, which is less work than
a canonical form. Prints {"cpu", "wall", "bytes", "memory"} as the other tasks of the bench do, and fails where the
result is not the truth.
"""
import glob
import hashlib
import hmac
import json
import os
import resource
import sys
import time

import duckdb
import pyarrow as pa

directory = sys.argv[1]
truth = json.load(open(f"{directory}/truth.json"))
secret = hmac.new(b"bench secret", digestmod=hashlib.sha256)


def verify(bodies: pa.ChunkedArray, signatures: pa.ChunkedArray) -> pa.Array:
    results = []
    for body, signature in zip(bodies, signatures):
        code = secret.copy()
        code.update(body.as_py().encode())
        results.append(hmac.compare_digest(code.hexdigest(), signature.as_py() or ""))
    return pa.array(results)


started = time.monotonic()
connection = duckdb.connect(config={"threads": 1})
connection.create_function(
    "verifies", verify, ["VARCHAR", "VARCHAR"], "BOOLEAN", type="arrow"
)
output = f"{directory}/duckdb"
os.makedirs(output, exist_ok=True)
connection.execute(
    f"""
    CREATE TEMP TABLE deliveries AS
    SELECT received_at, (body.flags->0->>'environment')::BIGINT AS environment, body.identity AS identity,
           md5(body.flags::VARCHAR) AS flag_state, md5(body.segments::VARCHAR) AS segment_state,
           body.traits AS traits
    FROM (
      SELECT received_at::TIMESTAMPTZ AS received_at,
        from_json(body, '{{"flags": "JSON", "identity": "VARCHAR", "segments": "JSON", "traits": "JSON"}}') AS body
      FROM read_json('{directory}/archive-*.jsonl.gz', format = 'newline_delimited',
        maximum_object_size = 67108864,
        columns = {{received_at: 'VARCHAR', headers: 'JSON', body: 'VARCHAR'}})
      WHERE verifies(body, headers->>'X-Flagsmith-Signature')
    )
    """
)
lines = connection.execute("SELECT count(*) FROM deliveries").fetchone()[0]
connection.execute(
    f"""
    COPY (
      SELECT environment, identity, time_bucket(INTERVAL 30 MINUTE, received_at) AS window_start,
             flag_state, segment_state, min(received_at) AS first_at, max(received_at) AS last_at,
             count(*) AS deliveries
      FROM deliveries GROUP BY ALL
      ORDER BY environment, identity, window_start, flag_state, segment_state
    ) TO '{output}/observations.parquet' (FORMAT parquet, COMPRESSION gzip)
    """
)
connection.execute(
    f"""
    COPY (
      SELECT environment, identity, trait->>'trait_key' AS trait, trait->'trait_value' AS value,
             min(received_at) AS first_at, max(received_at) AS last_at
      FROM (SELECT *, unnest(json_extract(traits, '$[*]')) AS trait FROM deliveries)
      GROUP BY ALL ORDER BY ALL
    ) TO '{output}/trait_values.parquet' (FORMAT parquet, COMPRESSION gzip)
    """
)
observations = connection.execute(
    f"SELECT count(*) FROM '{output}/observations.parquet'"
).fetchone()[0]
if (lines, observations) != (truth["lineCount"], truth["observationCount"]):
    sys.exit(f"wrong: {lines} lines, {observations} observations")
usage = resource.getrusage(resource.RUSAGE_SELF)
print(
    json.dumps(
        {
            "cpu": usage.ru_utime + usage.ru_stime,
            "wall": time.monotonic() - started,
            "memory": usage.ru_maxrss * 1024,
            "bytes": sum(os.path.getsize(path) for path in glob.glob(f"{output}/*")),
        }
    )
)
