"""Run in the child process, for the tests: what has the reader of workbooks imported?"""

import sys
from typing import IO, Any

from shangwu.foundation.exchange.reading import workbooks


def modules(file: IO[bytes], arguments: dict[str, Any]) -> dict[str, Any]:
    return {"modules": sorted(sys.modules), "batch": workbooks.BATCH}
