"""For `python -m whofetched_spark`, and for what wants a file to run, such as `spark-submit`."""

import sys

from whofetched_spark.cli import main

if __name__ == "__main__":
    sys.exit(main())
