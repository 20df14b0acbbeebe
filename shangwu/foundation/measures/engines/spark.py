"""Apache Spark: a cluster that is there already, or one of this machine's own. Needs the extra `spark` and Java."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings

from shangwu.foundation.measures.engines import rows_of


@cache
def _connection() -> Any:
    """One session for the process: it takes seconds to begin."""
    import ibis
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.master(settings.SPARK_MASTER).appName("shangwu")
    for name, value in {
        "spark.ui.enabled": "false",
        "spark.executor.memory": "768m",
        "spark.sql.shuffle.partitions": "4",
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.decimalOperations.allowPrecisionLoss": "false",
    }.items():
        builder = builder.config(name, value)
    return ibis.pyspark.connect(builder.getOrCreate())


class Spark:
    """The session of the process. Its workers must reach the files under the same paths."""

    def read(self, paths: Sequence[Path], name: str) -> Any:
        """The files as one table."""
        connection = _connection()
        reader = connection._session.read.option("mergeSchema", "true")
        reader.parquet(*(str(one) for one in paths)).createOrReplaceTempView(name)
        return connection.table(name)

    def rows(self, question: Any) -> list[tuple[Any, ...]]:
        """The answer's rows."""
        return rows_of(question.to_pyarrow())
