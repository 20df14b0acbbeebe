"""A customer service with its calendar, and complaints brought as far as a test wants them, through the door."""

import datetime
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from shangwu.chapters.customers.models import Complaint
from shangwu.chapters.customers.tests.factories import Crew, a_customer
from shangwu.foundation.actions.door import Refusal, act
from shangwu.foundation.administration.calendar_years import seed_calendars
from shangwu.foundation.duties import directory
from shangwu.foundation.duties.models import Duty
from shangwu.foundation.files.models import StoredFile
from shangwu.foundation.people.models import Entity, Person
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records import clock, gate
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.models import Record
from tests.builders import HOUSE, an_entity

SENT = "寄件回執.pdf"
"""A file that service hangs on a complaint before it names it: a proof."""


class Time:
    """A clock that a test moves, in the time of Shanghai and Taipei alike."""

    zone = ZoneInfo("Asia/Shanghai")

    def __init__(self, text: str) -> None:
        self.go(text)

    def __call__(self) -> datetime.datetime:
        return self.now.astimezone(datetime.UTC)

    def go(self, text: str) -> None:
        self.now = datetime.datetime.fromisoformat(text).replace(tzinfo=self.zone)
        directory.forget()


class Desk(Crew):
    """The people around a complaint, in the mainland unless said otherwise."""

    def __init__(self, jurisdiction: str = "CN") -> None:
        super().__init__({"CN": "CNY", "TW": "TWD"}[jurisdiction], jurisdiction)
        seed_calendars(HOUSE, [2026, 2027], [jurisdiction])
        for by in (self.executive, self.head, self.service):
            assert by.person_id

    @cached_property
    def entity(self) -> Entity:
        zone = {"CN": "Asia/Shanghai", "TW": "Asia/Taipei"}[self.jurisdiction]
        return an_entity(currency=self.currency, jurisdiction=self.jurisdiction, zone=zone)

    @cached_property
    def service(self) -> Actor:
        return self.one(Role.SERVICE)

    @cached_property
    def quality(self) -> Actor:
        return self.one(Role.QUALITY)

    @cached_property
    def law(self) -> Actor:
        return self.one(Role.LEGAL)

    def complaint(self, by: Actor | None = None, **values: Any) -> Complaint:
        """A complaint about quality, registered by service."""
        given: dict[str, Any] = {
            "category": "quality", "description": "第三批軸承運轉兩天即有異音，拆開見滾道剝落", "product": "6204 軸承",
            "order_reference": "20260901-0007", "demand": "換貨並說明原因",
        } | values  # fmt: skip
        if "customer" not in given:
            given["customer"] = a_customer(self.sales)
        made: Complaint = act(by or self.service, "customers.complaint.create", None, given).record
        return made

    def does(self, verb: str, complaint: Complaint, *, by: Actor | None = None, **inputs: Any) -> Complaint:
        """Customer service (or `by`) does something with a complaint."""
        reason = inputs.pop("reason", "")
        if inputs.get("proof") == SENT:
            a_paper(complaint, SENT)
        done: Complaint = act(
            by or self.service, f"customers.complaint.{verb}", complaint.fresh, inputs, reason=reason
        ).record
        return done

    def tries(self, verb: str, complaint: Complaint, *, by: Actor | None = None, **inputs: Any) -> str:
        """The same; answers "done", or the code of the refusal."""
        try:
            self.does(verb, complaint, by=by, **inputs)
        except Refusal as refusal:
            return refusal.code
        return "done"

    def who(self, by: Actor) -> str:
        """How an input names the person behind an actor."""
        return str(Person.objects.get(pk=by.person_id).public_id)

    def measure(self, **values: Any) -> dict[str, Any]:
        """A measure that quality is to take."""
        given = {
            "kind": "correction",
            "what": "回火爐加裝警示",
            "person": self.who(self.quality),
            "due_on": "2026-10-08",
        }
        return given | values

    def brought_to(self, state: str, complaint: Complaint | None = None) -> Complaint:
        """A complaint in a state of its smooth course."""
        one = complaint or self.complaint()
        for reached, step in COURSE.items():
            if one.fresh.state != reached:
                continue
            if reached == state:
                return one.fresh  # type: ignore[no-any-return]
            step(self, one)
        assert one.fresh.state == state
        return one.fresh  # type: ignore[no-any-return]


def _find(desk: Desk, one: Complaint) -> None:
    causes = [
        {"branch": "equipment", "text": "回火爐跳電未警示", "is_root": True},
        {"branch": "method", "text": "無抽檢"},
    ]
    whys = [{"text": "滾道硬度過高"}, {"text": "回火爐跳電"}]
    desk.does("analyse", one, root_cause="熱處理後未回火", whys=whys, causes=causes)
    desk.does("plan", one, prevention="修訂熱處理作業標準", remedies=[desk.measure()])
    desk.does("propose", one, solution="全批換貨，加裝警示")


COURSE: dict[str, Any] = {
    "registered": lambda desk, one: desk.does("accept", one),
    "accepted": lambda desk, one: desk.does("investigate", one, team=[desk.who(desk.quality)]),
    "investigating": _find,
    "proposed": lambda desk, one: desk.does("carry_out", one),
    "carrying_out": lambda desk, one: desk.does("reply", one, answer="已換貨，原因與對策如附", proof=SENT),
    "replied": lambda desk, one: desk.does("confirm", one, proof=SENT),
    "watching": lambda desk, one: None,
}


def a_paper(record: Record, name: str) -> None:
    """A file that hangs on a record, once."""
    if StoredFile.objects.filter(record_type=record._meta.label_lower, record_id=record.pk, name=name).exists():
        return
    with gate.door():
        StoredFile.objects.create(
            record_type=record._meta.label_lower, record_id=record.pk, name=name, kind="pdf", kept_for=1,
            sha256="0" * 64, size=1, created_at=clock.now(), changed_at=clock.now(), entity_id=record.entity_id,
        )  # fmt: skip


def duty_of(complaint: Complaint, code: str, period: str | None = None) -> Duty | None:
    """The latest duty of a rule on a complaint."""
    found = Duty.objects.filter(rule=code, subject_id=complaint.pk, subject_type="customers.complaint")
    if period is not None:
        found = found.filter(period=period)
    return found.order_by("-period").first()
