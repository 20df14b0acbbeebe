"""The clauses of a draft: worded anew, repealed with a reason, brought up to date with what was published meanwhile."""

import datetime
from typing import Annotated

from django.db import models
from django.utils.translation import gettext_lazy as _

from shangwu.foundation.access.predicates import nobody
from shangwu.foundation.actions.door import Ask, Refusal, action, edit
from shangwu.foundation.policy.clauses import INTRODUCTION, TITLES
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.regulation import checking
from shangwu.foundation.regulation.access import draws_up
from shangwu.foundation.regulation.attached import Attached, attached_to, file_of
from shangwu.foundation.regulation.models import Edition, Passage, Procedure

State = Passage.State
FIELDS = [
    "heading", "text", "heading_zh_hans", "text_zh_hans", "heading_en", "text_en",
]  # fmt: skip


def _word(passage: Passage, by: Actor) -> None:
    """A clause of a draft is worded anew. Refuses `parameter` for a blank that no parameter fills, `heading`."""
    if passage.code not in TITLES and (passage.text or passage.text_zh_hans or passage.text_en):
        said = _("A chapter has a heading alone. Write the text into one of its clauses.")
        raise Refusal("heading", said, fields={"text": [said]})
    wordings = {language: passage.wording(language) for language in Passage.LANGUAGES}
    fields = {language: f"text{ending}" for language, ending in Passage.LANGUAGES.items()}
    checking.require_sound(passage.code, wordings, fields)
    if passage.text:
        passage.repealed_because = ""


edit(
    Passage, clause=INTRODUCTION, may=draws_up, fields=FIELDS, source=State.OPEN, body=_word, label=_("Word anew"),
    bulk=False,
)  # fmt: skip


@action(
    Passage, "repeal", clause=INTRODUCTION, label=_("Repeal"), may=draws_up, source=State.OPEN, icon="x",
    event="regulation.passage.repealed", offered_when=lambda one: one.code in TITLES and not one.repealed_because,
    danger=_("The clause no longer holds once the edition is in force. Its text can be written again."),
)  # fmt: skip
def repeal(passage: Passage, by: Actor, *, because: Annotated[str, Ask(_("Why it no longer holds"))]) -> None:
    """A clause is not lost by leaving it out: it is repealed, with a reason. Refuses `heading` for a chapter."""
    if passage.code not in TITLES:
        raise Refusal("heading", _("A chapter stays. Repeal its clauses one by one."))
    said = because.strip()
    if not said or len(said) > 300:
        raise Refusal("invalid", _("Say why, in 300 characters at most."), fields={"because": [_("This is needed.")]})
    passage.repealed_because = said
    passage.text = passage.text_zh_hans = passage.text_en = ""


@action(Passage, "settle", clause=INTRODUCTION, label=_("Settle"), may=nobody, source=State.OPEN, target=State.SETTLED,
        shown=False)  # fmt: skip
def settle(passage: Passage, by: Actor) -> None:
    """Its edition has been put to those who decide: it stays as they read it. The house alone."""


@action(Passage, "reopen", clause=INTRODUCTION, label=_("Open again"), may=nobody, source=State.SETTLED,
        target=State.OPEN, shown=False)  # fmt: skip
def reopen(passage: Passage, by: Actor) -> None:
    """Its edition was returned to its author. The house alone."""


@action(
    Edition, "record_procedure", clause="3.1.3", label=_("Record a step of due procedure"), may=draws_up,
    source=[Edition.State.DRAFT, Edition.State.APPROVED], reads=["procedures"], prepare=attached_to(Edition),
    icon="users", event="regulation.edition.procedure_recorded",
)  # fmt: skip
def record_procedure(
    edition: Edition,
    by: Actor,
    attached: Attached,
    *,
    kind: Annotated[Procedure.Kind, Ask(_("Step"))],
    held_on: Annotated[datetime.date, Ask(_("Held on"))],
    with_whom: Annotated[str, Ask(_("With whom, or where"))],
    outcome: Annotated[str, Ask(_("What was said, and what became of it"), multiline=True)],
    file: Annotated[str, Ask(_("File of this edition"), help=_("Its name, as it is attached here."))],
) -> list[models.Model]:
    """3.1.3: employees were consulted, or the text was published; a file of the edition proves it.

    Refuses `file` for a file that hangs elsewhere, `ahead` for a day that lies ahead.
    """
    found = file_of(edition, file, attached)
    if held_on > edition.changed_at.astimezone(by.zone).date():
        said = _("What lies ahead proves nothing yet. Give the day on which it was held.")
        raise Refusal("ahead", said, fields={"held_on": [said]})
    place = max((one.position for one in edition.procedures.all()), default=0) + 1
    return [
        Procedure(
            edition=edition, position=place, kind=kind, held_on=held_on, with_whom=with_whom[:200],
            outcome=outcome[:4000], file=found,
        )
    ]  # fmt: skip
