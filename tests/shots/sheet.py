"""The contact sheet: every picture on one page, with what is wrong under it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from tests.shots.looking import Dress
from tests.shots.places import Place


@dataclass(frozen=True, slots=True)
class Shot:
    """One picture and its faults."""

    place: Place
    dress: Dress
    file: str
    faults: Sequence[str]


def write(folder: Path, shots: Sequence[Shot]) -> Path:
    """index.html in `folder`: the faulty ones first, then all by page."""
    faulty = [one for one in shots if one.faults]
    page = format_html(
        "<!doctype html><meta charset=utf-8><title>Pages</title><style>"
        "body{{font:13px sans-serif;margin:24px;background:#eee}}figure{{display:inline-block;width:300px;margin:6px;"
        "vertical-align:top}}img{{width:100%;max-height:380px;object-fit:cover;object-position:top;background:#fff}}"
        "figcaption{{overflow-wrap:anywhere}}li{{color:#b00}}</style>"
        "<h1>{} pictures, {} with faults</h1>{}<h2>All</h2>{}",
        len(shots),
        len(faulty),
        _figures(faulty),
        _figures(shots),
    )
    target = folder / "index.html"
    target.write_text(page, encoding="utf-8")
    return target


def _figures(shots: Sequence[Shot]) -> SafeString:
    return format_html_join(
        "\n",
        '<figure><a href="{}"><img loading=lazy src="{}"></a><figcaption>{}<br>{} {}<ul>{}</ul></figcaption></figure>',
        (
            (one.file, one.file, one.place.name, one.dress, one.place.who,
             format_html_join("", "<li>{}</li>", ((fault,) for fault in one.faults)))
            for one in shots
        ),
    )  # fmt: skip
