"""Clause 2.5.2: customers are asked whether they are content, each once, and only who agreed to be asked."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from django.conf import settings
from django.db import models
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shangwu.chapters.customers.actions.mail import MESSAGES, host
from shangwu.chapters.customers.models import Consent, Message, Purpose, Survey
from shangwu.chapters.customers.named_orders import customers_named
from shangwu.chapters.customers.survey_access import asks_customers, comes_by_survey
from shangwu.foundation.access.predicates import nobody
from shangwu.foundation.actions.door import Ask, Refusal, action, create, enter_state, newborn
from shangwu.foundation.numbering.series import Reset, Series
from shangwu.foundation.people.models import Entity
from shangwu.foundation.policy.parameters import policy
from shangwu.foundation.records import clock
from shangwu.foundation.records.actors import Actor

SURVEYS = Series("survey", "MY%Y-{n:04d}", _("Satisfaction survey"), Reset.YEAR)

State, Occasion = Survey.State, Survey.Occasion
_DAY = datetime.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a run knows beside its surveys. agreed: contacts who may be asked. lately: those who were, a while ago."""

    company: str
    agreed: frozenset[int]
    lately: frozenset[int]
    orders: Mapping[str, int]


def known(surveys: Sequence[Survey], by: Actor, inputs: Sequence[Mapping[str, Any]]) -> Asked:
    """The `prepare`: consents that stand, who was asked lately, and orders that are named."""
    contacts = [one.contact_id for one in surveys]
    since = max((one.changed_at for one in surveys), default=clock.now()) - policy("survey.rest") * _DAY
    asked = Survey.objects.filter(contact__in=contacts, created_at__gt=since).exclude(state=State.WITHDRAWN)
    entities = [one.customer.entity_id for one in surveys]
    names = Entity.objects.filter(pk__in=[one for one in entities if one]).values_list("name", flat=True)
    named = " ".join(one.order_number for one in surveys)
    return Asked(
        names.first() or "", agreeing(contacts), frozenset(asked.values_list("contact_id", flat=True)),
        customers_named(named),
    )  # fmt: skip


def agreeing(contacts: Sequence[int]) -> frozenset[int]:
    """Those of the contacts (ids) whose consent to being asked stands."""
    rows = Consent.objects.filter(contact__in=contacts, purpose=Purpose.SURVEY, withdrawn_at__isnull=True)
    return frozenset(rows.values_list("contact_id", flat=True))


def still_asks(message: Message) -> bool:
    """Whether a mail's question, if it is one, may still be asked: it is open, and the person agrees to being asked."""
    survey = message.survey
    return survey is None or (survey.state == State.OPEN and survey.contact_id in agreeing([survey.contact_id]))


def ask(survey: Survey, by: Actor, found: Asked) -> list[models.Model]:
    """2.5.2: a person at a customer is asked, by a mail with a link that works once.

    Refuses `contact`, `consent`, `lately`, `order`, and `asked` for who was asked about the same already.
    """
    customer, contact = survey.customer, survey.contact
    if contact.customer_id != customer.pk or not contact.email or contact.erased_at is not None:
        said = _("Choose a contact of this customer who has an email.")
        raise Refusal("contact", said, fields={"contact": [said]})
    if contact.pk not in found.agreed:
        raise Refusal("consent", _("This person has not agreed to be asked. Enter the consent on their page first."))
    if survey.occasion != Occasion.YEAR and contact.pk in found.lately:
        raise Refusal("lately", _("This person was asked not long ago. Leave them in peace for a while."))
    if survey.order_number and found.orders.get(survey.order_number) != customer.pk:
        said = _("This customer has no order of this number.")
        raise Refusal("order", said, fields={"order_number": [said]})
    now = survey.changed_at
    survey.owner_id, survey.entity_id = customer.owner_id, customer.entity_id or by.entity_id
    survey.department_id = customer.department_id or survey.department_id
    survey.year = now.astimezone(by.zone).year if survey.occasion == Occasion.YEAR else None
    survey.expires_at = now + policy("survey.link") * _DAY
    return [_mail(survey, by, found.company)]


def _mail(survey: Survey, by: Actor, company: str) -> Message:
    """The mail that asks. Its link is put in as it leaves, so that nobody of ours can answer in the person's place."""
    message: Message = newborn(Message, by, survey.changed_at)
    message.survey_id = survey.pk
    message.customer_id, message.contact_id = survey.customer_id, survey.contact_id
    message.address, message.name, message.owner_id = survey.contact.email, survey.contact.name, None
    message.entity_id, message.department_id = survey.entity_id, survey.department_id
    message.at, message.order_number, message.is_automatic = survey.changed_at, survey.order_number, True
    message.message_id = message.thread = f"<{message.public_id}@{host()}>"
    with translation.override(settings.LANGUAGE_CODE):
        message.subject = gettext("Are you content with us?")
        message.text = gettext(
            "%(name)s, we would like to do better. One question takes half a minute. Thank you.\n%(company)s"
        ) % {"name": survey.contact.name, "company": company}
    enter_state(message, Message.State.WAITING, survey.changed_at, None)
    return message


create(
    Survey, clause="2.5.2", may=asks_customers, fields=["occasion", "customer", "contact", "order_number", "complaint"],
    series=SURVEYS, numbers={Message: MESSAGES}, reads=["customer", "contact", "complaint"], prepare=known, body=ask,
    label=_("Ask a customer"), icon="mood-smile",
)  # fmt: skip


@action(
    Survey, "answer", clause="2.5.2", label=_("Answer"), may=comes_by_survey, source=State.OPEN, target=State.ANSWERED,
    reads=["customer"], shown=False, icon="check", event="customers.survey.answered",
)  # fmt: skip
def answer(
    survey: Survey,
    by: Actor,
    *,
    content: Annotated[int, Ask(_("How content (1-5)"), least=1, most=5)],
    would_recommend: Annotated[int | None, Ask(_("Would recommend us (0-10)"), least=0, most=10)] = None,
    words: Annotated[str, Ask(_("In their words"), multiline=True)] = "",
) -> None:
    """2.5.2: the person who was asked answers, once. Refuses `expired`."""
    if survey.changed_at >= survey.expires_at:
        raise Refusal("expired", _("The time for an answer is over."))
    survey.content, survey.words = content, words.strip()[:2000]
    survey.would_recommend = would_recommend if survey.occasion == Occasion.YEAR else None
    survey.answered_on = survey.changed_at.astimezone(by.zone).date()


@action(
    Survey, "withdraw", clause="2.5.2", label=_("Withdraw"), may=asks_customers, source=State.OPEN,
    target=State.WITHDRAWN, needs_reason=True, icon="arrow-back-up",
)  # fmt: skip
def withdraw(survey: Survey, by: Actor) -> None:
    """2.5.2: it was asked by mistake; its link opens nothing any more."""


@action(
    Survey, "expire", clause="2.5.2", label=_("Expired"), may=nobody, source=State.OPEN, target=State.EXPIRED,
    shown=False, icon="clock-off", event="customers.survey.expired",
)  # fmt: skip
def expire(survey: Survey, by: Actor) -> None:
    """2.5.2: nobody has answered in time. Only the clock says so."""


@action(
    Survey, "blank", clause="2.5.1", label=_("Blank the words"), may=nobody, shown=False, archive_too=True,
    event="customers.survey.blanked",
)  # fmt: skip
def blank(survey: Survey, by: Actor) -> None:
    """2.5.1: what an erased person said goes; the figure stays and is nobody's any more."""
    survey.words = ""
