"""Payments from the bank's statement: paste it, look which orders are meant, enter all of it at once (2.6.1)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from shangwu.chapters.sales.actions.transfers import ALLOT
from shangwu.chapters.sales.models import Order, Payment
from shangwu.chapters.sales.pages.sheets import chosen_columns, columns_of, rows_in, sentences
from shangwu.chapters.sales.transfers import ROWS, Transfer, proposed, read_statement, transfers_in
from shangwu.foundation.actions import registry
from shangwu.foundation.actions.door import Refusal, Row, act_many
from shangwu.foundation.api.naming import is_public_id
from shangwu.foundation.exchange.pages.begin import ACCEPTED
from shangwu.foundation.exchange.pasting import Block, named, targets_of
from shangwu.foundation.exchange.reading.words import folded
from shangwu.foundation.money.currencies import CURRENCIES, currency
from shangwu.foundation.pages import formats
from shangwu.foundation.pages.acting import answers
from shangwu.foundation.pages.addresses import url
from shangwu.foundation.pages.forms.entries import plain_number
from shangwu.foundation.pages.forms.fields import pick
from shangwu.foundation.pages.frame import page_facts
from shangwu.foundation.pages.kit import Route, page
from shangwu.foundation.pages.reading import Request, form_key
from shangwu.foundation.records.actors import Actor

Facts = dict[str, Any]
MOST_PARTS = 20
"""Orders among which one transfer is shared out."""


@dataclass(slots=True)
class Part:
    """An entry on the page: so much of a transfer for an order. order: its public id; text: what stands in the field.

    why: why it is proposed. said: why the door refused it."""

    order: str = ""
    text: str = ""
    amount: str = ""
    why: str = ""
    said: str = ""


Parts = Mapping[int, list[Part]]
"""Line of the statement -> how it is shared out."""


def transfers(request: Request) -> HttpResponse:
    """Paste the statement or choose its file; look at the orders that are proposed; enter all of it, or nothing."""
    actor, one = request.actor, registry.get(ALLOT)
    if not one.admits(actor) or not one.may(actor, None):
        raise Refusal("forbidden", _("This is not among your duties. Ask the head of the department."))
    given = {"currency": request.POST.get("currency", "").strip() or actor.currency}
    facts: Facts = {"status": 200}
    if request.method == "POST":
        try:
            given["sheet"] = rows_in(request)
            currency(given["currency"])
            block = read_statement(actor, given["sheet"], chosen_columns(request))
            known = transfers_in(actor, block, given["currency"])
            parts = _proposals(actor, known, given["currency"])
            if request.POST.get("step") == "enter":
                parts = _entries(request, known)
                if (entered := _enter(request, known, parts)) is not None:
                    return entered
                facts["status"] = 422
            facts |= _look(actor, block, known, parts, given["currency"])
        except Refusal as refusal:
            if refusal.status in (403, 409, 503):
                raise
            facts |= {"wrong": sentences(refusal), "status": refusal.status}
        except ValidationError as error:
            facts |= {"wrong": error.messages, "status": 422}
    return _drawn(request, given, facts)


def _proposals(actor: Actor, known: Mapping[int, Transfer], code: str) -> Parts:
    found = proposed(actor, known.values(), code)
    return {
        line: [
            Part(str(one.order.public_id), str(one.order), f"{one.amount.normalize():f}", str(one.why))
            for one in found.get(line, ())
        ]
        for line in known
    }


def _entries(request: Request, known: Mapping[int, Transfer]) -> Parts:
    """What stands in the fields; an order without an amount gets what is left of the transfer."""
    found: dict[int, list[Part]] = {}
    texts: dict[str, None] = {}
    for line, one in known.items():
        found[line] = []
        for place in range(MOST_PARTS):
            name = f"{line}-{place}"
            order, text = request.POST.get(f"order-{name}", ""), request.POST.get(f"order-{name}_text", "").strip()
            amount = request.POST.get(f"amount-{name}", "").strip()
            if (order or text) and one.left > 0:
                found[line].append(Part(order, text, plain_number(amount) or f"{one.left.normalize():f}"))
                texts |= {text: None} if text.isprintable() else {}
    meant = named(request.actor, Order, texts)
    for part in (part for parts in found.values() for part in parts if not is_public_id(part.order)):
        orders = meant.get(folded(part.text), [])
        part.order = str(orders[0].public_id) if len(orders) == 1 else ""
    return found


def _enter(request: Request, known: Mapping[int, Transfer], parts: Parts) -> HttpResponse | None:
    """Through the door, all or nothing; None when something was refused, which stands at its entry then."""
    wanted = [(known[line], part) for line, shared in parts.items() for part in shared]
    if not wanted:
        raise Refusal("empty", _("Say which order a transfer is for. Nothing was entered."))
    if lost := [part for _one, part in wanted if not part.order]:
        for part in lost:
            part.said = _("This is no order that you see. Choose one.")
        return None
    rows = [Row(_inputs(one, part)) for one, part in wanted]
    with transaction.atomic():
        outcome = act_many(request.actor, ALLOT, rows, key=form_key(request))
        if outcome.refused:
            transaction.set_rollback(True)
    for place, refusal in outcome.refused:
        wanted[place][1].said = " ".join(sentences(refusal))
    if outcome.refused:
        return None
    count = len(rows)
    answers.say(
        request, ngettext("%(count)s payment entered.", "%(count)s payments entered.", count) % {"count": count}
    )
    if left := sum(not parts[line] and one.left > 0 for line, one in known.items()):
        said = ngettext(
            "%(count)s row is left: nobody said for which order.",
            "%(count)s rows are left: nobody said for which orders.",
            left,
        )
        answers.warn(request, said % {"count": left})
    return answers.go(request, url("sales.payment.list"))


def _inputs(one: Transfer, part: Part) -> Facts:
    return {
        "order": part.order, "amount": part.amount, "received_on": one.said("received_on").isoformat(),
        "reference": one.said("reference"), "note": one.note, "transferred": f"{one.amount:f}",
    }  # fmt: skip


def _look(actor: Actor, block: Block, known: Mapping[int, Transfer], parts: Parts, code: str) -> Facts:
    refused = sum(bool(part.said) for shared in parts.values() for part in shared)
    return {
        "read": block,
        "columns": columns_of(block),
        "targets": [{"name": name, "label": target.label} for name, target in targets_of(ROWS, actor).items()],
        "rows": [_row(row.line, row.cells, row.said, known.get(row.line), parts, code) for row in block.rows],
        "refused": refused,
        "matched": sum(bool(shared) for shared in parts.values()),
        "unmatched": sum(not parts.get(line) and one.left > 0 for line, one in known.items()),
        "entered": sum(one.left == 0 for one in known.values()),
        "bad": sum(bool(row.said) for row in block.rows),
    }


def _row(line: int, cells: list[str], said: list[str], one: Transfer | None, parts: Parts, code: str) -> Facts:
    if one is None:
        return {"line": line, "cells": " · ".join(cell for cell in cells if cell), "said": said}
    shared = [*parts.get(line, []), Part()] if one.left > 0 else []
    return {
        "line": line, "day": formats.day(one.said("received_on")), "amount": formats.money(one.amount, code),
        "payer": one.said("payer"), "reference": one.said("reference"), "purpose": one.said("purpose"),
        "allotted": formats.money(one.allotted, code) if one.allotted else "", "is_entered": one.left == 0,
        "parts": [_part(line, place, part) for place, part in enumerate(shared[:MOST_PARTS])],
    }  # fmt: skip


def _part(line: int, place: int, part: Part) -> Facts:
    name = f"{line}-{place}"
    said = {"id": f"id_order-{name}", "invalid": bool(part.said), "label": _("Order for row %(line)s") % {"line": line}}
    picker = pick(Order, f"order-{name}", part.order, part.text, said)
    return {"name": name, "picker": picker, "amount": part.amount, "why": part.why, "said": part.said}


def _drawn(request: Request, given: Mapping[str, str], facts: Facts) -> HttpResponse:
    title = _("Payments from the bank's statement")
    return render(
        request,
        "sales/transfers.html",
        {
            "page": page_facts(title, clause="2.6.1"),
            "title": title,
            "given": given,
            "currencies": list(CURRENCIES),
            "accepted": ACCEPTED,
            **facts,
        },
        status=facts["status"],
    )


page(
    Route(
        "sales.payment.transfers", "sales/payments/transfers/", transfers, model=Payment, verb=ALLOT,
        methods=("GET", "POST"), clause="2.6.1", label=gettext_lazy("Payments from the bank's statement"),
        icon="file-import",
    )
)  # fmt: skip
