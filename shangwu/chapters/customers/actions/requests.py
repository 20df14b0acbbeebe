"""Clause 2.5.1: what persons ask us to do with their own data, and how the secrecy officer answers (PIPL 45-47, 50)."""

import re
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from shangwu.chapters.customers.access import answers_requests, takes_requests
from shangwu.chapters.customers.mails import is_address
from shangwu.chapters.customers.models import Contact, Customer, DeliveryAddress, PersonalRequest
from shangwu.foundation.access.predicates import nobody
from shangwu.foundation.actions.door import Ask, Refusal, action, create, enter_state
from shangwu.foundation.numbering.series import Reset, Series
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.compiled import by_pk
from shangwu.foundation.text.organisation_names import organisation_key
from shangwu.foundation.text.redaction import FEWEST_DIGITS
from shangwu.foundation.text.sort_keys import pinyin_key

REQUESTS = Series("personal_request", "GR%Y-{n:03d}", _("Request on personal data"), Reset.YEAR)

Kind, State = PersonalRequest.Kind, PersonalRequest.State
ERASES = (Kind.DELETE, Kind.OVER)
"""What is carried out by erasing."""
MASK = _("Deleted, kept by law")
REASONS = 10
"""Characters that a refusal's reasons have at least."""


Files = Mapping[int, Customer]


def files_of(requests: Sequence[Any], by: Actor, inputs: Sequence[Mapping[str, Any]]) -> Files:
    """The `prepare`: the customers at whom those are who ask, by their keys."""
    contacts = [given["contact"] for given in inputs if given.get("contact") is not None]
    return {one.pk: one for one in by_pk(Customer, sorted({one.customer_id for one in contacts}))}


def _take_up(asked: PersonalRequest, by: Actor, files: Files) -> None:
    """2.5.1: a person asks about their own data, or we find that they are needed no longer. Who is no contact is known
    by the mail or the number that they give. Refuses `future`, `person`, once the data are gone `erased`, and
    `company`.

    Of a private person who is our customer, it means the customer's file as well.
    """
    if asked.kind == Kind.OVER:
        asked.way = ""
    if asked.asked_at > asked.changed_at:
        said = _("This has not happened yet. Enter when the person asked.")
        raise Refusal("future", said, fields={"asked_at": [said]})
    if asked.contact is None:
        _take_up_of_stranger(asked)
        return
    asked.person_name = asked.person_phone = asked.person_email = ""
    if asked.contact.erased_at is not None:
        raise Refusal("erased", _("This person's data are erased already. Answer the person so."))
    file = files[asked.contact.customer_id]
    private = file.kind == Customer.Kind.PERSON
    if asked.covers_file and not private:
        said = _("This customer is no private person: a company's file is not one person's data.")
        raise Refusal("company", said, fields={"covers_file": [said]})
    asked.covers_file = asked.covers_file or (private and organisation_key(asked.contact.name)[:200] == file.name_key)
    asked.department_id = asked.department_id or file.department_id
    asked.entity_id = asked.entity_id or file.entity_id


def _take_up_of_stranger(asked: PersonalRequest) -> None:
    """Mail and number say who it is: a name alone is others' too, and so is a number of few digits."""
    if not asked.person_email and len(re.sub(r"\D", "", asked.person_phone)) < FEWEST_DIGITS:
        said = _("Choose the contact, or enter the mail or the whole number that the person gives.")
        raise Refusal("person", said, fields={"contact": [said]})
    if asked.covers_file:
        said = _("Only a contact of the customer can mean the customer's file. Choose the contact.")
        raise Refusal("company", said, fields={"covers_file": [said]})


create(
    PersonalRequest, clause="2.5.1", may=takes_requests,
    fields=["contact", *PersonalRequest.told_by_person, "kind", "way", "asked_at", "covers_file", "words"],
    series=REQUESTS, prepare=files_of, body=_take_up, label=_("New request"),
)  # fmt: skip


