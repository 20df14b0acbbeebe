"""Pages of the regulation's blanks: every parameter with its value, and each proposal with what it would change."""

import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from shangwu.foundation.administration.proposal_sheet import said_of
from shangwu.foundation.pages.addresses import url
from shangwu.foundation.pages.as_of import as_of, asked_on, dated
from shangwu.foundation.pages.frame import page_facts
from shangwu.foundation.pages.kit import Beside, Computed, FormPage, Group, Look, Pages, View
from shangwu.foundation.pages.reading import Request
from shangwu.foundation.pages.registry import Route, page
from shangwu.foundation.pages.wording import address_of, propose_address
from shangwu.foundation.policy.clauses import CHAPTERS, INTRODUCTION
from shangwu.foundation.policy.parameters import Parameter, parameters
from shangwu.foundation.policy.saying import lines_of, said
from shangwu.foundation.regulation import proving, values
from shangwu.foundation.regulation.actions.proposals import proposes
from shangwu.foundation.regulation.models import Proposal
from shangwu.foundation.regulation.shipped import LANGUAGES, REFERENCE
from shangwu.foundation.regulation.texts import chapter_title

Pages(
    Proposal,
    clause=INTRODUCTION,
    columns=[
        Computed("label", str, label=_("Parameter"), look=Look.KEY, needs=["key"]),
        "number",
        "clause",
        Computed("from_value", lambda one: said_of(one, one.former), label=_("Until then"), needs=["former", "key"]),
        Computed("to_value", lambda one: said_of(one, one.value), label=_("New value"), needs=["value", "key"]),
        "effective_from",
        "state",
        "owner",
    ],
    filters=["state", "clause", "key", "effective_from", "owner"],
    views=[
        View("open", _("To decide"), "state=proposed"),
        View("mine", _("Mine"), "owner=me"),
        View("adopted", _("Adopted"), "state=adopted"),
    ],
    empty=_("No parameter was ever changed. Choose one in the regulation and propose another value."),
    icon="adjustments-horizontal",
    track=["draft", "proposed", "adopted"],
    facts=[Group(_("Change of a parameter"), "clause", "effective_from", "reason", "owner")],
)
FormPage(
    "regulation.proposal.create",
    clause=INTRODUCTION,
    groups=[Group(_("Change of a parameter"), "key", "written", "effective_from", "reason")],
    beside=Beside("parameters.named", "key"),
)


def show_parameters(request: Request) -> HttpResponse:
    """Every blank of the regulation with its value on a day, chapter by chapter; `on=` asks as of a day."""
    on = asked_on(request)
    spoken = get_language() or ""
    language = spoken if spoken in LANGUAGES else REFERENCE
    chapters = [(INTRODUCTION, gettext("Introduction"))]
    chapters += [(one.code, chapter_title(one.code, language, on)) for one in CHAPTERS]
    may = proposes(request.actor, None)
    facts = {
        "page": {**page_facts(gettext("Parameters"), clause=INTRODUCTION), "clause": None},
        "chapters": [
            {"code": code, "title": title, "parameters": found}
            for code, title in chapters
            if (found := [row_of(one, on, may=may) for one in parameters.values() if _is_in(one, code)])
        ],
        "as_of": as_of(request, on),
        "changes_url": reverse("regulation.proposal.list"),
    }
    return render(request, "administration/parameters.html", facts)


def _is_in(one: Parameter, chapter: str) -> bool:
    return one.clause == chapter or one.clause.startswith(f"{chapter}.")


def row_of(one: Parameter, on: datetime.date | None, *, may: bool) -> dict[str, Any]:
    """A parameter as it stands on a day, what is to come, and where a change is proposed by who may."""
    held = values.held_on(one.key, on)
    coming = [each for each in values.history(one.key) if held is None or each.since > held.since]
    return {
        "label": one.label,
        "key": one.key,
        "clause": {"code": one.clause, "url": dated(url("clause", code=one.clause), on)},
        "value": said(one, values.value_on(one, on)),
        "lines": lines_of(one, values.value_on(one, on)),
        "since": held.since if held else None,
        "coming": [{"value": said(one, each.value), "since": each.since} for each in coming] if on is None else [],
        "note": one.legal_note,
        "holds": proving.holds(one, on),
        "url": address_of(one, on),
        "propose_url": propose_address(one) if may else "",
        "history_url": f"{reverse('regulation.proposal.list')}?{urlencode({'key': one.key})}" if held else "",
    }


def show_named(request: Request) -> HttpResponse:
    """What people call the parameter whose key stands in the form, and what it is today."""
    key = request.GET.get("key", "").strip()
    one = parameters.get(key)
    facts = {
        "key": key,
        "parameter": row_of(one, None, may=False) if one is not None else None,
        "all_url": reverse("parameters"),
    }
    return render(request, "administration/named_parameter.html", facts)


page(
    Route(
        "parameters.named", "regulation/named-parameter/", show_named, clause=INTRODUCTION,
        reason="the regulation is open to everybody who has signed in",
    )
)  # fmt: skip
page(
    Route(
        "parameters", "regulation/parameters/", show_parameters, label=_("Parameters"), clause=INTRODUCTION,
        icon="adjustments-horizontal", reason="the regulation is open to everybody who has signed in",
    )
)  # fmt: skip
