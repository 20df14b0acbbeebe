"""Pages of a PDF are counted from its tree: the last version, packed or not, and never what only looks like a page."""

import io
import zlib

import pytest

from shangwu.foundation.files.page_tree import count
from shangwu.foundation.files.unfit import Unfit

TAIL = b"\ntrailer\n<</Root 1 0 R>>\nstartxref\n0\n%%EOF"
CATALOG = b"1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n"
LEAF = b"<</Type/Page/Parent 2 0 R>>"


def pages(data: bytes) -> int:
    return int(count(io.BytesIO(data), {})["pages"])


def tree(kids: str, *leaves: int) -> bytes:
    body = b"".join(b"%d 0 obj\n%s\nendobj\n" % (one, LEAF) for one in leaves)
    return b"%PDF-1.7\n" + CATALOG + b"2 0 obj\n<</Type/Pages/Kids[" + kids.encode() + b"]>>\nendobj\n" + body


def packed(objects: dict[int, bytes]) -> bytes:
    heads, bodies = [], b""
    for key, body in objects.items():
        heads.append(b"%d %d" % (key, len(bodies)))
        bodies += body + b" "
    front = b" ".join(heads) + b" "
    content = zlib.compress(front + bodies)
    said = b"<</Type/ObjStm/N %d/First %d/Filter/FlateDecode/Length %d>>" % (len(objects), len(front), len(content))
    return b"9 0 obj\n" + said + b"\nstream\n" + content + b"\nendstream\nendobj\n"


def test_leaves_are_counted_not_what_the_tree_says_of_itself() -> None:
    assert pages(tree("3 0 R 4 0 R", 3, 4).replace(b"/Kids", b"/Count 7/Kids") + TAIL) == 2


def test_a_later_version_counts() -> None:
    changed = b"2 0 obj\n<</Type/Pages/Kids[3 0 R]>>\nendobj\n"
    assert pages(tree("3 0 R 4 0 R", 3, 4) + TAIL + changed + TAIL) == 1


def test_objects_in_streams_are_read() -> None:
    found = {
        1: b"<</Type/Catalog/Pages 2 0 R>>",
        2: b"<</Type/Pages/Kids[3 0 R 4 0 R 5 0 R]>>",
        3: LEAF,
        4: LEAF,
        5: LEAF,
    }
    assert pages(b"%PDF-1.7\n" + packed(found) + TAIL) == 3


def test_text_in_a_stream_is_no_object() -> None:
    trick = b"2 0 obj\n<</Type/Pages/Kids[3 0 R 3 0 R]>>\nendobj"
    stream = b"8 0 obj\n<</Length %d>>\nstream\n%s\nendstream\nendobj\n" % (len(trick), trick)
    assert pages(tree("3 0 R", 3) + stream + TAIL) == 1


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"%PDF-1.7\n%%EOF", "damaged"), (tree("3 0 R") + TAIL, "damaged"), (tree("2 0 R") + TAIL, "damaged"),
        (tree("3 0 R 3 0 R", 3) + TAIL, "damaged"),
        (b"%PDF-1.7\n9 0 obj\n<</Type/ObjStm/N 1/First 4/Filter/FlateDecode>>\nstream\nxxxx\nendstream\nendobj" + TAIL,
         "encrypted"),
    ],
    ids=["nothing", "no leaf", "a circle", "a page twice", "locked"],
)  # fmt: skip
def test_what_is_no_tree_is_refused(data: bytes, code: str) -> None:
    with pytest.raises(Unfit) as found:
        pages(data)
    assert found.value.code == code


def test_what_typst_writes_is_counted() -> None:
    import typst

    made = typst.compile(b"a\n#pagebreak()\nb\n#pagebreak()\nc", format="pdf")
    assert isinstance(made, bytes)
    assert pages(made) == 3
