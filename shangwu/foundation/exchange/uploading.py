"""A file that is to be imported, from the upload to an open import."""

import hashlib
import json
from collections.abc import Sequence

from shangwu.foundation.actions.door import act
from shangwu.foundation.exchange.mapping import Mapping
from shangwu.foundation.exchange.models import Import
from shangwu.foundation.exchange.reading.proposals import compared
from shangwu.foundation.exchange.reading_in import importer_of, opened
from shangwu.foundation.files import intake, receipts, storage
from shangwu.foundation.files.storage import Readable
from shangwu.foundation.records.actors import Actor


def uploaded(by: Actor, record: str, source: Readable, name: str, *, key: str | None = None) -> Import:
    """Keep a file, look into it, and open an import for it with the columns that it probably has.

    Raises ValidationError or Refusal. A file that is no table is kept until the nightly scrub, without a row.
    """
    importer = importer_of(record, by)
    taken = intake.take(source, name, entity=by.entity_id or 0, rename=True)
    with storage.on_disk(taken.blob) as path, opened(path, name, importer, by, Mapping()) as file:
        header = file.sheet.header
        notes = [str(note) for note in file.sheet.notes]
        mapping = remembered(by, record, header) or file.proposal()[0]
    # Escaped: a header and a note may show what no field takes, such as the sign of lost characters.
    inputs = {
        "record_type": record,
        "name": receipts.receipt(taken, by),
        "header": json.dumps(header),
        "signature": signature(header),
        "notes": json.dumps(notes),
        "mapping": mapping.text(),
    }
    public_id = act(by, "exchange.import.create", None, inputs, key=key).public_id
    return Import.objects.visible_to(by).get(public_id=public_id)


def signature(header: Sequence[str]) -> str:
    """The same for files with the same columns, however their names are written."""
    return hashlib.sha256("\n".join(map(compared, header)).encode()).hexdigest()


def remembered(by: Actor, record: str, header: Sequence[str]) -> Mapping | None:
    """The mapping that this person last used for such a file, if it came to an end."""
    former = Import.objects.visible_to(by).filter(
        owner=by.person_id, record_type=record, signature=signature(header), state=Import.State.DONE
    )
    text = former.order_by("-id").values_list("mapping", flat=True).first()
    return Mapping.of_text(text) if text else None
