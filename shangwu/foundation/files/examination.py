"""What the child process does with an upload: say what it is, judge it, notice what its reader should know.

Known to the child process: no Django here.
"""

import gzip
import io
import zlib
from collections.abc import Sequence
from typing import IO, Any, NamedTuple

from shangwu.foundation.files.archives import MOST_RATIO, MOST_UNPACKED, RATIO_FROM, Budget, open_archive
from shangwu.foundation.files.compound import examine_compound, kind_of_compound, read_compound
from shangwu.foundation.files.kinds import EMPTY_ZIP, KINDS, OLE2, OPAQUE, RUN_BY_NAME, ZIP, by_magic, by_text, head_of
from shangwu.foundation.files.names import extension_of
from shangwu.foundation.files.office import examine_archive, kind_of_archive
from shangwu.foundation.files.portable import examine_pdf
from shangwu.foundation.files.unfit import Unfit

PICTURE_END = {"png": b"IEND\xaeB`\x82", "jpeg": b"\xff\xd9", "gif": b";"}
"""What whole pictures contain near their end; one that was cut off does not."""
NEAR_END = 1 << 16


class Findings(NamedTuple):
    """The verdict on a fit file: its kind, whether the name says another, and notices by code in a fixed order."""

    kind: str
    mismatch: bool = False
    notices: Sequence[str] = ()


def examine(file: IO[bytes], arguments: dict[str, Any]) -> dict[str, Any]:
    """The sandbox's task: the upload's `name`, and whether to `rename` it if it lies. Gives Findings; raises Unfit."""
    return findings(file, str(arguments["name"]), rename=bool(arguments["rename"]))._asdict()


def findings(file: IO[bytes], name: str, *, rename: bool = False) -> Findings:
    """Judge one file. A name that claims another kind is refused, or with `rename` only noticed. Raises Unfit."""
    head = head_of(file)
    if not head:
        raise Unfit("empty")
    if head.startswith((ZIP, EMPTY_ZIP)):
        budget = Budget()
        archive = open_archive(file, budget)
        code = fit_kind(kind_of_archive(archive), name, rename)
        notices = examine_archive(archive, budget)
    elif head.startswith(OLE2):
        compound = read_compound(file)
        code = fit_kind(kind_of_compound(compound), name, rename)
        notices = examine_compound(compound, code)
    else:
        code = fit_kind(by_magic(head) or by_text(head, name), name, rename)
        notices = examine_plain(file, code)
    if not KINDS[code].inert:
        notices.add("download_only")
    if mismatch := not name_fits(code, name):
        notices.add("renamed")
    return Findings(code, mismatch, sorted(notices))


def fit_kind(code: str | None, name: str, rename: bool) -> str:
    """Refuse what we don't take at all, and a name that claims another kind. Raises Unfit."""
    extension = extension_of(name)
    if code == "program" or extension in RUN_BY_NAME:
        raise Unfit("program")
    if code == "encrypted":
        raise Unfit("encrypted")
    if code in OPAQUE:
        raise Unfit("opaque", kind=code)
    if code is None:
        raise Unfit("unknown_kind")
    claimed = [kind for kind in KINDS.values() if extension in kind.extensions]
    if claimed and not rename and not any(kind.near(KINDS[code]) for kind in claimed):
        raise Unfit("mismatch", extension=extension, kind=KINDS[code].label, right=KINDS[code].extensions[0])
    return code


def name_fits(code: str, name: str) -> bool:
    """True when the name ends as names of this kind do. A text may be called anything that no other kind claims."""
    extension = extension_of(name)
    if KINDS[code].family == "text":
        return not any(extension in kind.extensions for kind in KINDS.values() if kind.family != "text")
    return extension in KINDS[code].extensions


def examine_plain(file: IO[bytes], code: str) -> set[str]:
    """Files that are neither zip nor OLE2. Raises Unfit `damaged` or `bomb`."""
    if code == "pdf":
        return examine_pdf(file)
    if code == "gz":
        examine_compressed(file)
    if code in PICTURE_END:
        file.seek(max(0, file.seek(0, io.SEEK_END) - NEAR_END))
        if PICTURE_END[code] not in file.read():
            raise Unfit("damaged", part=KINDS[code].label)
    return set()


def examine_compressed(file: IO[bytes]) -> None:
    """Unpack a .gz into nothing, counting. Raises Unfit `bomb`, `damaged`, `program_inside`."""
    packed = file.seek(0, io.SEEK_END)
    file.seek(0)
    size, head = 0, b""
    try:
        with gzip.GzipFile(fileobj=file) as unpacked:
            while piece := unpacked.read(1 << 18):
                head = head or piece[:64]
                size += len(piece)
                if size > MOST_UNPACKED or size > max(RATIO_FROM, packed * MOST_RATIO):
                    raise Unfit("bomb", most=MOST_UNPACKED >> 20, members=1)
    except (OSError, EOFError, zlib.error):
        raise Unfit("damaged", part="gz") from None
    if by_magic(head) == "program":
        raise Unfit("program_inside", part="gz")
