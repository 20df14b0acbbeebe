"""A record that was merged into another answers for it: where it has gone."""

import uuid
from typing import Any

from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.models import Record


def successor_of(model: type[Record], public_id: uuid.UUID | str, actor: Actor) -> uuid.UUID | None:
    """The public id of the record that this one has become a part of, at the end of all merges.

    None when it stands by itself, or when one of the two is not the actor's to see.
    """
    found: uuid.UUID | None = None
    name, seen = model.successor, {uuid.UUID(str(public_id))}
    while name:
        rows: Any = model.objects.visible_to(actor, archived=True).filter(public_id=found or public_id)
        key = rows.values_list(f"{name}_id", flat=True).first()
        further = key and model.objects.visible_to(actor, archived=True).filter(pk=key)
        following = further and further.values_list("public_id", flat=True).first()
        if not following or following in seen:
            break
        seen.add(following)
        found = following
    return found
