"""Clause 2.6.2: clauses are drafted by the department and released by legal; contracts are held against those."""

from django.utils.translation import gettext_lazy as _

from shangwu.chapters.sales.contract_access import drafts_templates, releases_templates
from shangwu.chapters.sales.models import StandardClause
from shangwu.foundation.actions.door import Refusal, action, create, edit
from shangwu.foundation.records.actors import Actor

State = StandardClause.State
FIELDS = ["kind", "subject", "text"]


def written(clause: StandardClause, by: Actor) -> None:
    """2.6.2: write a clause down; contracts know nothing of it before legal has released it. Refuses `invalid`."""
    if not clause.text.strip():
        raise Refusal("invalid", _("Write the clause."), fields={"text": [_("This is needed.")]})


create(
    StandardClause, clause="2.6.2", may=drafts_templates, fields=FIELDS, body=written, label=_("New standard clause")
)
edit(StandardClause, clause="2.6.2", may=drafts_templates, fields=FIELDS, source=State.DRAFT, body=written)


@action(
    StandardClause, "release", clause="2.6.2", label=_("Release"), may=releases_templates, source=State.DRAFT,
    target=State.RELEASED, icon="circle-check", persons_only=True, event="sales.standardclause.released",
)  # fmt: skip
def release(clause: StandardClause, by: Actor) -> None:
    """2.6.2: legal has read it; from now on drafts take it, and what differs from it is listed. Refuses `duplicate`."""


@action(
    StandardClause, "withdraw", clause="2.6.2", label=_("Withdraw"), may=drafts_templates | releases_templates,
    source=[State.DRAFT, State.RELEASED], target=State.WITHDRAWN, icon="x", needs_reason=True,
    event="sales.standardclause.withdrawn",
)  # fmt: skip
def withdraw(clause: StandardClause, by: Actor) -> None:
    """2.6.2: no contract is held against it any more; those that were stay as they are."""
