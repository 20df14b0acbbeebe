"""Proofs and evidence of a record: kept mails by their Message-ID, files by name, uploads by a signed word (2.5.3).

Attachments of other mail (2.5.2) come by the same word.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core import signing
from django.utils.translation import gettext_lazy as _

from shangwu.chapters.customers.models import Complaint, Letter, Message
from shangwu.foundation.actions.door import Refusal, newborn
from shangwu.foundation.files.intake import Taken
from shangwu.foundation.files.models import StoredFile
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.models import Record

HELP = _(
    "The Message-ID of a mail that is kept with this customer, such as <…@…>, or the name of a file that was attached "
    "to this complaint."
)

COUNTING = (Message.State.SENT, Message.State.RECEIVED)
"""What is only written, waits, or came back proves nothing."""

_SALT = "shangwu.customers.evidence"
_HOURS = 24


@dataclass(slots=True)
class Kept:
    """What the house keeps of one matter: the files that hang on it, the mails that went to its customer, those that
    came from there."""

    files: set[str] = field(default_factory=set)
    went: set[str] = field(default_factory=set)
    came: set[str] = field(default_factory=set)


Attached = Mapping[int, Kept]


def attached(records: Sequence[Any], by: Actor, inputs: Sequence[Mapping[str, Any]]) -> Attached:
    """The `prepare` of what asks for a proof, for records of one type with a customer: what may stand as their proof.
    Of mails only those that are named."""
    found: dict[int, Kept] = defaultdict(Kept)
    keys, names = [one.pk for one in records], {one._meta.label_lower for one in records}
    rows = StoredFile.objects.filter(record_type__in=names, record_id__in=keys, archived_at=None)
    for key, name in rows.values_list("record_id", "name"):
        found[key].files.add(name)
    named = {str(one.get("proof") or "").strip() for one in inputs}
    mails = Message.objects.filter(
        message_id__in=named, customer__in={one.customer_id for one in records} - {None}, state__in=COUNTING
    )
    for customer, message_id, is_outgoing in mails.values_list("customer_id", "message_id", "is_outgoing"):
        for one in records:
            if one.customer_id == customer:
                (found[one.pk].went if is_outgoing else found[one.pk].came).add(message_id)
    complaints = [one.pk for one in records if isinstance(one, Complaint)]
    letters = Letter.objects.filter(complaint__in=complaints, message_id__in=named)
    for key, message_id in letters.values_list("complaint_id", "message_id"):
        found[key].came.add(message_id)
    return found


def require_proof(record: Record, said: str, kept: Attached) -> str:
    """The proof as it is kept. Raises Refusal("proof") for what is neither a mail with this customer nor a file."""
    said, known = said.strip(), kept.get(record.pk, Kept())
    if said and said in known.files | known.went | known.came:
        return said
    raise _no_proof(
        _(
            "This is no proof: nothing of that name is kept here. Attach the file under Files first and name it here, "
            "or give the Message-ID of a mail that stands with this customer."
        )
    )


def require_sent(record: Record, said: str, kept: Attached) -> str:
    """The proof that something went to the customer. Raises Refusal("proof") for a mail that came, or never went."""
    said, known = said.strip(), kept.get(record.pk, Kept())
    if said and said in known.files | known.went:
        return said
    raise _no_proof(
        _(
            "This proves no sending: no such mail went to this customer from here. Attach the mail or the receipt "
            "under Files first and name it here, or give the Message-ID of a mail that was sent."
        )
    )


def _no_proof(sentence: Any) -> Refusal:
    return Refusal("proof", sentence, fields={"proof": [sentence]})


def word_for(taken: Iterable[Taken]) -> str:
    """A signed word for uploads that were taken in just now: only bytes that came through the intake are attached."""
    said = [[*one.blob, one.report.name, one.report.kind.code, list(one.report.notices)] for one in taken]
    return signing.dumps(said, salt=_SALT, compress=True) if said else ""


def files_of(word: str, record: Record, by: Actor) -> list[StoredFile]:
    """The files that a word stands for, to hang on a record. Raises Refusal("receipt") for a word not ours."""
    if not word:
        return []
    try:
        said = signing.loads(word, salt=_SALT, max_age=_HOURS * 3600)
    except signing.BadSignature:
        raise Refusal("receipt", _("The upload is not known any more. Choose the file again.")) from None
    found = []
    for entity, sha256, size, name, kind, notices in said:
        file: StoredFile = newborn(StoredFile, by, record.changed_at)
        file.record_type, file.record_id = record._meta.label_lower, record.pk
        file.name, file.kind, file.notices = name, kind, " ".join(notices)
        file.kept_for, file.sha256, file.size = entity, sha256, size
        file.entity_id, file.department_id, file.secrecy = record.entity_id, record.department_id, 0
        found.append(file)
    return found
