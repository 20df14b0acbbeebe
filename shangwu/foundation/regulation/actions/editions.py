"""An edition of the text: drawn up from the one in force, decided, published from a day ahead, then superseded."""

import datetime
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from shangwu.foundation.access.predicates import nobody, owns
from shangwu.foundation.actions.door import Ask, Refusal, action, create, edit, newborn
from shangwu.foundation.approvals.access import by_decision
from shangwu.foundation.approvals.kinds import Fact, StepSpec, approvable
from shangwu.foundation.approvals.opening import Opening, opening
from shangwu.foundation.notices.models import Kind
from shangwu.foundation.notices.sending import notify
from shangwu.foundation.numbering.series import Reset, Series
from shangwu.foundation.people.roles import Role
from shangwu.foundation.policy.clauses import INTRODUCTION
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.regulation import checking, editions
from shangwu.foundation.regulation.access import draws_up, publishes
from shangwu.foundation.regulation.editions import Held, Texts
from shangwu.foundation.regulation.models import Edition, Passage, Procedure, SignOff
from shangwu.foundation.regulation.shipped import CODES, all_shipped

State = Edition.State
EDITIONS = Series("edition", "ZD%Y-{n:02d}", _("Edition of the regulation"), Reset.YEAR)
PUBLISHING = "regulation.edition.publication"
REMINDED = gettext_noop("%(name)s reminds you to read the regulation and to sign for it: %(title)s")

approvable(
    PUBLISHING,
    model=Edition,
    label=_("Edition of the regulation"),
    clause=INTRODUCTION,
    facts={"pay": Fact(_("Bears on pay or discipline"), lambda edition: edition.touches_pay)},
    on_approved="regulation.edition.approve",
    on_rejected="regulation.edition.refuse",
    on_returned="regulation.edition.return",
    on_withdrawn="regulation.edition.return",
    resubmitted_by="regulation.edition.propose",
    route=[
        StepSpec(name=_("Head of department"), role=Role.HEAD),
        StepSpec(name=_("Human resources"), role=Role.HUMAN_RESOURCES, link="beside", when=[("pay", "is", "yes")]),
        StepSpec(name=_("Legal"), role=Role.LEGAL, link="beside", when=[("pay", "is", "yes")]),
        StepSpec(name=_("Executive"), role=Role.EXECUTIVE),
    ],
    bulk=False,
)

Start = tuple[Held | None, Texts]


def latest() -> Start:
    """The edition that was published last, also if it begins only later, and its text; else what the program ships.

    Read from the tables, not from what this process remembers: another one may have published a moment ago.
    """
    editions.forget()
    found = editions.history()
    return (found[-1], editions.texts_of(found[-1].pk)) if found else (None, all_shipped())


def _latest(records: Sequence[Edition], by: Actor, inputs: Sequence[Mapping[str, Any]]) -> Start:
    return latest()


def _start(edition: Edition, by: Actor, start: Start) -> list[models.Model]:
    """A draft begins with the text that was published last, clause by clause."""
    former, texts = start
    edition.former_id = former.pk if former else None
    found: list[models.Model] = []
    for code in CODES:
        passage: Passage = newborn(Passage, by, edition.changed_at)
        passage.edition, passage.code = edition, code
        put(passage, texts)
        found.append(passage)
    return found


def put(passage: Passage, texts: Texts) -> None:
    """Give a clause the wording of other texts, in all languages."""
    for language, ending in Passage.LANGUAGES.items():
        one = texts[passage.code, language]
        setattr(passage, f"heading{ending}", one.title)
        setattr(passage, f"text{ending}", one.text)
        passage.repealed_because = one.repealed


create(
    Edition, clause=INTRODUCTION, may=draws_up, fields=["title", "reason"], label=_("Draw up an edition"), body=_start,
    prepare=_latest, series=EDITIONS,
)  # fmt: skip
edit(Edition, clause=INTRODUCTION, may=owns & draws_up, fields=["title", "reason"], source=State.DRAFT, bulk=False)


def _known(
    records: Sequence[Edition], by: Actor, inputs: Sequence[Mapping[str, Any]]
) -> tuple[Start, dict[int, Texts], Opening]:
    """What was published last, what these drafts say, and the route to those who decide."""
    texts = {one.pk: editions.read_texts(one.pk) for one in records}
    return latest(), texts, opening(PUBLISHING)(records, by, inputs)


@action(
    Edition, "propose", clause=INTRODUCTION, label=_("Propose"), may=owns & draws_up, source=State.DRAFT,
    target=State.PROPOSED, reads=["procedures"], prepare=_known, primary=True, icon="send",
)  # fmt: skip
def propose(edition: Edition, by: Actor, known: tuple[Start, dict[int, Texts], Opening]) -> list[models.Model]:
    """Put the edition to those who decide.

    Refuses `outdated`, `same`, `codes`, `empty`, `languages`; `procedure` where pay or discipline is touched and the
    employees were not consulted (3.1.3).
    """
    (former, published), texts, opened = known
    _require_latest(edition, former)
    checking.require_whole(texts[edition.pk])
    changed = checking.changed_codes(published, texts[edition.pk])
    if former is not None and not changed:
        raise Refusal("same", _("It says the same as the edition before. Change a clause first."))
    # To put a whole regulation in force is a change of everything that it says on pay.
    edition.touches_pay = former is None or any(map(checking.bears_on_pay, changed))
    require_procedure(edition, Procedure.Kind.CONSULTATION)
    return opened.request(edition, by)


def _require_latest(edition: Edition, former: Held | None) -> None:
    if edition.former_id != (former.pk if former else None):
        said = _("Another edition has been published in the meantime. Bring this one up to date first.")
        raise Refusal("outdated", said)


