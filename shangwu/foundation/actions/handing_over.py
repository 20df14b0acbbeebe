"""Handing a record over to another person: the same verb for every record that somebody keeps (3.4.3)."""

from collections.abc import Callable, Sequence
from typing import Annotated, Any

from django.utils.translation import gettext_lazy as _
from rules.predicates import Predicate

from shangwu.foundation.actions.inputs import Ask
from shangwu.foundation.actions.registry import Action, action, actions
from shangwu.foundation.people.models import Person
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.models import Record
from shangwu.foundation.records.refusals import Refusal

VERB = "transfer"


def hand_over(
    model: type[Record],
    *,
    clause: str,
    may: Predicate,
    source: Sequence[str] | None = None,
    then: Callable[[Any], None] | None = None,
) -> None:
    """Let the records of `model` be handed over, one or many: whoever leaves must leave nothing behind.

    then: what else changes on the record. Nothing else moves: what was done stays with who did it.
    """

    @action(
        model, VERB, clause=clause, label=_("Hand over"), may=may, icon="transfer", bulk=True, needs_reason=True,
        source=source,
    )  # fmt: skip
    def transfer(
        record: Any,
        by: Actor,
        *,
        to: Annotated[Person, Ask(_("New owner"))],  # type: ignore[valid-type]  # the plugin reads notes on models itself
    ) -> None:
        """Hand it over to another person, who becomes its owner with their department. Refuses `left`."""
        if to.state != Person.State.ACTIVE:
            raise Refusal("left", _("This person has left. Choose someone at work."))
        record.owner_id, record.department_id = to.pk, to.department_id
        if then is not None:
            then(record)


def handing_over() -> list[Action]:
    """The verb of each record type that somebody keeps."""
    return [one for one in actions.values() if one.verb == VERB]
