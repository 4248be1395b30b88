"""Reads Delta tables with one library, for local/spec/verify.

Usage: readTables.py LIBRARY, with a JSON array of paths on stdin. Prints one line of JSON for each table: its rows or
the error. The first line is the version of the library.
"""

import datetime
import decimal
import glob
import json
import math
import os
import sys


def deltalake():
    import deltalake

    return deltalake.__version__, lambda path: deltalake.DeltaTable(path).to_pyarrow_table()


def polars():
    import polars

    return polars.__version__, lambda path: polars.read_delta(path).to_arrow()


def duckdb():
    import duckdb
    import duckdb_ext

    [folder] = list(duckdb_ext.__path__)
    [extension] = glob.glob(os.path.join(folder, "extensions", "*", "*", "delta.duckdb_extension"))
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    connection.execute(f"LOAD '{extension}'")
    query = "SELECT * FROM delta_scan(?)"
    return duckdb.__version__, lambda path: connection.execute(query, [path]).fetch_arrow_table()


def plain(value):
    """The value in the form of JSON."""
    if value is None or isinstance(value, (str, bool)):
        return value
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else {math.inf: "Infinity", -math.inf: "-Infinity"}.get(value, "NaN")
    if isinstance(value, decimal.Decimal):
        return format(value, "f")
    if isinstance(value, (bytes, bytearray)):
        return value.hex().upper()
    if isinstance(value, datetime.datetime):
        if value.tzinfo is not None:
            value = value.astimezone(datetime.timezone.utc).replace(tzinfo=None)
        return value.isoformat(sep=" ")
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, tuple):
        return {"key": plain(value[0]), "value": plain(value[1])}
    return [plain(item) for item in value]


version, read = {"deltalake": deltalake, "polars": polars, "duckdb": duckdb}[sys.argv[1]]()
print(json.dumps(version))
for path in json.load(sys.stdin):
    try:
        print(json.dumps({"rows": [plain(row) for row in read(path).to_pylist()]}))
    except BaseException as error:  # A panic of Rust is not an Exception.
        print(json.dumps({"error": f"{type(error).__name__}: {error}"}))
