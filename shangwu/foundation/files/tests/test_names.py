"""Names stay readable and turn harmless."""

import pytest

from shangwu.foundation.files.names import extension_of, safe_name


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("報價單 2026.xlsx", "報價單 2026.xlsx"),
        ("C:\\Users\\me\\報價.docx", "報價.docx"),
        ("../../etc/passwd", "passwd"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("a\r\nSet-Cookie: x.pdf", "aSet-Cookie x.pdf"),
        ('a"<b>|?.pdf', "ab.pdf"),
        ("con.txt", "_con.txt"),
        ("", "file"),
        (" . ", "file"),
        (".htaccess", "htaccess"),
        ("x" * 300 + ".pdf", "x" * 176 + ".pdf"),
        ("report v1.2 final", "report v1.2 final"),
        ("𱍐名.pdf", "𱍐名.pdf"),
    ],
)
def test_a_name_is_kept_as_far_as_it_is_safe(given: str, kept: str) -> None:
    assert safe_name(given) == kept


def test_a_lying_ending_is_replaced_and_a_missing_one_added() -> None:
    assert safe_name("資料.docx", "pdf") == "資料.pdf"
    assert safe_name("version 1.2 final", "pdf") == "version 1.2 final.pdf"


def test_the_extension_is_what_a_system_would_see() -> None:
    assert extension_of("a.tar.GZ") == "gz"
    assert extension_of("a.exe ") == "exe"
    assert extension_of("a.exe.") == "exe"
    assert extension_of("none") == ""
