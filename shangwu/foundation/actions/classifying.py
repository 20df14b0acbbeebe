"""Setting a record's secrecy level: the same verb for every record that may become a secret (3.4.1)."""

from typing import Annotated, Any

from django.utils.translation import gettext_lazy as _
from rules.predicates import Predicate

from shangwu.foundation.actions.inputs import Ask
from shangwu.foundation.actions.registry import action
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.models import Record, Secrecy
from shangwu.foundation.records.refusals import Refusal

VERB = "set_secrecy"


def classify(model: type[Record], *, may: Predicate, shown: bool = True) -> None:
    """Let the secrecy level of `model` be set. shown: False where it follows that of another record (an order)."""

    @action(
        model, VERB, clause="3.4.1", label=_("Set the secrecy level"), may=may, icon="shield-lock", bulk=True,
        needs_reason=shown, shown=shown, event=f"{model._meta.label_lower}.classified",
    )  # fmt: skip
    def set_secrecy(record: Any, by: Actor, *, secrecy: Annotated[Secrecy, Ask(_("Secrecy level"))]) -> None:
        """3.4.1: say how secret it is; who has not that clearance no longer finds it. Refuses `clearance`."""
        if secrecy > by.clearance:
            raise Refusal("clearance", _("You could no longer read it yourself. Ask someone with that clearance."))
        record.secrecy = secrecy
