"""Doors for people outside (2.5.3): the complaint form and the question whether they are content. Nobody signs in."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _

from shangwu.chapters.customers import links
from shangwu.chapters.customers.actions.complaint_intake import MOST_OF_A_FILE, TOLD, department_of_service
from shangwu.chapters.customers.complaint_access import by_link
from shangwu.chapters.customers.evidence import word_for
from shangwu.chapters.customers.models import Complaint
from shangwu.foundation.actions import registry
from shangwu.foundation.actions.door import Refusal, act
from shangwu.foundation.api.throttling import count_visitor
from shangwu.foundation.files import intake
from shangwu.foundation.pages.forms.entries import Entries, posted
from shangwu.foundation.pages.forms.fields import Field
from shangwu.foundation.pages.kit import Route, page
from shangwu.foundation.pages.reading import form_key
from shangwu.foundation.people.models import Entity
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.refusals import missing

MOST_FILES = 5
LOOKS, SENDS = 60, 6
"""So often in a minute one address may open these pages, and send something."""

_OUTSIDE = "whoever stands at the public door sees the legal entity's name, as on its letters"
_WIDE = frozenset({"description", "demand"})


def by_address(request: HttpRequest, code: str) -> HttpResponse:
    """The public form of a legal entity, whose address may stand on its web site."""
    count_visitor("door", request.META.get("REMOTE_ADDR"), LOOKS)
    entity = _entities().filter(code=code, archived_at=None).first()
    department = department_of_service(entity) if entity is not None else None
    if entity is None or department is None:
        raise missing()
    return _form(request, entity, by_link(entity, department), None)


def by_token(request: HttpRequest, token: str) -> HttpResponse:
    """The form behind a signed link, which knows the customer."""
    count_visitor("door", request.META.get("REMOTE_ADDR"), LOOKS)
    said = links.form_of(token)
    entity = entity_meant(said.entity)
    if entity.archived_at is not None:
        raise missing()
    department = said.department or department_of_service(entity)
    return _form(request, entity, by_link(entity, department), said.customer)


def _entities() -> Any:
    return Entity.objects.unscoped(reason=_OUTSIDE)


def entity_meant(key: int | None) -> Entity:
    """The legal entity that a link of ours names; the house's first where it names none, as for mail. Raises
    Refusal("missing")."""
    named = {"pk": key} if key else {"archived_at": None}
    found: Entity | None = _entities().filter(**named).order_by("pk").first()
    if found is None:
        raise missing()
    return found


def _form(request: HttpRequest, entity: Entity, by: Actor, customer: int | None) -> HttpResponse:
    if request.method != "POST":
        return _shown(request, entity, {}, None)
    count_visitor("complaint", request.META.get("REMOTE_ADDR"), SENDS)
    entries = posted(request.POST)
    given: dict[str, Any] = {name: entries[name][-1] for name in TOLD if entries.get(name)}
    try:
        given |= {"evidence": _evidence(request, entity), "known_customer": customer}
        done = act(by, "customers.complaint.submit", None, given, key=form_key(request))
    except ValidationError as error:
        return _shown(request, entity, entries, Refusal("invalid", " ".join(error.messages)))
    except Refusal as refusal:
        if refusal.status != 422:
            raise
        return _shown(request, entity, entries, refusal)
    return _thanks(request, _("We have your complaint."), done.number or "")


def _evidence(request: HttpRequest, entity: Entity) -> str:
    chosen = request.FILES.getlist("file")
    if len(chosen) > MOST_FILES:
        raise Refusal("invalid", _("Five files at most. Pack several into a zip."))
    return word_for([intake.take(one, one.name or "", entity=entity.pk, most=MOST_OF_A_FILE) for one in chosen])


def _shown(request: HttpRequest, entity: Entity, entries: Entries, refusal: Refusal | None) -> HttpResponse:
    inputs = {one.name: one for one in registry.get("customers.complaint.submit").inputs}
    errors = refusal.fields if refusal is not None else {}
    fields = [
        {"field": Field(inputs[name], name, entries, list(errors.get(name, ()))), "width": 6 if name in _WIDE else 3}
        for name in TOLD
    ]
    facts = {"entity": entity, "fields": fields, "refusal": refusal, "most": MOST_OF_A_FILE >> 20}
    response = render(request, "customers/complain.html", facts, status=refusal.status if refusal else 200)
    add_never_cache_headers(response)
    return response


def _thanks(request: HttpRequest, sentence: str, number: str = "") -> HttpResponse:
    response = render(request, "customers/thanks.html", {"sentence": sentence, "number": number})
    add_never_cache_headers(response)
    return response


def answer(request: HttpRequest, token: str) -> HttpResponse:
    """Is the matter settled? GET shows our answer and asks; POST takes the word, once."""
    count_visitor("door", request.META.get("REMOTE_ADDR"), LOOKS)
    said = links.answer_of(token)
    entity = entity_meant(said.entity)
    by = by_link(entity, None, said.complaint)
    complaint = Complaint.objects.visible_to(by).filter(public_id=said.complaint).first()
    if complaint is None:
        raise missing()
    if complaint.state != Complaint.State.REPLIED or complaint.reply_round != said.asked:
        raise links.LinkRefusal("used", _("This was answered already. Thank you."))
    if request.method != "POST":
        facts = {"entity": entity, "complaint": complaint, "token": token}
        response = render(request, "customers/content.html", facts)
        add_never_cache_headers(response)
        return response
    count_visitor("complaint", request.META.get("REMOTE_ADDR"), SENDS)
    agrees = request.POST.get("agrees") == "true"
    given = {"asked": said.asked, "agrees": agrees, "words": request.POST.get("words", "")[:2000]}
    try:
        act(by, "customers.complaint.answer", complaint, given)
    except Refusal as refusal:
        if refusal.code in ("state", "used"):
            raise links.LinkRefusal("used", _("This was answered already. Thank you.")) from refusal
        raise
    return _thanks(
        request, _("Thank you. The matter is settled.") if agrees else _("Thank you. We look into it again.")
    )


_NO_RECORD = "somebody outside, by an address of ours; nothing is shown but the form"
page(
    Route("complain", "complain/<str:code>/", by_address, methods=("GET", "POST"), reason=_NO_RECORD, signed_in=False,
          sample={"code": "=none"})
)  # fmt: skip
page(
    Route("complain.link", "complain/by/<str:token>/", by_token, methods=("GET", "POST"), reason=_NO_RECORD,
          signed_in=False, sample={"token": "=none"})
)  # fmt: skip
page(
    Route("complain.answer", "complain/about/<str:token>/", answer, methods=("GET", "POST"),
          reason="one complaint of one's own, by a signed link", signed_in=False, sample={"token": "=none"})
)  # fmt: skip
