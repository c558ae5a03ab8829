#!/usr/bin/env bash
# The package on a real cluster: a master and two workers on loopback, what
# kills them, and what is refused. Needs Java 17 and python3; Spark comes from
# PyPI into target/spark, once; with --install no more than that.
# WHOFETCHED_SPARK_MB says how many megabytes of logs are scanned (1000).
set -euo pipefail
cd "$(dirname "$0")/../.."

target="$(realpath -m "${CARGO_TARGET_DIR:-target}")"
tools="$target/spark"
python="$tools/venv/bin/python"
spark="pyspark[connect]==4.1.4"

if [ ! -e "$tools/complete-$spark" ]; then
    rm -rf "$tools"
    mkdir -p "$tools"
    python3 -m venv "$tools/venv"
    "$python" -m pip install --quiet --disable-pip-version-check "$spark" "pyarrow>=11" "ruff>=0.14" "mypy>=1.15"
    touch "$tools/complete-$spark"
fi
[ "${1:-}" != --install ] || exit 0
# As it is installed, not as it lies here; the build leaves nothing beside the sources.
cp -r cluster/spark "$tools/package.new"
rm -rf "$tools/package"
mv "$tools/package.new" "$tools/package"
"$python" -m pip install --quiet --disable-pip-version-check --no-deps --force-reinstall "$tools/package"

"$python" -m ruff check --no-cache cluster/spark
"$python" -m ruff format --no-cache --check cluster/spark
(cd cluster/spark && "$python" -m mypy --cache-dir "$tools/mypy" src)

cargo build --release --locked --quiet
export WHOFETCHED="$target/release/whofetched"
export WHOFETCHED_SPARK_WORK="$tools"
"$python" -B cluster/spark/tests/test_units.py
# It ends the cluster itself when it is told to end.
exec "$python" -B cluster/spark/tests/test_cluster.py
