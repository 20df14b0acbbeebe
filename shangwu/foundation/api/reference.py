"""The reference of the API as files: the OpenAPI document, and its index for people between two marks."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.utils import translation

from shangwu.foundation.actions.registry import record_name
from shangwu.foundation.api.document import refusal_codes
from shangwu.foundation.api.exposure import fields_of, parts_of, sorts_of
from shangwu.foundation.api.questions import NEWEST, OLDEST
from shangwu.foundation.api.readings import readings
from shangwu.foundation.api.routes import served_actions
from shangwu.foundation.api.service import PREFIX, openapi
from shangwu.foundation.api.vocabulary import record_types
from shangwu.foundation.pages.lists.search import has_search
from shangwu.foundation.records.models import Record
from shangwu.foundation.records.scopes import gated_fields

BEGIN, END = "<!-- drawn: from here -->", "<!-- drawn: to here -->"
LANGUAGE = "en"


def snapshot() -> dict[str, Any]:
    """The OpenAPI document in English, as JSON has it."""
    found: dict[str, Any] = json.loads(openapi(LANGUAGE))
    return found


def snapshot_text() -> str:
    """The document as a file: one line per operation and component, so that a change shows where it is."""
    document = snapshot()
    paths = ",\n".join(
        _member(path, "  ", _lines(methods, "   ")) for path, methods in sorted(document["paths"].items())
    )
    kinds = ",\n".join(
        _member(kind, "  ", _lines(found, "   ")) for kind, found in sorted(document["components"].items())
    )
    rest = {name: value for name, value in document.items() if name not in ("paths", "components")}
    head = ",\n".join(f" {json.dumps(name)}: {_compact(value)}" for name, value in rest.items())
    return f'{{\n{head},\n "paths": {{\n{paths}\n }},\n "components": {{\n{kinds}\n }}\n}}\n'


def _member(name: str, indent: str, lines: str) -> str:
    return f"{indent}{json.dumps(name)}: {{\n{lines}\n{indent}}}"


def _lines(found: dict[str, Any], indent: str) -> str:
    return ",\n".join(f"{indent}{json.dumps(name)}: {_compact(value)}" for name, value in sorted(found.items()))


def _compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def index_text() -> str:
    """Every record type with its fields, orders and actions, as Markdown."""
    with translation.override(LANGUAGE):
        found = [*_readings(), *(line for model in record_types() for line in _record(model))]
        return "\n".join(found)


def _readings() -> Iterator[str]:
    yield "### Beside the record types\n"
    yield "| address | asks | answers | scope |\n| --- | --- | --- | --- |"
    for one in readings():
        asked = ", ".join(f"`{name}`" for name in one.asks) or "–"
        yield f"| `{PREFIX}{one.path}` | {asked} | {one.said} | `{one.scope}` |"
    yield ""


def _record(model: type[Record]) -> Iterator[str]:
    name, gated = record_name(model), gated_fields(model)
    yield f"### {name}: {model._meta.verbose_name}\n"
    yield f"`{PREFIX}{name.replace('.', '/')}/`\n"
    own = [one for one in fields_of(model).values() if one.name not in _EVERY]
    told = [f"`{one.name}`{'*' if one.name in gated else ''}" for one in own]
    yield f"Fields: {', '.join(told)}, and those of every record."
    for relation, part in parts_of(model).items():
        hidden = gated_fields(part)
        names = (f"`{one}`{'*' if one in hidden else ''}" for one in fields_of(part))
        yield f"Rows of `{relation}`: {', '.join(names)}."
    orders = ", ".join(f"`{one}`" for one in (NEWEST, OLDEST, *sorts_of(model)))
    yield f"Orders: {orders}.{' Can be searched.' if has_search(model) else ''}\n"
    actions = served_actions(model)
    if actions:
        yield "| action | clause | inputs | refusals of its own | event |\n|---|---|---|---|---|"
    for one in actions:
        inputs = ", ".join(f"`{given.name}`" if given.required else f"[`{given.name}`]" for given in one.inputs)
        codes = ", ".join(f"`{code}`" for code in refusal_codes(one))
        yield f"| `{one.verb}`{_mark(one)} {one.label} | {one.clause} | {inputs} | {codes} | `{one.event}` |"
    yield ""


def _mark(one: Any) -> str:
    return "".join(
        sign for sign, applies in (("†", one.persons_only), ("≡", one.bulk or one.makes)) if applies
    )  # fmt: skip


_EVERY = frozenset(one.name for one in Record._meta.fields)


def with_index(text: str) -> str:
    """A page of the documentation with the index of today between its marks. Raises ValueError without the marks."""
    before, begin, rest = text.partition(BEGIN)
    _old, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"the page has no marks {BEGIN} and {END}")
    return f"{before}{begin}\n{index_text()}\n{end}{after}"


def write(folder: Path) -> list[Path]:
    """Write openapi.json and api.md's drawn part into a folder of the documentation; the files that changed."""
    document, page = folder / "openapi.json", folder / "api.md"
    wanted = {document: snapshot_text(), page: with_index(page.read_text(encoding="utf-8"))}
    changed = []
    for path, text in wanted.items():
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
            changed.append(path)
    return changed
