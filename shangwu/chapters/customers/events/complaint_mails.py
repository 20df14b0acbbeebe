"""What follows from mail about complaints (2.5.3): it is sent, and what was taken by the mail server is the proof."""

from collections.abc import Sequence
from typing import cast

from shangwu.chapters.customers.complaint_mails import writing_about
from shangwu.chapters.customers.mails import is_address
from shangwu.chapters.customers.models import Complaint, Delivery, Message
from shangwu.foundation.actions.door import Acted, Row, act, act_many, on
from shangwu.foundation.audit.models import Entry
from shangwu.foundation.records import clock, gate
from shangwu.foundation.records.actors import Source, system

State = Complaint.State


@on("customers.complaint.mail_written")
def put_on_its_way(acted: Acted) -> None:
    """The mails go out; those of the demo have no address in the world."""
    if acted.by.source is Source.DEMO:
        return
    mails = [one for one in acted.also if isinstance(one, Message)]
    Delivery.objects.bulk_create([Delivery(message=one, due_at=clock.now()) for one in mails])


@on("customers.complaint.refused")
def tell_why(acted: Acted) -> None:
    """Who complains is told by mail why it is not accepted, where an address is known."""
    if acted.by.source is Source.DEMO:
        return
    with gate.free_reading():
        complaints = cast(Sequence[Complaint], acted.records)
        known = writing_about(complaints)
        reason = Entry.objects.get(pk=acted.entry_id).reason
    given = {"because": reason, "writer": acted.by.person_id}
    rows = [Row(given, one) for one in complaints if is_address(known.address(one))]
    if rows:
        act_many(system(Source.EVENT), "customers.complaint.tell_refusal", rows, whole=True)


@on("customers.message.delivered")
def prove(acted: Acted) -> None:
    """A copy of what went is kept with the complaint; of an answer it is the proof of sending."""
    for message, given in zip(cast(Sequence[Message], acted.records), acted.inputs, strict=True):
        if message.complaint_id is None:
            continue
        with gate.free_reading():
            complaint = Complaint.objects.get(pk=message.complaint_id)
        copy = {"evidence": given.get("evidence") or ""}
        if complaint.state == State.CARRYING_OUT:
            told = {"answer": message.text, "proof": message.message_id, "writer": message.owner_id}
            act(system(Source.EVENT), "customers.complaint.reply_sent", complaint, told | copy)
        else:
            act(system(Source.EVENT), "customers.complaint.keep_mail", complaint, copy)


@on("customers.message.bounced")
def take_back(acted: Acted) -> None:
    """An answer that came back proves nothing: the complaint waits for its answer again."""
    with gate.free_reading():
        ids = [one.message_id for one in cast(Sequence[Message], acted.records) if one.complaint_id is not None]
        found = Complaint.objects.filter(state=State.REPLIED, reply_proof__in=ids).order_by("pk") if ids else ()
        rows = [Row(target=one) for one in found]
    if rows:
        act_many(system(Source.EVENT), "customers.complaint.reply_returned", rows, whole=True)
