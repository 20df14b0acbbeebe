"""A door for customers (2.6.1): one revision of one quotation, to be read, taken along, and answered once."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from shangwu.chapters.customers.links import LinkRefusal
from shangwu.chapters.customers.pages.complaint_doors import LOOKS, SENDS
from shangwu.chapters.sales import quotation_papers
from shangwu.chapters.sales.actions.quotation_answers import ends_before
from shangwu.chapters.sales.models import Quotation, QuotationLine
from shangwu.chapters.sales.quotation_access import by_link
from shangwu.chapters.sales.quotation_links import for_quotation, quotation_of
from shangwu.chapters.sales.quotation_texts import text_of
from shangwu.foundation.actions.door import Refusal, act
from shangwu.foundation.api.throttling import count_visitor
from shangwu.foundation.pages.kit import Route, page
from shangwu.foundation.people.models import Entity
from shangwu.foundation.records import clock
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.refusals import missing

_OUTSIDE = "the customer sees the legal entity's name, as in the mail they got"

State = Quotation.State


def answer(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows the quotation and asks; POST takes the answer, once. What the link no longer opens is said with a
    4xx."""
    entity, by, quotation, revision = _opened(request, token)
    if request.method != "POST":
        return _shown(request, entity, by, quotation, None)
    count_visitor("quotation", request.META.get("REMOTE_ADDR"), SENDS)
    given: dict[str, Any] = {"revision": revision}
    verb = "accept_by_link"
    if request.POST.get("answer") != "accept":
        verb, given["answer"] = "decline_by_link", request.POST.get("reason", "")[:1000]
    try:
        act(by, f"sales.quotation.{verb}", quotation, given)
    except Refusal as refusal:
        if refusal.code in ("state", "expired", "superseded"):
            _refuse_over(quotation.fresh, entity, revision)
        if refusal.status != 422:
            raise
        return _shown(request, entity, by, quotation, refusal)
    said = _("Thank you for your order. We confirm it to you soon.")
    if verb == "decline_by_link":
        said = _("Thank you for telling us. We are glad to make you another offer.")
    response = render(request, "customers/thanks.html", {"sentence": said})
    add_never_cache_headers(response)
    return response


def paper(request: HttpRequest, token: str) -> HttpResponse:
    """The same quotation as PDF, as long as it can be answered."""
    entity, by, quotation, _revision = _opened(request, token)
    text = text_of(quotation, _lines(by, quotation))
    response = HttpResponse(quotation_papers.paper(quotation, text, entity.name), content_type="application/pdf")
    name = quotation_papers.file_name(quotation, text)
    response.headers["Content-Disposition"] = content_disposition_header(True, name) or ""
    response.headers["X-Content-Type-Options"] = "nosniff"
    add_never_cache_headers(response)
    return response


def _opened(request: HttpRequest, token: str) -> tuple[Entity, Actor, Quotation, int]:
    """What the link opens. Raises LinkRefusal and Refusal("missing")."""
    count_visitor("door", request.META.get("REMOTE_ADDR"), LOOKS)
    said = quotation_of(token)
    entities: Any = Entity.objects.unscoped(reason=_OUTSIDE)
    entity = entities.filter(pk=said.entity).first()
    if entity is None:
        raise missing()
    by = by_link(entity, said.quotation)
    quotation = Quotation.objects.visible_to(by).filter(public_id=said.quotation).first()
    if quotation is None:
        raise missing()
    _refuse_over(quotation, entity, said.revision)
    return entity, by, quotation, said.revision


def _refuse_over(quotation: Quotation, entity: Entity, revision: int) -> None:
    """Raises LinkRefusal for a quotation that takes no answer any more, saying why."""
    number = {"number": quotation.number}
    if quotation.state == State.WITHDRAWN:
        raise LinkRefusal("used", _("We have withdrawn quotation %(number)s. Please ask us.") % number)
    if quotation.revision != revision or quotation.state in (State.DRAFT, State.REVIEW, State.RELEASED):
        said = _("Quotation %(number)s is being revised, or you have a newer one. Please open that one.")
        raise LinkRefusal("used", said % number)
    if quotation.state == State.ACCEPTED:
        raise LinkRefusal("used", _("Quotation %(number)s was accepted already. Thank you.") % number)
    if quotation.state == State.DECLINED:
        said = _("Quotation %(number)s was declined already. Ask us if you want another one.")
        raise LinkRefusal("used", said % number)
    if quotation.state == State.EXPIRED or ends_before(quotation, entity, clock.now()):
        said = _("Quotation %(number)s was valid until %(day)s. Ask us for a new one.")
        raise LinkRefusal("expired", said % {**number, "day": quotation.valid_until})


def _lines(by: Actor, quotation: Quotation) -> list[QuotationLine]:
    return list(QuotationLine.objects.visible_to(by).filter(quotation=quotation).order_by("position"))


def _shown(
    request: HttpRequest, entity: Entity, by: Actor, quotation: Quotation, refusal: Refusal | None
) -> HttpResponse:
    text = text_of(quotation, _lines(by, quotation))
    facts = {
        "entity": entity, "quotation": quotation, "text": text, "facts": quotation_papers.facts_in(text),
        "paper": for_quotation(quotation, "quotation.paper"), "refusal": refusal, "posted": request.POST,
        **quotation_papers.table_of(text),
    }  # fmt: skip
    response = render(request, "sales/quotation_door.html", facts, status=refusal.status if refusal else 200)
    add_never_cache_headers(response)
    return response


_BY_LINK = "one revision of one quotation, by a signed link"
page(
    Route("quotation", "quotation/<str:token>/", answer, methods=("GET", "POST"), reason=_BY_LINK, signed_in=False,
          sample={"token": "=none"})
)  # fmt: skip
page(
    Route("quotation.paper", "quotation/<str:token>/paper/", paper, reason=_BY_LINK, signed_in=False,
          sample={"token": "=none"})
)  # fmt: skip
