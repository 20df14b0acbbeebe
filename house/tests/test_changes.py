"""A new verb asks for a fragment; a fragment that tells nobody anything is found."""

from pathlib import Path

import pytest

from house.changes import complaints

REFERENCE = (
    "### sales.order: order\n\n| action | clause |\n|---|---|\n| `confirm` Confirm | 2.6.1 |\n| `cancel`≡ x | 2.6.1 |\n"
)
GOOD = "---\nsales.order: confirm cancel\n---\n訂單可確認與取消。\n\nOrders can be confirmed and cancelled.\n"


def found(folder: Path, fragment: str) -> list[str]:
    (folder / "api.md").write_text(REFERENCE)
    changes = folder / "changes"
    changes.mkdir()
    (changes / "README.md").write_text("How to write one.\n")
    (changes / "0001-orders.md").write_text(fragment)
    return list(complaints(changes, folder / "api.md"))


def test_a_fragment_that_tells_of_every_verb_in_both_languages_passes(tmp_path: Path) -> None:
    assert found(tmp_path, GOOD) == []


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        (GOOD.replace(" cancel", ""), "no fragment tells people of sales.order.cancel"),
        (GOOD.replace("Orders can be confirmed and cancelled.\n", ""), "in Chinese and in English"),
        (GOOD.replace("訂單可確認與取消。", ""), "in Chinese and in English"),
        (GOOD.removeprefix("---\n"), "begin with the actions"),
        (GOOD.replace("sales.order:", "orders"), "not “record: verbs”"),
    ],
)
def test_what_is_missing_is_found(tmp_path: Path, bad: str, said: str) -> None:
    assert any(said in one for one in found(tmp_path, bad))
