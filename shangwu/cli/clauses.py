"""`shangwu clauses`: what each clause of the regulation says, and what in the program keeps it."""

from __future__ import annotations

import datetime
from typing import Any

import click

from shangwu.cli import console
from shangwu.cli.installation import Installation
from shangwu.cli.trouble import Trouble

_LANGUAGES = ("en", "zh-hant", "zh-hans")


@click.command("clauses", short_help="Show what keeps each clause of the regulation.")
@click.argument("code", required=False)
@click.option(
    "--language", type=click.Choice(_LANGUAGES), default="en", show_default=True, help="Language of the text."
)
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="Text and values as of this day, today when left out.")
@console.var_option
@console.json_option
def command(code: str | None, language: str, on: datetime.datetime | None, var: str | None, as_json: bool) -> None:
    """Show clause CODE (such as 2.6.1): its text with the values in force on a day, and the parameters, duties,
    actions, records, pages, measures and tests that keep it, read from the program itself.

    Without CODE: all clauses, one line each. What is not built yet is said so. Tests are named from a checkout.
    """
    with Installation(var).opened():
        from django.urls import get_resolver
        from django.utils.translation import override

        from shangwu.foundation.policy.clauses import TITLES

        # The pages register themselves when the addresses are built.
        _ = get_resolver().url_patterns
        if code is not None and code not in TITLES:
            raise Trouble(f"There is no clause {code}: `shangwu clauses` lists them all.")
        with override(language):
            day = on.date() if on else None
            found = [_clause(one, language, day) for one in ([code] if code else TITLES)]
    text = _told(found[0]) if code else "\n".join(_listed(found))
    console.answer(found[0] if code else {"clauses": found}, as_json=as_json, text=text)


def _clause(code: str, language: str, on: datetime.date | None) -> dict[str, Any]:
    from shangwu.foundation.policy.clauses import INTRODUCTION
    from shangwu.foundation.regulation import editions
    from shangwu.foundation.regulation.texts import clause_text, wording
    from shangwu.foundation.regulation.tracing import is_connected, parameters_of, trace

    held = editions.held_on(on)
    return {
        "code": code,
        "title": wording(code, language, on).title,
        "edition": held.number if held else "",
        "text": [one.plain for one in clause_text(code, language, on)],
        "connected": code == INTRODUCTION or is_connected(code),
        **{
            kind: [{"name": one.name, "label": one.label, "detail": one.detail} for one in traces]
            for kind, traces in {**trace(code), "parameters": tuple(parameters_of(code, on))}.items()
        },
    }


def _listed(found: list[dict[str, Any]]) -> list[str]:
    from shangwu.foundation.regulation.tracing import KINDS

    head = ["", "", *KINDS, ""]
    rows = [
        [
            one["code"],
            one["title"],
            *(str(len(one[kind]) or "–") for kind in KINDS),
            "" if one["connected"] else "not yet connected",
        ]
        for one in found
    ]
    return console.table([head, *rows])


def _told(one: dict[str, Any]) -> str:
    from shangwu.foundation.regulation.tracing import KINDS

    lines = [f"{one['code']} {one['title']}" + ("" if one["connected"] else "  (not yet connected)"), ""]
    lines += [f"edition {one['edition']}", ""] if one["edition"] else []
    lines += [f"{text}\n" for text in one["text"]]
    for kind in KINDS:
        lines.append(f"{kind}:" if one[kind] else f"{kind}: not yet connected")
        if one[kind]:
            rows = [[f"  {each['name']}", each["label"], each["detail"]] for each in one[kind]]
            lines += [line.rstrip() for line in console.table(rows)]
    return "\n".join(lines)
