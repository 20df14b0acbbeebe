"""A door for people outside (2.5.2): the way out of advertisements. Nobody signs in."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from shangwu.chapters.customers.mail_access import by_contact
from shangwu.chapters.customers.models import Consent, Contact, Purpose
from shangwu.chapters.customers.pages.complaint_doors import LOOKS, SENDS, entity_meant
from shangwu.chapters.customers.unsubscribing import leaver_of, stands_for
from shangwu.foundation.actions.door import act
from shangwu.foundation.api.throttling import count_visitor
from shangwu.foundation.pages.kit import Route, page
from shangwu.foundation.records.actors import Actor


@csrf_exempt
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """GET asks, so that a program that only looks at links ends nothing; POST ends advertisements, also by the button
    of a mail program (RFC 8058), which has no token of a form: the signed link is the whole authority."""
    count_visitor("door", request.META.get("REMOTE_ADDR"), LOOKS)
    leaver = leaver_of(token)
    entity = entity_meant(leaver.entity)
    person = stands_for(leaver.contact)
    by = by_contact(entity, person)
    contact = Contact.objects.visible_to(by, archived=True).filter(public_id=person).first()
    done = contact is None or _is_over(contact, by, leaver.purpose)
    if request.method == "POST" and contact is not None and not done:
        count_visitor("unsubscribe", request.META.get("REMOTE_ADDR"), SENDS)
        act(by, "customers.contact.unsubscribe", contact, {"purpose": leaver.purpose})
        done = True
    if done:
        asks = leaver.purpose == Purpose.SURVEY
        said = _("We ask you no more questions.") if asks else _("You get no more advertisements from us.")
        facts = {"sentence": said, "entity": entity}
        response = render(request, "customers/thanks.html", facts)
    else:
        response = render(
            request, "customers/unsubscribe.html", {"entity": entity, "asks": leaver.purpose == Purpose.SURVEY}
        )
    add_never_cache_headers(response)
    return response


def _is_over(contact: Contact, by: Actor, purpose: Purpose) -> bool:
    """Whether nothing of the kind is sent any more."""
    if purpose == Purpose.MARKETING:
        return contact.marketing_refused_at is not None
    standing = Consent.objects.visible_to(by, archived=True).filter(contact=contact, purpose=purpose)
    return not standing.filter(withdrawn_at__isnull=True).exists()


page(
    Route("mail.unsubscribe", "mail/no-more/<str:token>/", unsubscribe, methods=("GET", "POST"),
          reason="one person's own consent, by a signed link", signed_in=False, sample={"token": "=none"})
)  # fmt: skip