@action(
    PersonalRequest, "withdraw", clause="2.5.1", label=_("Withdrawn by the person"), may=takes_requests,
    source=State.OPEN, target=State.WITHDRAWN, icon="arrow-back-up", needs_reason=True,
)  # fmt: skip
def withdraw(asked: PersonalRequest, by: Actor) -> None:
    """2.5.1: the person asks no more."""


@action(
    PersonalRequest, "copy", clause="2.5.1", label=_("Make the copy"), may=answers_requests, source=State.OPEN,
    event="customers.personalrequest.copied", icon="download",
)  # fmt: skip
def copy(asked: PersonalRequest, by: Actor) -> None:
    """2.5.1: gather all that is kept of the person into one file, which the officer hands over, or looks through."""
    if asked.kind == Kind.COPY:
        asked.carried_out_at = asked.changed_at


@action(
    PersonalRequest, "erase", clause="2.5.1", label=_("Erase the data"), may=answers_requests, source=State.OPEN,
    locks=["contact"], event="customers.personalrequest.erased", icon="trash", persons_only=True,
    danger=_(
        "Name, phone, mail and notes go for ever, from history and files too, and from offers and drafts that bind "
        "nobody. Orders and signed contracts stay."
    ),
)  # fmt: skip
def erase(asked: PersonalRequest, by: Actor) -> None:
    """2.5.1: blank the person's fields; a mask stands in place of the name, and papers that the law keeps stay: the
    request's page tells which, and why (PIPL 47).

    What stood there goes from history, drafts, notices and files in the same transaction (`erasing`), and so does the
    customer's file of a private person. Where nobody has asked, nobody is answered. Refuses `kind`.
    """
    if asked.kind not in ERASES:
        said = _("This person asked for something else: %(kind)s.")
        raise Refusal("kind", said, {"kind": asked.get_kind_display()})
    contact = asked.contact
    if contact is not None:
        for name, none in masks().items():
            setattr(contact, name, none)
        contact.is_main, contact.erased_at = False, asked.changed_at
    _blank(asked)
    asked.words, asked.carried_out_at = "", asked.changed_at
    if asked.kind == Kind.OVER:
        asked.answer = unasked()
        enter_state(asked, State.ANSWERED, asked.changed_at, by.person_id)


@action(
    PersonalRequest, "blank", clause="2.5.1", label=_("Blank the words"), may=nobody, shown=False, archive_too=True,
)  # fmt: skip
def blank(asked: PersonalRequest, by: Actor) -> None:
    """2.5.1: what an erased person wrote to us earlier goes as well; that they asked, and our answer, stay."""
    _blank(asked)
    if asked.contact_id is None:
        asked.carried_out_at = asked.carried_out_at or asked.changed_at


def _blank(asked: PersonalRequest) -> None:
    for name, none in request_masks(asked).items():
        setattr(asked, name, none)


def request_masks(asked: PersonalRequest) -> dict[str, object]:
    """What stands in the place of each erased field of a request: it says still that somebody has asked."""
    named = {"person_name": mask()} if asked.contact_id is None else {}
    return {**dict.fromkeys((*PersonalRequest.told_by_person, "words"), ""), **named}


@action(
    PersonalRequest, "put_right", clause="2.5.1", label=_("Put the data right"), may=answers_requests,
    source=State.OPEN, event="customers.personalrequest.put_right", icon="pencil",
    offered_when=lambda asked: asked.contact_id is None and asked.kind == Kind.CORRECT,
)  # fmt: skip
def put_right(
    asked: PersonalRequest,
    by: Actor,
    *,
    name: Annotated[str, Ask(_("Their name"), _("Empty: it stays."), most=60)] = "",
    phone: Annotated[str, Ask(_("Their phone"), _("Empty: it stays."), most=40)] = "",
    email: Annotated[str, Ask(_("Their email"), _("Empty: it stays."), most=254)] = "",
) -> None:
    """2.5.1: of who is no contact, name, number and mail are put right in all their complaints. Refuses `kind`,
    `invalid`."""
    if asked.contact_id is not None or asked.kind != Kind.CORRECT:
        said = _("Put the contact right on their page; this is for who is no contact and asks for a correction.")
        raise Refusal("kind", said)
    if not (name.strip() or phone.strip() or email.strip()):
        said = _("Say what is right.")
        raise Refusal("invalid", said, fields={"name": [said]})
    if email.strip() and not is_address(email.strip()):
        said = _("This is no email address. Write it like name@company.tw.")
        raise Refusal("invalid", said, fields={"email": [said]})
    asked.carried_out_at = asked.changed_at


