"""Writes and reads a Parquet file by pyarrow, on one thread.

    python pyarrow_parquet.py write FILE gzip|none     writes the table of FILE again, with this codec
    python pyarrow_parquet.py read FILE

Prints {"cpu", "wall", "bytes", "memory"} of that alone, as the tasks of the bench do.
"""
import json
import os
import resource
import sys
import time

import pyarrow as pa
import pyarrow.parquet as pq

pa.set_cpu_count(1)
action, path = sys.argv[1:3]
if action == "write":
    table = pq.read_table(path, use_threads=False)
else:
    # What is loaded at the first reading is not reading.
    pq.ParquetFile(path).schema_arrow.empty_table()
    pq.read_table(path, columns=["environment"], use_threads=False)
cpu, wall = time.process_time(), time.monotonic()
size = 0
if action == "write":
    gzip = sys.argv[3] == "gzip"
    pq.write_table(
        table,
        path + ".pyarrow",
        compression="gzip" if gzip else "none",
        compression_level=1 if gzip else None,
    )
    size = os.path.getsize(path + ".pyarrow")
else:
    pq.read_table(path, use_threads=False)
print(
    json.dumps(
        {
            "cpu": time.process_time() - cpu,
            "wall": time.monotonic() - wall,
            "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
            "bytes": size,
        }
    )
)
