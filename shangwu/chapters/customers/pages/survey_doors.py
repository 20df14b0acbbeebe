"""A door for people outside (2.5.2): one question, or two, whether they are content. Nobody signs in."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _

from shangwu.chapters.customers.links import LinkRefusal
from shangwu.chapters.customers.models import Survey
from shangwu.chapters.customers.pages.complaint_doors import LOOKS, SENDS, entity_meant
from shangwu.chapters.customers.survey_access import by_link
from shangwu.chapters.customers.survey_links import survey_of
from shangwu.foundation.actions.door import Refusal, act
from shangwu.foundation.api.throttling import count_visitor
from shangwu.foundation.pages.kit import Route, page
from shangwu.foundation.people.models import Entity
from shangwu.foundation.records import clock
from shangwu.foundation.records.refusals import missing

CONTENT, RECOMMEND = range(1, 6), range(11)

State = Survey.State


def answer(request: HttpRequest, token: str) -> HttpResponse:
    """GET asks; POST takes the answer, once. What the link no longer opens is said with a 4xx."""
    count_visitor("door", request.META.get("REMOTE_ADDR"), LOOKS)
    key, entity_key = survey_of(token)
    entity = entity_meant(entity_key)
    by = by_link(entity, key)
    survey = Survey.objects.visible_to(by).filter(public_id=key).first()
    if survey is None:
        raise missing()
    _refuse_over(survey)
    if request.method != "POST":
        return _shown(request, entity, survey, None)
    count_visitor("satisfaction", request.META.get("REMOTE_ADDR"), SENDS)
    given = {name: request.POST.get(name, "")[:2] for name in ("content", "would_recommend")}
    given["words"] = request.POST.get("words", "")[:2000]
    try:
        act(by, "customers.survey.answer", survey, given)
    except Refusal as refusal:
        if refusal.code in ("state", "expired"):
            _refuse_over(survey.fresh)
        if refusal.status != 422:
            raise
        return _shown(request, entity, survey, refusal)
    response = render(request, "customers/thanks.html", {"sentence": _("Thank you. We read every answer.")})
    add_never_cache_headers(response)
    return response


def _refuse_over(survey: Survey) -> None:
    """Raises LinkRefusal for a survey that takes no answer any more, saying why."""
    if survey.state == State.ANSWERED:
        raise LinkRefusal("used", _("This was answered already. Thank you."))
    if survey.state == State.WITHDRAWN:
        raise LinkRefusal("used", _("We do not ask this any more. Thank you all the same."))
    if survey.state == State.EXPIRED or survey.expires_at <= clock.now():
        raise LinkRefusal("expired", _("The time for an answer is over. Thank you all the same."))


def _shown(request: HttpRequest, entity: Entity, survey: Survey, refusal: Refusal | None) -> HttpResponse:
    facts = {
        "entity": entity, "survey": survey, "refusal": refusal, "content": CONTENT,
        "recommend": RECOMMEND if survey.occasion == Survey.Occasion.YEAR else (), "posted": request.POST,
    }  # fmt: skip
    response = render(request, "customers/satisfaction.html", facts, status=refusal.status if refusal else 200)
    add_never_cache_headers(response)
    return response


page(
    Route("satisfaction", "satisfaction/<str:token>/", answer, methods=("GET", "POST"),
          reason="one survey of one's own, by a signed link", signed_in=False, sample={"token": "=none"})
)  # fmt: skip
