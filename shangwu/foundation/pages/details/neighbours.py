"""Next and previous: the rows around a record in the list that the person came from."""

from dataclasses import replace

from shangwu.foundation.pages.lists.asked import asked, lists_of
from shangwu.foundation.pages.lists.cursor import Cursor
from shangwu.foundation.pages.lists.find import found
from shangwu.foundation.pages.lists.prepared import prepared
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.models import Record


def neighbours(actor: Actor, record: Record, query: str) -> tuple[str, str]:
    """(public id of the row before, of the row after) in that filter and order; "" at the ends."""
    one = prepared(type(record))
    question = asked(one, lists_of(query), actor)
    place = Cursor.at(record, question.sort, 1)
    before = found(one, replace(question, before=place, after=None), actor, size=1).rows
    after = found(one, replace(question, after=place, before=None), actor, size=1).rows
    return (
        str(before[0].public_id) if before and before[0].pk != record.pk else "",
        str(after[0].public_id) if after and after[0].pk != record.pk else "",
    )
