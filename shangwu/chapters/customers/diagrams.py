"""The fishbone and the chain of whys as SVG, drawn by the server and without a script (2.5.3, 8D D4).

Both stand upright and are as wide as a phone, so that their words need no zooming there.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

WIDTH = 340
"""Units of the drawing, which are pixels at most."""
LINE, SMALL = 18, 16
_SIZE = 13.0
_SIDE = 150
_WIDE_FROM = "\u2e80"
"""From here on, characters are as wide as they are high."""


@dataclass(frozen=True, slots=True)
class Bone:
    """What may have led there under one branch: text, and whether it is the root."""

    branch: str
    causes: Sequence[tuple[str, bool]]


def width_of(text: str) -> float:
    """About how wide a text stands, in units."""
    return sum(_SIZE if one >= _WIDE_FROM else _SIZE * 0.55 for one in text)


def wrapped(text: str, room: float, most: int) -> list[str]:
    """A text in lines that fit; words of letters stay whole where they can. The last of `most` lines ends with …."""
    lines, line = [], ""
    for piece in _pieces(text):
        if line and width_of(line + piece) > room:
            lines.append(line.strip())
            line = piece.lstrip()
        else:
            line += piece
    lines.append(line.strip())
    if len(lines) > most:
        lines = [*lines[: most - 1], lines[most - 1][:-1] + "…"]
    return [one for one in lines if one] or [""]


def _pieces(text: str) -> list[str]:
    """Single wide characters, and words with the blank before them; a word too long for a line is cut."""
    found: list[str] = []
    for one in " ".join(text.split()):
        joins = found and one < _WIDE_FROM and one != " " and found[-1][-1] < _WIDE_FROM and len(found[-1]) < 18
        if joins:
            found[-1] += one
        else:
            found.append(one)
    return found


def _text(x: float, y: float, lines: Sequence[str], *, anchor: str = "start", weight: int = 400) -> SafeString:
    rows = format_html_join(
        "", '<tspan x="{}" dy="{}">{}</tspan>', ((x, LINE if at else 0, line) for at, line in enumerate(lines))
    )
    return format_html(
        '<text x="{}" y="{}" text-anchor="{}" font-size="13" font-weight="{}" fill="currentColor">{}</text>',
        x, y, anchor, weight, rows,
    )  # fmt: skip


def _box(y: float, lines: Sequence[str], *, strong: bool = False) -> tuple[SafeString, float]:
    """A box across the drawing with its lines; and where it ends."""
    height = LINE * len(lines) + 14
    stroke = "var(--cinnabar)" if strong else "currentColor"
    drawn = format_html(
        '<rect x="1" y="{}" width="{}" height="{}" rx="4" fill="none" style="stroke:{}" stroke-opacity="{}"/>{}',
        y, WIDTH - 2, height, stroke, "1" if strong else ".4",
        _text(WIDTH / 2, y + LINE + 1, lines, anchor="middle", weight=600 if strong else 400),
    )  # fmt: skip
    return drawn, y + height


def _frame(title: str, height: float, drawn: Sequence[SafeString]) -> SafeString:
    return format_html(
        '<svg class="sw-diagram" role="img" aria-label="{}" viewBox="0 0 {} {}" width="{}" height="{}" '
        'style="max-width:100%;height:auto">{}</svg>',
        title, WIDTH, round(height), WIDTH, round(height), format_html_join("", "{}", ((one,) for one in drawn)),
    )  # fmt: skip


def chain(title: str, problem: str, whys: Sequence[str], ask: str) -> SafeString:
    """The chain of whys: each box is the reason of the one above; the last one is the root."""
    box, y = _box(1, wrapped(problem, WIDTH - 24, 3))
    drawn = [box]
    for at, why in enumerate(whys, start=1):
        middle = WIDTH / 2
        drawn.append(
            format_html(
                '<path d="M{0} {1}v{2}m-4 -6l4 6l4 -6" fill="none" stroke="currentColor" stroke-opacity=".6"/>'
                '<text x="{3}" y="{4}" font-size="12" fill="currentColor" fill-opacity=".7">{5} {6}</text>',
                middle, y, 24, middle + 10, y + 16, ask, at,
            )
        )  # fmt: skip
        box, y = _box(y + 25, wrapped(why, WIDTH - 24, 3), strong=at == len(whys))
        drawn.append(box)
    return _frame(title, y + 2, drawn)


def fishbone(title: str, problem: str, bones: Sequence[Bone]) -> SafeString:
    """The fishbone, upright: the problem is the head; branches stand left and right of the spine."""
    head, top = _box(1, wrapped(problem, WIDTH - 24, 3), strong=True)
    drawn, y = [head], top + 26.0
    for at in range(0, len(bones), 2):
        pair = bones[at : at + 2]
        heights = []
        for side, bone in enumerate(pair):
            part, height = _bone(bone, y, left=side == 0)
            drawn.append(part)
            heights.append(height)
        y += max(heights) + 20
    spine = format_html(
        '<path d="M{0} {1}V{2}" stroke="currentColor" stroke-width="2" fill="none"/>', WIDTH / 2, top, round(y - 14)
    )
    return _frame(title, y, [spine, *drawn])


def _bone(bone: Bone, y: float, *, left: bool) -> tuple[SafeString, float]:
    """A branch with its causes, beside the spine; and how high it stands."""
    x = 4 if left else WIDTH / 2 + 14
    parts, at = [_text(x, y, [bone.branch], weight=600)], y + LINE + 5
    for text, is_root in bone.causes:
        lines = wrapped(("■ " if is_root else "· ") + text, _SIDE, 4)
        drawn = _text(x, at, lines, weight=600 if is_root else 400)
        parts.append(
            format_html('<g style="color:{}">{}</g>', "var(--chop, var(--cinnabar))" if is_root else "inherit", drawn)
        )
        at += LINE * len(lines)
    outer, inner = (4, WIDTH / 2) if left else (WIDTH - 4, WIDTH / 2)
    rib = format_html(
        '<path d="M{} {}H{}L{} {}" fill="none" stroke="currentColor" stroke-opacity=".45"/>',
        outer, y + 6, inner + (-12 if left else 12), inner, y - 12,
    )  # fmt: skip
    return format_html("{}{}", rib, format_html_join("", "{}", ((one,) for one in parts))), at - y


def bones_of(causes: Mapping[str, Sequence[tuple[str, bool]]], branches: Sequence[tuple[str, object]]) -> list[Bone]:
    """All branches in their order; those of which nothing is known stay bare, so that nobody forgets them."""
    return [Bone(str(label), causes.get(key, ())) for key, label in branches]


def pareto(title: str, rows: Sequence[tuple[str, int, float]]) -> SafeString:
    """Counts as bars and their running share as a line: rows are (label, count, running share in per cent)."""
    top, bottom, step = 22.0, 182.0, (WIDTH - 20) / max(len(rows), 1)
    most = max((count for _label, count, _run in rows), default=1) or 1
    drawn: list[SafeString] = []
    points: list[str] = []
    for at, (label, count, run) in enumerate(rows):
        x, height = 10 + at * step, (bottom - top) * count / most
        middle = x + step / 2
        points.append(f"{middle:.1f},{bottom - (bottom - top) * run / 100:.1f}")
        drawn.append(
            format_html(
                '<rect x="{}" y="{}" width="{}" height="{}" style="fill:var(--c1)" fill-opacity=".55"/>',
                round(x + step * 0.2, 1), round(bottom - height, 1), round(step * 0.6, 1), round(height, 1),
            )
        )  # fmt: skip
        drawn.append(_text(round(middle, 1), round(bottom - 4, 1), [str(count)], anchor="middle", weight=600))
        drawn.append(_text(round(middle, 1), bottom + 18, wrapped(label, step, 2), anchor="middle"))
    line = format_html(
        '<polyline points="{}" fill="none" style="stroke:var(--cinnabar)" stroke-width="2"/>', " ".join(points)
    )
    return _frame(title, bottom + 44, [*drawn, line])
