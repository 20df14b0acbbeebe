"""Every rule of the house lets good code pass and finds bad code."""

import ast

import pytest

from house.rules import rules

HERE = "shangwu/chapters/sales/actions.py"
DOC = '"""A module."""\n'

SAMPLES: dict[str, tuple[str, str]] = {
    "one_clock": ("from x import clock\nnow = clock.now()\n", "import datetime\nnow = datetime.datetime.now()\n"),
    "no_broad_except": (
        "try:\n    f()\nexcept KeyError:\n    g()\n",
        "try:\n    f()\nexcept Exception:\n    g()\n",
    ),
    "no_chinese_in_code": ('label = _("Order")\n', 'label = "訂單"\n'),
    "no_sentence_from_pieces": ('said = _("No order %(number)s")\n', 'said = _(f"No order {number}")\n'),
    "no_vague_names": ("x = 1\n", "x = 1\n"),
    "public_things_are_documented": (DOC + 'def f():\n    """Do it."""\n', DOC + "def f():\n    pass\n"),
    "one_way_out": ("from shangwu.foundation.outgoing.calling import fetch\n", "import urllib.request\n"),
    "no_raw_sql_from_pages": ("Order.objects.visible_to(by)\n", 'Order.objects.raw("SELECT 1")\n'),
    "no_trusted_markup": ('format_html("<b>{}</b>", name)\n', 'mark_safe("<b>" + name)\n'),
    "no_dictionary_into_queries": ("rows.filter(name=x)\n", "rows.filter(**request.GET.dict())\n"),
}


def found(name: str, source: str, path: str = HERE) -> list[tuple[int, str]]:
    return list(rules[name](path, ast.parse(source), source))


def test_every_rule_has_samples() -> None:
    assert set(SAMPLES) == set(rules)


@pytest.mark.parametrize("name", SAMPLES)
def test_good_code_passes(name: str) -> None:
    assert found(name, SAMPLES[name][0]) == []


@pytest.mark.parametrize("name", SAMPLES)
def test_bad_code_is_found(name: str) -> None:
    path = "shangwu/chapters/sales/utils.py" if name == "no_vague_names" else HERE
    assert found(name, SAMPLES[name][1], path)


def test_chinese_may_stand_in_a_docstring() -> None:
    assert found("no_chinese_in_code", '"""人民幣大寫."""\n') == []
