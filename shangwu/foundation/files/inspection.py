"""The look at an upload before anything else touches it, in a child process (`examination` runs there)."""

from dataclasses import dataclass
from pathlib import Path

from django_stubs_ext import StrPromise

from shangwu.foundation.files.examination import Findings
from shangwu.foundation.files.kinds import KINDS, Kind
from shangwu.foundation.files.names import safe_name
from shangwu.foundation.files.refusals import NOTICES
from shangwu.foundation.files.sandbox import DEFAULT, Limits, run


@dataclass(frozen=True)
class Report:
    """A fit file: what it is, the name it is kept under, and codes of what its reader should know (see NOTICES)."""

    kind: Kind
    name: str
    notices: tuple[str, ...]

    def sentences(self) -> list[StrPromise]:
        """The notices for people."""
        return [NOTICES[code] for code in self.notices]


LARGE = 4 << 20
PATIENT = Limits(cpu=20, wait=30.0)
"""For files above LARGE bytes: a sheet of 200,000 rows unpacks to 65 MB of markup, 2 s on a machine that idles."""


def inspect(path: Path, name: str, *, rename: bool = False) -> Report:
    """Examine the file at `path` that a person called `name`. Takes about a tenth of a second.

    `rename`: a name that claims another format is corrected instead of refused (imports go by content).
    Raises ValidationError with a code of `refusals.REASONS`.
    """
    limits = DEFAULT if path.stat().st_size < LARGE else PATIENT
    order = {"name": name, "rename": rename}
    findings = Findings(**run("shangwu.foundation.files.examination:examine", path, order, limits))
    kind = KINDS[findings.kind]
    return Report(kind, safe_name(name, kind.extensions[0] if findings.mismatch else ""), tuple(findings.notices))
