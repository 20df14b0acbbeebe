"""What may be done to comments: write, mend, take away. Each goes through the door like everything else."""

import uuid
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from shangwu.foundation.access.predicates import anyone, nobody, owns, predicate
from shangwu.foundation.actions import registry
from shangwu.foundation.actions.door import Refusal, archive, edit
from shangwu.foundation.actions.inputs import Input, Kind, from_field
from shangwu.foundation.actions.registry import record_name
from shangwu.foundation.pages.models import Comment
from shangwu.foundation.records import scopes
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.models import Record
from shangwu.foundation.records.refusals import missing

CLAUSE = "2.5.2"
"""Contact and follow-up: what was said about a matter stands with the matter."""

writes_own = owns & anyone


@predicate
def is_comfortable(by: Actor, comment: Any) -> bool:
    """Whoever has signed in: whether they see the record is asked when the comment is written."""
    return by.is_system or by.person_id is not None


def subject_model(name: str) -> type[models.Model] | None:
    """The record type of a public name such as `sales.order`; None when there is none that people see."""
    found = (model for model in scopes.declared() if issubclass(model, Record) and model is not Comment)
    return next((model for model in found if record_name(model) == name), None)


def _public_id(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def _write(comment: Any, by: Actor) -> None:
    """Write a remark under a record (2.5.2). Refuses `missing` for a record that the writer may not see.

    Its subject may be of any type, so that no lock path can name it: this body asks the gate itself, once.
    """
    model: Any = subject_model(comment.about)
    key = str(comment.about_id)
    if model is None or len(key) != 36:
        raise missing()
    found = model.objects.visible_to(by, archived=True).filter(public_id=key).values_list("pk", "secrecy").first()
    if found is None:
        raise missing()
    if not comment.text.strip():
        raise Refusal("invalid", _("Write something first."), fields={"text": [_("This is needed.")]})
    comment.record_type, comment.record_id = model._meta.label_lower, found[0]
    comment.secrecy = found[1]


registry.register(
    Comment,
    "create",
    CLAUSE,
    label=_("Write"),
    may=is_comfortable,
    body=_write,
    makes=True,
    icon="message-circle",
    inputs=(
        Input("about", Kind.TEXT, _("Record type"), max_length=80),
        Input("about_id", Kind.TEXT, _("Public id"), max_length=36),
        from_field(Comment, "text"),
        from_field(Comment, "mentions"),
    ),
    description=(_write.__doc__ or "").strip(),
)
edit(Comment, clause=CLAUSE, may=writes_own, fields=["text", "mentions"], bulk=False)
archive(Comment, clause=CLAUSE, may=writes_own)
edit(
    Comment, clause="2.5.1", may=nobody, fields=["text"], verb="blank", label=_("Blank a person's name"), bulk=False,
    undo=False, shown=False, archive_too=True, own=False,
)  # fmt: skip