def unasked() -> str:
    """What stands as the answer where nobody has asked, in the house's language."""
    with translation.override(settings.LANGUAGE_CODE):
        return str(_("Erased because the data were needed no longer."))


def masks() -> dict[str, object]:
    """What stands in the place of each erased field of a contact."""
    kept: dict[str, object] = {"name": mask(), "birthday": None, "extra": {}}
    return {**dict.fromkeys(Contact.classes, ""), **kept}


def mask() -> str:
    """What stands where an erased name stood, in the house's language."""
    with translation.override(settings.LANGUAGE_CODE):
        return str(MASK)


@action(
    Customer, "blank", clause="2.5.1", label=_("Blank the file"), may=nobody, locks=["addresses"], shown=False,
    archive_too=True, event="customers.customer.blanked",
)  # fmt: skip
def blank_file(customer: Customer, by: Actor) -> None:
    """2.5.1: a private person's file names and reaches nobody any more, and lies in the archive; what the law keeps
    still hangs on it."""
    for name, none in file_masks().items():
        setattr(customer, name, none)
    customer.verified_fields = {}
    for address in customer.addresses.all():
        for name, none in address_masks().items():
            setattr(address, name, none)
    customer.archived_at = customer.archived_at or customer.changed_at


def file_masks() -> dict[str, object]:
    """What stands in the place of each erased field of a private person's file."""
    told = mask()
    named = {"name": told, "name_key": organisation_key(told)[:200], "sort_key": pinyin_key(told)[:400]}
    return {**dict.fromkeys(Customer.of_persons, ""), **named, "extra": {}}


def address_masks() -> dict[str, object]:
    """The same of a further delivery address."""
    return {**dict.fromkeys(DeliveryAddress.classes, ""), "address": mask()}


@action(
    PersonalRequest, "answer", clause="2.5.1", label=_("Answer"), may=answers_requests, source=State.OPEN,
    target=State.ANSWERED, reads=["contact"], icon="check",
)  # fmt: skip
def answer(asked: PersonalRequest, by: Actor, *, answer: Annotated[str, Ask(_("Answer"), multiline=True)]) -> None:
    """2.5.1: tell the person what was done. Refuses `undone` while it was not done."""
    contact = asked.contact
    corrected = asked.kind == Kind.CORRECT and contact is not None and contact.changed_at > asked.asked_at
    if asked.carried_out_at is None and not corrected:
        said = _("Nothing was done yet: make the copy, correct the contact, or erase the data; or refuse with reasons.")
        raise Refusal("undone", said)
    asked.answer = answer[:4000]


@action(
    PersonalRequest, "refuse", clause="2.5.1", label=_("Refuse with reasons"), may=answers_requests, source=State.OPEN,
    target=State.REFUSED, icon="x",
)  # fmt: skip
def refuse(
    asked: PersonalRequest,
    by: Actor,
    *,
    reasons: Annotated[str, Ask(_("Reasons"), _("The person reads them, and may go to court."), multiline=True)],
) -> None:
    """2.5.1: a refusal gives its reasons (PIPL 50). Refuses `reasons` for a word or two, and `done` after the deed."""
    if asked.carried_out_at is not None:
        raise Refusal("done", _("It was carried out already. Answer the person."))
    if len(reasons.strip()) < REASONS:
        said = _("Say which law or contract asks us to keep the data, or why nothing can be done.")
        raise Refusal("reasons", said, fields={"reasons": [said]})
    asked.answer = reasons[:4000]
