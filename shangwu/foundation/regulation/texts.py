"""The regulation as it holds on a day: an edition's text, or the shipped one, with the parameters' values in place.

How it is written down stands in `shipped`; which edition holds when, in `editions`.
"""

import datetime
from dataclasses import dataclass

from django.utils.html import escape
from django.utils.translation import gettext, override

from shangwu.foundation.policy.clauses import TITLES
from shangwu.foundation.policy.parameters import Parameter, parameters, policy
from shangwu.foundation.policy.saying import said
from shangwu.foundation.regulation import editions
from shangwu.foundation.regulation.shipped import BLANK, LANGUAGES, REFERENCE, Wording, shipped


@dataclass(frozen=True, slots=True)
class Blank:
    """A blank with its value: the parameter, and how its value is said in the language of the text."""

    parameter: Parameter
    value: str


Piece = str | Blank


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Words and filled blanks in turn; `item` when it stands in a list."""

    pieces: tuple[Piece, ...]
    item: bool = False

    @property
    def plain(self) -> str:
        """The paragraph as bare text."""
        return "".join(piece if isinstance(piece, str) else piece.value for piece in self.pieces)

    @property
    def html(self) -> str:
        """The paragraph as escaped HTML, each value in `<mark data-parameter="key">`."""
        return "".join(
            str(escape(piece))
            if isinstance(piece, str)
            else f'<mark data-parameter="{escape(piece.parameter.key)}">{escape(piece.value)}</mark>'
            for piece in self.pieces
        )


def clause_text(code: str, language: str, on: datetime.date | None = None) -> tuple[Paragraph, ...]:
    """The paragraphs of a clause (or of the introduction, "1"), its blanks filled with the values of `on`.

    A language that we do not speak reads the reference. Raises KeyError for a code that is no clause.
    """
    spoken = language if language in LANGUAGES else REFERENCE
    return filled(wording(code, spoken, on), spoken, on)


def filled(one: Wording, language: str, on: datetime.date | None = None) -> tuple[Paragraph, ...]:
    """A wording with the values of a day in its blanks. A repealed clause says only that, and why."""
    with override(language):
        if one.repealed:
            return (Paragraph((gettext("Repealed: %(because)s") % {"because": one.repealed},)),)
        return tuple(_filled(each, on) for each in one.paragraphs)


def wording(code: str, language: str, on: datetime.date | None = None) -> Wording:
    """A clause as written on a day. Raises KeyError for a code without a text in that language."""
    if code not in TITLES:
        raise KeyError(code)
    return editions.worded(code, language, on) or shipped(code, language)


def chapter_title(code: str, language: str, on: datetime.date | None = None) -> str:
    """The heading of a chapter, such as "2.6"."""
    return (editions.worded(code, language, on) or shipped(code, language)).title


def codes() -> tuple[str, ...]:
    """The introduction and the 36 clauses, in order."""
    return tuple(TITLES)


def _filled(text: str, on: datetime.date | None) -> Paragraph:
    item = text.startswith("- ")
    pieces = BLANK.split(text.removeprefix("- "))
    drawn = (piece if place % 2 == 0 else _blank(piece, on) for place, piece in enumerate(pieces))
    return Paragraph(tuple(piece for piece in drawn if piece != ""), item)


def _blank(key: str, on: datetime.date | None) -> Piece:
    """The value of a blank. One that no chapter declares any more stands as it was written."""
    one = parameters.get(key)
    return Blank(one, said(one, policy(key, on))) if one else f"{{{key}}}"
