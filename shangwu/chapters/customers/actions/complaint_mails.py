"""Clause 2.5.3: who complains is answered by mail, and told why a complaint is not accepted. The mail that went is the
proof."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from shangwu.chapters.customers.actions.complaint_answers import refuse_early
from shangwu.chapters.customers.actions.mail import ADVERTISING, MESSAGES, host
from shangwu.chapters.customers.complaint_access import handles_complaints
from shangwu.chapters.customers.complaint_mails import Writing, subject_and_text, writing_about
from shangwu.chapters.customers.evidence import files_of
from shangwu.chapters.customers.mails import is_address
from shangwu.chapters.customers.models import Complaint, MailTemplate, Message
from shangwu.foundation.access.predicates import nobody
from shangwu.foundation.actions.door import Ask, Refusal, action, enter_state, newborn
from shangwu.foundation.records.actors import Actor

State = Complaint.State
WRITTEN = "customers.complaint.mail_written"


def known_people(complaints: Sequence[Complaint], by: Actor, inputs: Sequence[Mapping[str, Any]]) -> Writing:
    """The `prepare`: whom to write to."""
    return writing_about(complaints)


@action(
    Complaint, "reply_by_mail", clause="2.5.3", label=_("Answer by mail"), may=handles_complaints,
    source=State.CARRYING_OUT, reads=["customer"], numbers={Message: MESSAGES}, prepare=known_people, primary=True,
    icon="mail", event=WRITTEN,
)  # fmt: skip
def reply_by_mail(
    complaint: Complaint,
    by: Actor,
    known: Writing,
    *,
    answer: Annotated[
        str,
        Ask(_("What the customer is told"), _("Empty: the solution, as it was laid out."), multiline=True, most=4000),
    ] = "",
    template: Annotated[MailTemplate | None, Ask(_("Template"), _("Empty: in the house's own words."))] = None,
) -> list[models.Model]:
    """2.5.3: who complains is told the outcome by mail. Once the mail server has taken it, the complaint is answered,
    with that mail as its proof.

    Refuses `compensation`, `paused`, `waiting` while an answer is on its way, `address`, `template` for one that
    advertises, and `empty` for a place of the template without a value.
    """
    refuse_early(complaint)
    if complaint.pk in known.waiting:
        said = _("An answer is on its way already. Wait until it has gone; you are told if it fails.")
        raise Refusal("waiting", said)
    told = answer.strip() or complaint.solution.strip()
    if not told:
        said = _("Say what the customer was told.")
        raise Refusal("invalid", said, fields={"answer": [said]})
    if template is not None and template.purpose in ADVERTISING:
        said = _("This template advertises. Choose another one.")
        raise Refusal("template", said, fields={"template": [said]})
    message = _mail(complaint, by, known, by.person_id)
    _say(message, subject_and_text(complaint, by, known, told, template))
    message.template_id = template.pk if template is not None else None
    return [message]


def _mail(complaint: Complaint, by: Actor, known: Writing, writer: int | None) -> Message:
    """A mail to who complains, on its way. writer: the person whose word it is."""
    address, contact = known.address(complaint), known.contact(complaint)
    if not is_address(address):
        raise Refusal(
            "address",
            _("Nobody can be written to. Enter the email of who complains, or one at a contact of the customer."),
        )
    message: Message = newborn(Message, by, complaint.changed_at)
    message.complaint_id, message.customer_id = complaint.pk, complaint.customer_id
    message.contact_id = contact.pk if contact is not None else None
    message.address, message.name, message.owner_id = address, known.name(complaint)[:60], writer
    message.entity_id, message.department_id, message.secrecy = (
        complaint.entity_id, complaint.department_id, complaint.secrecy,
    )  # fmt: skip
    message.at = complaint.changed_at
    message.message_id = message.thread = f"<{message.public_id}@{host()}>"
    enter_state(message, Message.State.WAITING, complaint.changed_at, writer)
    return message


def _say(message: Message, said: tuple[str, str]) -> None:
    subject, text = said
    message.subject, message.text = subject[:250], text[:8000]


@action(
    Complaint, "tell_refusal", clause="2.5.3", label=_("Tell why it is not accepted"), may=nobody, source=State.REFUSED,
    reads=["customer"], numbers={Message: MESSAGES}, prepare=known_people, shown=False, icon="mail", event=WRITTEN,
)  # fmt: skip
def tell_refusal(
    complaint: Complaint,
    by: Actor,
    known: Writing,
    *,
    because: Annotated[str, Ask(_("Reason"), multiline=True)],
    writer: Annotated[int | None, Ask(_("Written by"))] = None,
) -> list[models.Model]:
    """2.5.3: who complains is told by mail why it is not accepted. Follows from the head's word."""
    message = _mail(complaint, by, known, writer)
    _say(message, subject_and_text(complaint, by, known, because, None))
    return [message]


@action(
    Complaint, "reply_sent", clause="2.5.3", label=_("Answer has gone"), may=nobody, source=State.CARRYING_OUT,
    shown=False, icon="check", event="customers.complaint.replied",
)  # fmt: skip
def reply_sent(
    complaint: Complaint,
    by: Actor,
    *,
    answer: Annotated[str, Ask(_("What the customer was told"), multiline=True)],
    proof: Annotated[str, Ask(_("Proof of sending"))],
    writer: Annotated[int | None, Ask(_("Written by"))] = None,
    evidence: Annotated[str, Ask(_("Copy of the mail"))] = "",
) -> list[models.Model]:
    """2.5.3: the mail server has taken our answer: from now on the complaint is answered, by who wrote it."""
    complaint.answer, complaint.reply_proof = answer[:4000], proof[:250]
    complaint.reply_round += 1
    enter_state(complaint, State.REPLIED, complaint.changed_at, writer)
    return [*files_of(evidence, complaint, by)]


@action(
    Complaint, "keep_mail", clause="2.5.3", label=_("Keep the mail that went"), may=nobody, shown=False, icon="mail",
    archive_too=True,
)  # fmt: skip
def keep_mail(
    complaint: Complaint, by: Actor, *, evidence: Annotated[str, Ask(_("Copy of the mail"))] = ""
) -> list[models.Model]:
    """2.5.3: a mail about the complaint has gone; a copy is kept with it."""
    return [*files_of(evidence, complaint, by)]


@action(
    Complaint, "reply_returned", clause="2.5.3", label=_("Answer came back"), may=nobody, source=State.REPLIED,
    shown=False, icon="alert-triangle", event="customers.complaint.reply_returned",
)  # fmt: skip
def reply_returned(complaint: Complaint, by: Actor) -> None:
    """2.5.3: our answer has reached nobody, so that the complaint is not answered yet: it is to be answered anew."""
    complaint.reply_proof = ""
    enter_state(complaint, State.CARRYING_OUT, complaint.changed_at, None)
    complaint.replied_at = complaint.replied_by_id = None  # type: ignore[attr-defined]  # facts of the state
