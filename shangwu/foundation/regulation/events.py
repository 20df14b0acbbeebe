"""What follows from an edition's way: clauses settle, everybody is asked to sign, newcomers too, leavers no more."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_noop as _

from shangwu.foundation.actions.door import Acted, Row, act, act_many, on
from shangwu.foundation.notices.models import Kind
from shangwu.foundation.notices.sending import notify
from shangwu.foundation.people.models import Person
from shangwu.foundation.records.actors import Source, system
from shangwu.foundation.records.clock import today
from shangwu.foundation.regulation import editions
from shangwu.foundation.regulation.models import Edition, Passage, SignOff
from shangwu.foundation.regulation.shipped import REFERENCE, Wording, all_shipped

WAITING = (SignOff.State.ASKED, SignOff.State.OPENED)
ASKED = _("A new edition of the regulation waits to be read and signed for: %(title)s")


@on("regulation.edition.proposed")
def settle(acted: Acted) -> None:
    """What those who decide have before them is no longer changed."""
    _move("regulation.passage.settle", acted.records, Passage.State.OPEN)


@on("regulation.edition.returned")
def reopen(acted: Acted) -> None:
    """The author may correct it."""
    _move("regulation.passage.reopen", acted.records, Passage.State.SETTLED)


@on("regulation.edition.withdrawn")
def close(acted: Acted) -> None:
    """What was given up stays as it was."""
    _move("regulation.passage.settle", acted.records, Passage.State.OPEN)


@on("regulation.edition.caught_up")
def take_over(acted: Acted) -> None:
    """Clauses that the draft has not changed itself read as in the edition that it starts from now."""
    for edition, changed in zip(acted.records, acted.changes, strict=True):
        before, after = changed["former_id"]
        old, new = _texts(before), _texts(after)
        for one in Passage.objects.filter(edition_id=edition.pk).order_by("pk"):
            own = {language: one.wording(language) for language in Passage.LANGUAGES}
            was = {language: old[one.code, language] for language in Passage.LANGUAGES}
            becomes = {language: new[one.code, language] for language in Passage.LANGUAGES}
            if own == was != becomes:
                act(system(Source.EVENT), *worded(one, becomes))


def _texts(pk: int | None) -> editions.Texts:
    return editions.texts_of(pk) if pk is not None else all_shipped()


def worded(passage: Passage, becomes: Mapping[str, Wording]) -> tuple[str, Passage, dict[str, str]]:
    """The action, its target and its inputs that make a clause read so."""
    if because := becomes[REFERENCE].repealed:
        return "regulation.passage.repeal", passage, {"because": because}
    given: dict[str, str] = {}
    for language, ending in Passage.LANGUAGES.items():
        given |= {f"heading{ending}": becomes[language].title, f"text{ending}": becomes[language].text}
    return "regulation.passage.edit", passage, given


def _move(verb: str, records: Sequence[Any], state: str) -> None:
    found = list(Passage.objects.filter(edition__in=[one.pk for one in records], state=state).order_by("pk"))
    if found:
        act_many(system(Source.EVENT), verb, [Row(target=one) for one in found], whole=True)


@on("regulation.edition.published")
def ask_everybody(acted: Acted) -> None:
    """3.1.3: everybody at work is asked to sign; this process learns of the edition once it is certain."""
    transaction.on_commit(editions.forget)
    people = list(Person.objects.filter(state=Person.State.ACTIVE, archived_at__isnull=True).order_by("pk"))
    for edition in acted.records:
        assert isinstance(edition, Edition)
        _ask(edition, people, acted)


@on("people.person.joined")
@on("people.person.rejoined")
def ask_newcomers(acted: Acted) -> None:
    """Who joins signs for the edition that holds, and for one that is published already and begins later.

    Who comes back is asked for those alone for which they never were.
    """
    held = editions.held_on(today(acted.by.zone))
    wanted = [one.pk for one in editions.history() if held is None or one.since >= held.since]
    if not wanted:
        return
    people = [one for one in acted.records if isinstance(one, Person)]
    for edition in Edition.objects.filter(pk__in=wanted).order_by("effective_from"):
        asked = set(SignOff.objects.filter(edition=edition, owner__in=people).values_list("owner", flat=True))
        _ask(edition, [one for one in people if one.pk not in asked], acted)


def _ask(edition: Any, people: Iterable[Person], acted: Acted) -> None:
    found = list(people)
    at = edition.published_at if acted.by.source is Source.DEMO else None
    rows = [
        Row({"edition": edition, "owner": one, "department": one.department, "entity": one.entity}, occurred_at=at)
        for one in found
    ]
    if not rows:
        return
    by = system(Source.DEMO if at else Source.EVENT)
    act_many(by, "regulation.signoff.ask", rows, whole=True)
    if not at:
        notify([one.pk for one in found], ASKED, {"title": str(edition)}, about=edition, kind=Kind.ISSUED)


@on("people.person.left")
def ask_leavers_no_more(acted: Acted) -> None:
    """3.4.3: who has left signs nothing any more."""
    owed = (*WAITING, SignOff.State.CARRIED)
    found = SignOff.objects.filter(owner__in=[one.pk for one in acted.records], state__in=owed).order_by("pk")
    rows = [Row(target=one) for one in found]
    if rows:
        act_many(system(Source.EVENT), "regulation.signoff.lapse", rows, whole=True)


@on("regulation.signoff.confirmed")
def owe_no_more(acted: Acted) -> None:
    """Who signs for an edition owes no earlier one: what it says holds instead."""
    owners = [one.owner_id for one in acted.records]
    found = SignOff.objects.filter(owner__in=owners, state=SignOff.State.CARRIED).order_by("pk")
    rows = [Row(target=one) for one in found]
    if rows:
        act_many(system(Source.EVENT), "regulation.signoff.sign_later", rows, whole=True)
