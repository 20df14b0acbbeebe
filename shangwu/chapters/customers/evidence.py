"""Proofs and evidence of a record: mails by their Message-ID, files by name, uploads by a signed word (2.5.3).

Attachments of other mail (2.5.2) come by the same word.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.core import signing
from django.utils.translation import gettext_lazy as _

from shangwu.foundation.actions.door import Refusal, newborn
from shangwu.foundation.files.intake import Taken
from shangwu.foundation.files.models import StoredFile
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.models import Record

MESSAGE_ID = re.compile(r"<[^<>\s@]+@[^<>\s@]+>")
HELP = _("The Message-ID of the mail, such as <…@…>, or the name of a file that was attached to this complaint.")

_SALT = "shangwu.customers.evidence"
_HOURS = 24

Attached = Mapping[int, Sequence[str]]


def attached(records: Sequence[Record], by: Actor, inputs: Sequence[Mapping[str, Any]]) -> Attached:
    """The `prepare` of what asks for a proof: names of the files that hang on each record, all of one type."""
    found: dict[int, list[str]] = defaultdict(list)
    keys, names = [one.pk for one in records], {one._meta.label_lower for one in records}
    rows = StoredFile.objects.filter(record_type__in=names, record_id__in=keys, archived_at=None)
    for key, name in rows.values_list("record_id", "name"):
        found[key].append(name)
    return found


def require_proof(record: Record, said: str, files: Attached) -> str:
    """The proof as it is kept. Raises Refusal("proof") for what is neither a Message-ID nor an attached file."""
    said = said.strip()
    if said and (said in files.get(record.pk, ()) or (MESSAGE_ID.fullmatch(said) and len(said) <= 250)):
        return said
    sentence = _("This is no proof: attach the file under Files first and name it here, or give the mail's Message-ID.")
    raise Refusal("proof", sentence, fields={"proof": [sentence]})


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
