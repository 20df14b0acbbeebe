"""A route tried on a record of one's choice, or on an amount, a department and facts written by hand."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shangwu.foundation.administration.approving.trial import outcome, route_of, supposed, tried_on
from shangwu.foundation.approvals import conditions, drawing
from shangwu.foundation.approvals.kinds import Kind
from shangwu.foundation.approvals.models import RouteEdition
from shangwu.foundation.approvals.opening import Supposed
from shangwu.foundation.pages import formats
from shangwu.foundation.pages.addresses import record_url, url
from shangwu.foundation.pages.details.finding import record_of
from shangwu.foundation.pages.forms.fields import pick
from shangwu.foundation.pages.frame import page_facts
from shangwu.foundation.pages.reading import Request
from shangwu.foundation.pages.registry import Route, page
from shangwu.foundation.people.models import Department, Person
from shangwu.foundation.policy.clauses import INTRODUCTION

NOT_FOUND = _("This record is not among those that you may see. Choose it from the list that opens as you type.")


def show(request: Request, public_id: UUID) -> HttpResponse:
    """Where a record, or what is written by hand, would go by an edition of a route. Nothing is written.

    Nothing goes by an edition of what the program no longer has approved; its own page says so.
    """
    edition = record_of(request.actor, RouteEdition, public_id)
    found = route_of(request.actor, edition)
    if found is None:
        return redirect(record_url(RouteEdition, edition.public_id))
    kind, drawn = found
    crumbs = [{"label": gettext("Approval routes"), "url": url("approvals.route.list")}]
    crumbs.append({"label": str(edition), "url": record_url(RouteEdition, edition.public_id)})
    facts = {
        "page": page_facts(gettext("Dry run"), clause=INTRODUCTION, crumbs=crumbs) | {"clause": None},
        "meta": [kind.label],
        "record": _picked(request, kind.model, "record", kind.model._meta.verbose_name),
        "requester": _picked(request, Person, "requester", _("Who asks")),
        "department": _picked(request, Department, "department", _("Department")),
        "amount": request.GET.get("amount", "")[:30],
        "facts": [_drawn(kind, name, request.GET) for name in kind.facts],
        "row": _tried(request, kind, drawn),
    }
    return render(request, "administration/route_trial.html", facts)


def _chosen(request: Request, model: Any, name: str) -> Any:
    """The record that a picker names, if the reader may see it; None where nothing was chosen."""
    try:
        key = UUID(request.GET.get(name, ""))
    except ValueError:
        return None
    return model._default_manager.visible_to(request.actor).filter(public_id=key).first()


def _picked(request: Request, model: Any, name: str, label: Any) -> Any:
    one = _chosen(request, model, name)
    key, text = (str(one.public_id), str(one)) if one is not None else ("", "")
    return pick(model, name, key, text, {"id": f"id_{name}", "label": label, "placeholder": label})


def _drawn(kind: Kind, name: str, given: Any) -> dict[str, Any]:
    """A fact as the form asks for it: by its words, where it has some, else by a number or yes and no."""
    fact, held = kind.facts[name], given.getlist(name)
    words = [{"word": word, "label": label, "held": word in held} for word, label in fact.words.items()]
    return {"name": name, "label": fact.label, "words": words, "value": given.get(name, "")[:60]}


def _tried(request: Request, kind: Kind, drawn: drawing.Drawing) -> dict[str, Any] | None:
    """The steps for what was asked; None before anything was."""
    if request.GET.get("record") or request.GET.get("record_text"):
        subject = _chosen(request, kind.model, "record")
        return {"name": "", "refusal": NOT_FOUND} if subject is None else tried_on(request.actor, kind, drawn, subject)
    if "amount" not in request.GET:
        return None
    text = request.GET["amount"].replace(",", "").strip()
    amount = conditions.number(text) if text else None
    if text and amount is None:
        return {"name": "", "refusal": gettext("Write the amount as a number, such as 12000.")}
    asks, department = _chosen(request, Person, "requester"), _chosen(request, Department, "department")
    what = Supposed(amount, department.pk if department else None, _facts_of(kind, request.GET))
    requester = asks.pk if asks else request.actor.person_id
    return {"name": _called(kind, amount)} | outcome(lambda: supposed(request.actor, kind, drawn, requester, what))


def _called(kind: Kind, amount: Decimal | None) -> str:
    return str(kind.label) if amount is None else f"{kind.label} {formats.number(amount)}"


def _facts_of(kind: Kind, given: Any) -> Mapping[str, Any]:
    """What was written for each fact, as a request keeps it: words in a list, yes and no as such, a number as text. A
    share may be written in per cent."""
    found: dict[str, Any] = {}
    for name, fact in kind.facts.items():
        text = given.get(name, "").strip()[:60]
        if fact.words:
            found[name] = sorted(set(given.getlist(name)) & set(fact.words))
        elif text.lower() in (gettext("yes"), gettext("no"), "yes", "no"):
            found[name] = text.lower() in (gettext("yes"), "yes")
        elif text:
            found[name] = _number(text)
    return found


def _number(text: str) -> str:
    figure = conditions.number(text.rstrip("%％").strip())
    if figure is None:
        return text
    return str(figure / 100 if text[-1] in "%％" else figure)


page(
    Route(
        "route_trial", "approvals/routeeditions/<uuid:public_id>/trial/", show, model=RouteEdition, verb="detail",
        clause=INTRODUCTION, sample={"public_id": "public_id"},
    )
)  # fmt: skip
