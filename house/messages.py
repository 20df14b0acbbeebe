"""Every translatable sentence in the source: read from Python's syntax tree and from Django's templates.

No gettext programs are needed, so that a bare machine can check that the catalogues are complete.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "shangwu"
# Name of the function -> which arguments are the context, the message and its plural.
FUNCTIONS: dict[str, tuple[int | None, int, int | None]] = {
    "_": (None, 0, None),
    "gettext": (None, 0, None),
    "gettext_lazy": (None, 0, None),
    "gettext_noop": (None, 0, None),
    "ngettext": (None, 0, 1),
    "ngettext_lazy": (None, 0, 1),
    "pgettext": (0, 1, None),
    "pgettext_lazy": (0, 1, None),
    "npgettext": (0, 1, 2),
    "npgettext_lazy": (0, 1, 2),
}
CALL_IN_TEMPLATE = re.compile(r"\b(_|gettext|ngettext|pgettext|npgettext)\(")


@dataclass(frozen=True)
class Message:
    """A sentence in the source, English, as gettext looks it up."""

    text: str
    plural: str | None = None
    context: str | None = None


@dataclass(frozen=True)
class Place:
    """Where a message stands: path from the root, and the line where it is known."""

    path: str
    line: int


class NotAMessage(Exception):
    """A call of gettext whose argument can't be looked up, such as an f-string; the text says where."""


def messages() -> dict[Message, list[Place]]:
    """All messages of the program and where they stand. Raises NotAMessage."""
    found: dict[Message, list[Place]] = {}
    for path in sorted(PACKAGE.rglob("*")):
        if "tests" in path.parts or not path.is_file():
            continue
        if path.suffix == ".py":
            read = in_python(path.read_text(encoding="utf-8"), str(path.relative_to(ROOT)))
        elif "templates" in path.parts and path.suffix in {".html", ".txt"}:
            read = in_template(path.read_text(encoding="utf-8"), str(path.relative_to(ROOT)))
        else:
            continue
        for message, place in read:
            found.setdefault(message, []).append(place)
    return found


def in_python(source: str, name: str) -> Iterator[tuple[Message, Place]]:
    """The messages of one Python file."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        called = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        if called in FUNCTIONS and node.args and not _looked_up(node.args[0]):
            yield _message(called, node.args, name, node.lineno), Place(name, node.lineno)


def _looked_up(argument: ast.expr) -> bool:
    """A name or a call gives a message that stands elsewhere as a plain string, marked there."""
    if isinstance(argument, ast.Call):
        return not (isinstance(argument.func, ast.Attribute) and argument.func.attr in {"format", "join"})
    return isinstance(argument, ast.Name | ast.Attribute | ast.Subscript)


def in_template(source: str, name: str) -> Iterator[tuple[Message, Place]]:
    """The messages of one template."""
    calls = templatize(source, origin=name)
    for match in CALL_IN_TEMPLATE.finditer(calls):
        call = _call_at(calls, match.start())
        if call is not None:
            line = calls.count("\n", 0, match.start()) + 1
            yield _message(match[1], call.args, name, line), Place(name, line)


def _call_at(text: str, start: int) -> ast.Call | None:
    """The shortest well-formed call that starts here: what follows it is not Python."""
    end = text.find(")", start)
    while end != -1:
        try:
            parsed = ast.parse(text[start : end + 1].strip(), mode="eval").body
        except SyntaxError:
            end = text.find(")", end + 1)
            continue
        return parsed if isinstance(parsed, ast.Call) else None
    return None


def _message(called: str, arguments: list[ast.expr], name: str, line: int) -> Message:
    context, text, plural = (
        None if position is None else _constant(arguments, position, name, line) for position in FUNCTIONS[called]
    )
    return Message(text or "", plural, context)


def _constant(arguments: list[ast.expr], position: int, name: str, line: int) -> str:
    found = arguments[position] if position < len(arguments) else None
    if not isinstance(found, ast.Constant) or not isinstance(found.value, str):
        raise NotAMessage(f"{name}:{line}: a message must be a plain string, with %(name)s for what changes")
    return found.value
