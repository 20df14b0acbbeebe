"""Editions as people make them, for tests: a draft, its clauses, its way through the approvals, its first day."""

import datetime
from typing import Any

from shangwu.foundation.access.actors import actor_of
from shangwu.foundation.actions.door import act
from shangwu.foundation.approvals.models import Request
from shangwu.foundation.files.models import StoredFile
from shangwu.foundation.people.models import Person
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records import clock, gate
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.models import Record
from shangwu.foundation.regulation import editions
from shangwu.foundation.regulation.models import Edition, Passage, SignOff
from tests.builders import a_person, an_actor, unique

PLACE = datetime.timezone(datetime.timedelta(hours=8))


def in_days(count: int) -> datetime.date:
    """So many days from today."""
    return clock.today(PLACE) + datetime.timedelta(days=count)


class House:
    """Those who draw up, decide and publish."""

    def __init__(self) -> None:
        self.boss: Person = a_person(Role.EXECUTIVE, whole_company=True, name="吳總")
        self.executive: Actor = actor_of(self.boss)
        self.head: Actor = an_actor(Role.HEAD, whole_company=True, superior=self.boss, name="林主管")
        self.staff: Actor = an_actor(Role.HUMAN_RESOURCES, whole_company=True, name="周人資")
        self.legal: Actor = an_actor(Role.LEGAL, whole_company=True, name="鄭法務")

    def draft(self, title: str = "二〇二六年修訂", **given: Any) -> Edition:
        """A draft of the head's, from what was published last."""
        inputs = {"title": title, "reason": "訂單評審流程調整"} | given
        return act(self.head, "regulation.edition.create", None, inputs).record

    def word(self, edition: Edition, code: str, by: Actor | None = None, **texts: str) -> Passage:
        """Word a clause anew; what is not said in a language stays."""
        return act(by or self.head, "regulation.passage.edit", passage(edition, code), texts).record

    def reword(self, edition: Edition, code: str = "2.6.1", said: str = "客戶確認前得以書面撤回。") -> Passage:
        """Add a sentence to a clause, in all languages."""
        one = passage(edition, code)
        texts = {f"text{ending}": f"{getattr(one, f'text{ending}')}\n\n{said}" for ending in ("", "_zh_hans", "_en")}
        return self.word(edition, code, **texts)

    def prove(self, edition: Edition, *kinds: str) -> None:
        """Consultation and publication, each with its file (3.1.3)."""
        for kind in kinds or ("consultation", "publication"):
            given = {
                "kind": kind, "held_on": in_days(0), "with_whom": "職工代表大會", "outcome": "意見三條，採納二條",
                "file": a_file(edition, self.head).name,
            }  # fmt: skip
            act(self.head, "regulation.edition.record_procedure", edition.fresh, given)

    def propose(self, edition: Edition) -> Edition:
        """Put it to those who decide; the first edition, which puts all rules in force, with its proofs."""
        if edition.fresh.former_id is None and not edition.fresh.procedures.count():
            self.prove(edition)
        act(self.head, "regulation.edition.propose", edition.fresh)
        return edition.fresh

    def approve(self, edition: Edition) -> Edition:
        """All who are asked agree."""
        for by in (self.staff, self.legal, self.executive):
            with gate.free_reading():
                request = Request.objects.get(subject_id=edition.public_id, state="running")
            if by.person_id in request.waiting:
                act(by, "approvals.request.approve", request, {"opinion": "同意"})
            if edition.fresh.state != Edition.State.PROPOSED:
                break
        return edition.fresh

    def publish(self, edition: Edition, on: datetime.date | None = None) -> Edition:
        """From a day on."""
        given = {"effective_from": on or in_days(7)}
        done = act(self.executive, "regulation.edition.publish", edition.fresh, given).record
        editions.forget()
        return done

    def published(self, on: datetime.date | None = None, code: str = "2.6.1", **words: str) -> Edition:
        """A whole edition, from draft to publication."""
        edition = self.draft()
        self.reword(edition, code, **words)
        return self.publish(self.approve(self.propose(edition)), on)


def passage(edition: Edition, code: str) -> Passage:
    """A clause of an edition as it stands."""
    with gate.free_reading():
        return Passage.objects.get(edition=edition, code=code)


def sign_offs(edition: Edition) -> dict[int | None, SignOff]:
    """Who is asked to sign for an edition, by person."""
    with gate.free_reading():
        return {one.owner_id: one for one in SignOff.objects.filter(edition=edition)}


def a_file(record: Record, by: Actor) -> StoredFile:
    """A file that hangs on a record."""
    with gate.door():
        return StoredFile.objects.create(
            record_type=record._meta.label_lower, record_id=record.pk, name=f"{unique()}.pdf", kind="pdf",
            kept_for=1, sha256="0" * 64, size=1, created_at=clock.now(), changed_at=clock.now(),
            owner_id=by.person_id,
        )  # fmt: skip