def require_procedure(edition: Edition, *kinds: Procedure.Kind) -> None:
    """3.1.3: what touches pay or discipline has gone the way that the law asks for. Refuses `procedure`."""
    if not edition.touches_pay:
        return
    there = {one.kind for one in edition.procedures.all()}
    for kind in kinds:
        if kind not in there:
            said = _("It bears on pay or discipline. Record first, with its file: %(step)s.")
            raise Refusal("procedure", said, {"step": kind.label})


@action(
    Edition, "approve", clause=INTRODUCTION, label=_("Approve"), may=by_decision, source=State.PROPOSED,
    target=State.APPROVED, icon="thumb-up", persons_only=True,
)  # fmt: skip
def approve(edition: Edition, by: Actor) -> None:
    """It may be published now. Only a decision does this."""


@action(
    Edition, "refuse", clause=INTRODUCTION, label=_("Refuse"), may=by_decision, source=State.PROPOSED,
    target=State.REFUSED, icon="thumb-down", persons_only=True,
)  # fmt: skip
def refuse(edition: Edition, by: Actor) -> None:
    """The text stays as it is; the opinion says why. Only a decision does this."""


@action(
    Edition, "return", clause=INTRODUCTION, label=_("Return"), may=by_decision, source=State.PROPOSED,
    target=State.DRAFT, icon="arrow-back", event="regulation.edition.returned", persons_only=True,
)  # fmt: skip
def return_(edition: Edition, by: Actor) -> None:
    """Back to its author, to be corrected and proposed again: by a decision, or taken back by the author."""


@action(
    Edition, "withdraw", clause=INTRODUCTION, label=_("Withdraw"), may=owns & draws_up,
    source=[State.DRAFT, State.APPROVED], target=State.WITHDRAWN, icon="x", event="regulation.edition.withdrawn",
    danger=_("The draft is given up. It is kept to be read."),
)  # fmt: skip
def withdraw(edition: Edition, by: Actor) -> None:
    """Its author no longer wants it. What is being decided is first taken back on its request."""


@action(
    Edition, "publish", clause="3.1.3", label=_("Publish"), may=publishes, source=State.APPROVED,
    target=State.PUBLISHED, reads=["procedures"], prepare=_latest, primary=True, icon="bookmark",
    persons_only=True, danger=_("It holds from that day on and is never changed. Everybody is asked to sign for it."),
)  # fmt: skip
def publish(
    edition: Edition, by: Actor, start: Start, *, effective_from: Annotated[datetime.date, Ask(_("In force from"))]
) -> None:
    """3.1.3: published from a day that lies ahead, so that nothing past changes.

    Refuses `past`, `overlap`, `outdated`, and `procedure` as long as a proof is missing.
    """
    former = start[0]
    if effective_from <= edition.changed_at.astimezone(by.zone).date():
        said = _("An edition holds from tomorrow at the earliest, so that nothing past changes. Choose a later day.")
        raise Refusal("past", said, fields={"effective_from": [said]})
    if former is not None and effective_from <= former.since:
        said = _("The edition before it begins on %(day)s. Choose a later day.")
        told = str(said) % {"day": former.since.isoformat()}
        raise Refusal("overlap", said, {"day": former.since.isoformat()}, fields={"effective_from": [told]})
    _require_latest(edition, former)
    require_procedure(edition, Procedure.Kind.CONSULTATION, Procedure.Kind.PUBLICATION)
    edition.effective_from = effective_from


@action(
    Edition, "catch_up", clause=INTRODUCTION, label=_("Bring up to date"), may=owns & draws_up, source=State.DRAFT,
    prepare=_latest, icon="refresh", event="regulation.edition.caught_up",
)  # fmt: skip
def catch_up(edition: Edition, by: Actor, start: Start) -> None:
    """The draft starts from what was published last: clauses that it has not changed itself take the new wording.

    Refuses `latest` when nothing was published since.
    """
    former = start[0]
    if former is None or edition.former_id == former.pk:
        raise Refusal("latest", _("It starts from the latest edition already."))
    edition.former_id = former.pk


@action(
    Edition, "supersede", clause=INTRODUCTION, label=_("Supersede"), may=nobody, source=State.PUBLISHED,
    target=State.SUPERSEDED, shown=False,
)  # fmt: skip
def supersede(edition: Edition, by: Actor) -> None:
    """The next edition has begun. The clock does this; which edition holds is read from the days alone."""


def _waiting(records: Sequence[Edition], by: Actor, inputs: Sequence[Mapping[str, Any]]) -> dict[int, list[int | None]]:
    """Who has not yet signed for these editions."""
    found: dict[int, list[int | None]] = {one.pk: [] for one in records}
    rows = SignOff.objects.filter(edition__in=list(found), state__in=[SignOff.State.ASKED, SignOff.State.OPENED])
    for edition, person in rows.values_list("edition_id", "owner_id"):
        found[edition].append(person)
    return found


@action(
    Edition, "remind", clause="3.1.3", label=_("Remind who has not signed"), may=publishes, source=State.PUBLISHED,
    prepare=_waiting, icon="bell", event="regulation.edition.reminded",
)  # fmt: skip
def remind(edition: Edition, by: Actor, waiting: dict[int, list[int | None]]) -> None:
    """3.1.3: a notice to everybody who has not yet signed. Refuses `nobody` when all have."""
    if not waiting[edition.pk]:
        raise Refusal("nobody", _("Everybody has signed. There is nobody to remind."))
    notify(waiting[edition.pk], REMINDED, {"title": str(edition), "name": by.name}, about=edition, kind=Kind.ISSUED)
