"""The small marks of the face: icons, states, clause chips, people. The same markup in templates and in Python.

Templates use them as tags (`{% load face %}`), the kit calls them for table cells. All text is escaped here, and
nothing else builds these marks by hand, so that a change of look stays one change.
"""

from functools import lru_cache
from typing import Final

from django.templatetags.static import static
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from shangwu.foundation.records.refusals import Sentence

SEAL_STROKES: Final = (
    "M16 5.4v3M6.6 9.2h18.8M12.2 11.4l.9 2.4M19.8 11.4l-.9 2.4M7.4 26.4V14.8h17.2v11.6"
    "M13.6 16.2c-.2 1.9-1.1 3.1-2.6 3.9M18.4 16.2c.2 1.9 1.1 3.1 2.6 3.9M12.4 21.9h7.2v4.1h-7.2z"
)
SEAL_FRAME: Final = mark_safe(
    '<rect x="2.7" y="2.7" width="26.6" height="26.6" rx="3"'
    ' fill="none" stroke="var(--on-cinnabar)" stroke-width=".7"/>'
)
AVATAR_TINTS: Final = 5
NOTHING: Final = mark_safe('<span class="sw-dim">—</span>')  # a constant
_LAST_BEFORE_CHINESE: Final = "\u2e7f"


@lru_cache(maxsize=512)
def icon(name: str, size: str = "") -> SafeString:
    """An icon of the sprite. `size`: "" 16 px, "small" 14, "large" 20."""
    return format_html(
        '<svg class="sw-icon{}" aria-hidden="true"><use href="{}#{}"/></svg>',
        f" is-{size}" if size else "",
        static("built/sprite.svg"),
        name,
    )


def seal(size: int = 30, framed: bool = False) -> SafeString:
    """The seal: white strokes on cinnabar; framed from 40 px. Never outlined, tilted or recoloured."""
    return format_html(
        '<svg class="sw-seal" width="{}" height="{}" viewBox="0 0 32 32" role="img" aria-label="{}">'
        '<rect x="1" y="1" width="30" height="30" rx="{}" fill="var(--cinnabar)"/>{}'
        '<path fill="none" stroke="var(--on-cinnabar)" stroke-width="2" stroke-linecap="square" d="{}"/></svg>',
        size,
        size,
        _("Shangwu"),
        "5" if framed else "4.5",
        SEAL_FRAME if framed else "",  # a constant
        SEAL_STROKES,
    )


def state(label: Sentence, kind: str = "") -> SafeString:
    """A state pill: word and shape. Kinds: wait, run, special, done, bad, draft, void, "" (neutral)."""
    return format_html('<span class="sw-state{}">{}</span>', f" is-{kind}" if kind else "", label)


def tag(label: Sentence, tint: str = "") -> SafeString:
    """A small label. Tints: pine, ochre, cinnabar, wisteria, azure, "" (neutral)."""
    return format_html('<span class="sw-tag{}">{}</span>', f" is-{tint}" if tint else "", label)


def clause(code: str, title: Sentence = "", url: str = "", wide: bool = False) -> SafeString:
    """A clause chip (the § stands in the style sheet). With `url` it opens the clause in the side panel."""
    style = " is-wide" if wide else ""
    text = format_html("{}<span>{}</span>", code, title) if wide and title else code
    full = f"{_('Clause')} {code} {title}".strip()
    if not url:
        return format_html('<span class="sw-clause{}" title="{}">{}</span>', style, full, text)
    return format_html('<a class="sw-clause{}" href="{}" data-sw-panel title="{}">{}</a>', style, url, full, text)


def parameter(label: Sentence, url: str, title: Sentence = "", pending: bool = False) -> SafeString:
    """A filled blank of the regulation; a click shows where its value comes from. pending: it is not in effect yet."""
    style = " is-pending" if pending else ""
    said = format_html(
        '<a class="sw-parameter{}" href="{}" data-sw-panel title="{}">{}{}</a>',
        style,
        url,
        title,
        label,
        icon("pencil"),
    )
    return format_html('{}<small class="sw-dim">{}</small>', said, _("(not in effect yet)")) if pending else said


def avatar(name: str, tint: int | None = None, size: str = "") -> SafeString:
    """A person's initial in a circle. `tint` 0-4; by default it follows from the name, so that it never changes."""
    shade = sum(map(ord, name)) % AVATAR_TINTS if tint is None else tint % AVATAR_TINTS
    return format_html(
        '<span class="sw-avatar{}{}" aria-hidden="true">{}</span>',
        f" is-{shade}" if shade else "",
        f" is-{size}" if size else "",
        initial(name),
    )


def initial(name: str) -> str:
    """The character that stands for a name: the first of a Chinese given name, else the first letter."""
    plain = name.strip()
    if not plain:
        return "?"
    if plain[0] <= _LAST_BEFORE_CHINESE:
        return plain[0].upper()
    return plain[-2] if len(plain) > 2 else plain[-1]


def person(name: str, tint: int | None = None) -> SafeString:
    """Initial and name."""
    return format_html('<span class="sw-person">{}{}</span>', avatar(name, tint), name) if name else NOTHING


def mark(kind: str = "", label: Sentence = "") -> SafeString:
    """A duty's mark. Kinds: "" open, half, done, late, waived. `label` says it to screen readers."""
    words = label or {
        "": _("open"),
        "half": _("under way"),
        "done": _("done"),
        "late": _("late"),
        "waived": _("waived"),
    }.get(kind, "")
    return format_html('<i class="sw-mark{}" role="img" aria-label="{}"></i>', f" is-{kind}" if kind else "", words)


def progress(percent: int, done: bool = False) -> SafeString:
    """A short bar with its number."""
    bounded = max(0, min(100, percent))
    return format_html(
        '<span class="sw-progress{}"><span><i style="width:{}%"></i></span>{}%</span>',
        " is-done" if done or bounded == 100 else "",  # a whole
        bounded,
        bounded,
    )


def key(*names: str) -> SafeString:
    """Key caps, as a hint beside a command."""
    return format_html_join(" ", '<kbd class="sw-kbd" aria-hidden="true">{}</kbd>', ((name,) for name in names))


def change(label: Sentence, before: Sentence, after: Sentence) -> SafeString:
    """One field's change: label, old value struck through, new value."""
    return format_html(
        '<span class="sw-change">{} <del>{}</del> → <ins>{}</ins></span>',
        label,
        conditional_escape(str(before)) or "—",
        conditional_escape(str(after)) or "—",
    )
