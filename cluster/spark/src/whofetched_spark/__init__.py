"""Runs the three steps of a whofetched scan on Apache Spark.

`plan` on the driver, `map` on the executors, `reduce` on the driver again; the
report is the one that `whofetched scan` writes, to the byte but for `run.json`.
"""

__version__ = "0.1.0"
