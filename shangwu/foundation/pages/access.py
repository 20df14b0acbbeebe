"""Who sees the pages' own records. A comment is read with the record it stands under (comments.reading)."""

from django.db.models import Q

from shangwu.foundation.pages.models import Comment
from shangwu.foundation.records import scopes
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.references import hangs_on_any
from shangwu.foundation.records.scopes import Arm


def _own(actor: Actor) -> list[Arm]:
    """By itself a comment is its writer's alone; everybody else meets it under a record that they may see."""
    return [Arm("own", Q(owner=actor.person_id), ("owner",))] if actor.person_id else []


scopes.declare(Comment, _own)
hangs_on_any(Comment)
