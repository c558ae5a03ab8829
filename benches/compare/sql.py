"""Asks DuckDB, chDB, Spark or polars for the hits, their clients and the hours of a log: `sql.py NAME LOG`.

DuckDB, chDB and Spark decode the path and take out empty and dot segments, as a
careful analyst would; polars has no decoding and searches the path as logged.
"""

import os
import sys

from logs import FOLDER

# Two executors with a core each, started for the question; ours is asked on the same.
SPARK = {
    "spark.master": "local-cluster[2,1,1024]",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.ui.enabled": "false",
}

LINE = r"^(\S+) \S+ \S+ \[([^:]+:\d\d)[^]]*\] \"\S+ (\S+)"


def duckdb(path):
    import duckdb

    connection = duckdb.connect()
    connection.execute("SET threads TO 2")
    steps = "url_decode(split_part(target, '?', 1))"
    # Its regular expressions have no look-ahead: dots first, then the way up, then empty segments.
    steps = f"regexp_replace({steps}, '(/\\.)+/', '/', 'g')"
    steps = f"regexp_replace({steps}, '/+', '/', 'g')"
    steps = f"regexp_replace({steps}, '/[^/]+/\\.\\./', '/', 'g')"
    row = connection.execute(
        f"""
        WITH lines AS (
            SELECT regexp_extract(line, '{LINE}', ['client', 'hour', 'target']) AS f
            FROM read_csv(?, columns={{'line': 'VARCHAR'}}, delim=E'\\x01', quote='', escape='', header=false)
        ), fields AS (SELECT f.client AS client, f.hour AS hour, f.target AS target FROM lines),
        paths AS (SELECT client, hour, {steps} AS path FROM fields)
        SELECT count(*), count(DISTINCT hour),
               count(*) FILTER (starts_with(path, '{FOLDER}/')),
               count(DISTINCT client) FILTER (starts_with(path, '{FOLDER}/'))
        FROM paths
        """,
        [path],
    ).fetchone()
    return row


def chdb(path):
    import chdb

    steps = "decodeURLComponent(splitByChar('?', f[3])[1])"
    steps = f"replaceRegexpAll({steps}, '(/\\\\.)+/', '/')"
    steps = f"replaceRegexpAll({steps}, '/+', '/')"
    steps = f"replaceRegexpAll({steps}, '/[^/]+/\\\\.\\\\./', '/')"
    line = LINE.replace("\\", "\\\\").replace("'", "\\'")
    text = chdb.query(
        f"""
        WITH extractGroups(line, '{line}') AS f, {steps} AS path, startsWith(path, '{FOLDER}/') AS hit
        SELECT count(), uniqExact(f[2]), countIf(hit), uniqExactIf(f[1], hit)
        FROM file('{path}', 'LineAsString') SETTINGS max_threads = 2
        """,
        "CSV",
    )
    return [int(word) for word in str(text).strip().split(",")]


def polars(path):
    import polars as pl

    lines = pl.scan_csv(path, has_header=False, separator="\x01", quote_char=None, new_columns=["line"])
    field = lambda pattern: pl.col("line").str.extract(pattern)
    frame = lines.select(
        client=field(r"^(\S+)"), hour=field(r"\[([^:]+:\d\d)"), target=field(r'"\S+ (\S+)')
    )
    hit = pl.col("target").str.starts_with(FOLDER + "/")
    return frame.select(
        pl.len().alias("lines"),
        pl.col("hour").n_unique().alias("hours"),
        hit.sum().alias("hits"),
        pl.col("client").filter(hit).n_unique().alias("clients"),
    ).collect(engine="streaming").row(0)


def spark(path):
    from pyspark.sql import SparkSession, functions as f

    os.environ["PYSPARK_PYTHON"] = sys.executable
    builder = SparkSession.builder
    for key, value in SPARK.items():
        builder = builder.config(key, value)
    session = builder.getOrCreate()
    field = lambda number: f.regexp_extract("value", LINE, number)
    steps = f.try_url_decode(f.substring_index(field(3), "?", 1))
    for pattern in ("(/\\.)+/", "/+", "/[^/]+/\\.\\./"):
        steps = f.regexp_replace(steps, pattern, "/")
    lines = session.read.text(path).select(field(1).alias("client"), field(2).alias("hour"), steps.alias("path"))
    hit = f.col("path").startswith(FOLDER + "/")
    row = lines.agg(
        f.count("*"), f.count_distinct("hour"), f.count_if(hit), f.count_distinct(f.when(hit, f.col("client")))
    ).first()
    session.stop()
    return row


if __name__ == "__main__":
    asked, log = sys.argv[1:]
    n_lines, n_hours, n_hits, n_clients = {"chdb": chdb, "duckdb": duckdb, "polars": polars, "spark": spark}[asked](log)
    print(f"lines={n_lines} hours={n_hours} hits={n_hits} clients={n_clients}")
