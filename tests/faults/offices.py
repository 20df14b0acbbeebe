"""Somebody whom nothing stops, records of every type before them, and entries that fit every action."""

from __future__ import annotations

import contextlib
import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.test import Client

from shangwu.chapters.customers.models import (
    Complaint,
    ContactPlan,
    Handover,
    Likeness,
    Merge,
    Message,
    SatisfactionReport,
    Survey,
)
from shangwu.chapters.customers.tests.factories import Crew, a_contact, a_customer
from shangwu.chapters.sales.models import (
    CreditNote,
    Movement,
    Order,
    Product,
    ProductionRequest,
    ProgressPage,
    Return,
    Statement,
    Supplement,
)
from shangwu.chapters.sales.tests.factories import a_confirmed_order, a_ready_order, a_shipped_order, an_order
from shangwu.foundation.access.actors import actor_of
from shangwu.foundation.actions import registry
from shangwu.foundation.actions.door import Refusal, act
from shangwu.foundation.actions.inputs import Input, Kind
from shangwu.foundation.actions.registry import Action, record_name
from shangwu.foundation.api.tests.made import samples
from shangwu.foundation.api.tests.rows import an_employee_of_all_roles, set_columns
from shangwu.foundation.api.tests.support import a_key
from shangwu.foundation.people.models import Account
from shangwu.foundation.records import clock
from tests.authorisation.relations import World
from tests.builders import HOUSE, a_department, a_person, unique
from tests.faults.figures import a_refund, analyses

FITTING: dict[str, Any] = {
    "email": "lin@example.com",
    "website": "https://example.com",
    "url": "https://example.com/hook",
    "scopes": "read",
    "listens_to": "sales.order.confirmed",
    "zone": "Asia/Taipei",
    "currency": "TWD",
    "password": "a long enough password",
    "weekdays": "1,2,3,4,5",
    "hours": "09:00-12:00, 13:00-18:00",
    "amount": "1",
    "year": "2031",
    "tax_rate": "0.05",
    "discount": "0",
    "about": "customers.customer",
    "query": "m=sales.revenue&row=salesperson&period=all",
}
"""Texts that have a form of their own."""

OF_ACCOUNTS = frozenset(
    f"people.person.{verb}"
    for verb in ("end_sign_ins", "lock_account", "reset_factors", "reset_password", "unlock_account")
)
"""Verbs that ask for a person with an account."""

OF_THE_HOUSE: dict[str, dict[str, Any]] = {
    "own_fields.ownfield": {"record_type": "channels.channel", "key": "shop_sign", "kind": "text", "label": "招牌"},
    "regulation.proposal": {
        "key": "att.warn_count", "written": "7", "effective_from": datetime.date(2031, 12, 31), "reason": "試",
    },
}  # fmt: skip
"""Records whose entries only make sense together."""

OF_THE_DEPARTMENT = (
    CreditNote, Handover, Likeness, Movement, ProductionRequest, ProgressPage, Return, SatisfactionReport, Statement,
    Supplement, Survey,
)  # fmt: skip
"""Records that no entry makes by itself, and only their own department sees."""

NEEDED = frozenset({"content", "currency", "customer", "lines", "product", "quantity", "collaborators", "planned_at"})
"""What bodies ask for beyond what the columns demand."""

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
LONG_AGO, LATER = "2020-01-02", "2031-12-31"
DAYS = {"starts_on": LONG_AGO, "valid_from": LONG_AGO, "ends_on": LATER}


class Office:
    """One person in all roles, signed in and with a key, and a coherent record of most types."""

    def __init__(self) -> None:
        self.world = World()
        self.person = an_employee_of_all_roles(a_person, clearance=3, department=a_department())
        self.by = actor_of(self.person)
        self.key = a_key(self.person)
        signed_in = Client()
        signed_in.force_login(Account.objects.get(person=self.person), backend=BACKEND)
        self._session = signed_in.cookies["shangwu_session"].value
        self.crew = Crew()
        self.rows: dict[str, Any] = samples(self.person)
        other = a_person(department=self.person.department)
        role = {"person": other, "role": "SALES", "starts_on": LONG_AGO}
        self.rows["people.person"] = other
        self.rows["people.roleassignment"] = act(HOUSE, "people.roleassignment.create", None, role).record
        self.rows["sales.shipment"] = a_shipped_order(self.crew)[1]
        for name, given in OF_THE_HOUSE.items():
            self.rows[name] = act(self.by, f"{name}.create", None, given).record
        for model in OF_THE_DEPARTMENT:
            row = self.world.row(model, "elsewhere")
            set_columns(row, department=self.person.department, secrecy=0)
            self.rows[record_name(model)] = row
        set_columns(self.rows["customers.handover"], giver=self.person, owner=self.person)
        self.rows["customers.merge"] = self._a_merge()
        self.rows["customers.complaint"] = self._a_complaint()
        self.rows["customers.message"] = self._a_mail()
        self.rows["customers.contactplan"] = self._a_plan()
        self.rows |= analyses(self.world, self.person)
        self.rows["sales.refund"] = a_refund()
        for one in registry.actions.values():
            if one.makes and one.shown and record_name(one.model) not in self.rows:
                # What can't be made out of these entries alone is a bare row of `world`.
                with contextlib.suppress(Refusal):
                    self.rows[record_name(one.model)] = act(self.by, one.name, None, self.entries(one.inputs)).record
        for model in {one.model for one in registry.actions.values() if one.shown}:
            # Made now: what a test makes first is gone with that test.
            if record_name(model) not in self.rows:
                self.rows[record_name(model)] = self.world.row(model, "elsewhere")

    def _a_merge(self) -> Merge:
        others = [{"file": a_customer(self.crew.sales)}]
        act(self.by, "customers.customer.merge", a_customer(self.crew.sales), {"others": others}, reason="試")
        return Merge.objects.latest("pk")

    def _a_plan(self) -> ContactPlan:
        """This year's plan for a customer."""
        given = {
            "customer": a_customer(self.by), "year": clock.today(self.by.zone).year, "traits": "試", "way": "phone",
            "reason": "試", "every_days": 30,
        }  # fmt: skip
        found: ContactPlan = act(self.by, "customers.contactplan.create", None, given).record
        return found

    def _a_complaint(self) -> Complaint:
        """One of a colleague's customer that has been taken up."""
        given = {"customer": a_customer(self.crew.sales), "category": Complaint.Category.values[0], "description": "試"}
        made = act(self.by, "customers.complaint.create", None, given).record
        act(self.by, "customers.complaint.accept", made)
        found: Complaint = made.fresh
        return found

    def _a_mail(self) -> Message:
        """One's own draft to a contact of a colleague's customer."""
        customer = a_customer(self.crew.sales)
        contact = a_contact(self.crew.sales, customer, email=FITTING["email"])
        given = {"customer": customer, "contact": contact, "subject": "試", "text": "試"}
        made: Message = act(self.by, "customers.message.create", None, given).record
        return made

    @property
    def client(self) -> Client:
        """A browser in which the person has signed in, whatever another one has done to its own."""
        found = Client(raise_request_exception=False, headers={"accept-language": "en"})
        found.cookies["shangwu_session"] = self._session
        return found

    def row(self, model: Any) -> Any:
        """The record of a type, as it stands now."""
        found = self.rows.get(record_name(model))
        return found.fresh if found is not None else self.world.row(model, "elsewhere")

    def row_for(self, one: Action) -> Any:
        """A record that an action fits: of the author, and in the state and archive, that it asks for."""
        found = self._others_order(one) if one.model is Order else self.row(one.model)
        self._give_owner(one, found)
        if one.name in OF_ACCOUNTS and not Account.objects.filter(person=found).exists():
            Account.objects.create_user(username=unique("u"), person=found, is_active="unlock" not in one.name)
        if one.fits(found):
            return found
        values: dict[str, Any] = {"archived_at": clock.now() if one.from_archive else None}
        if one.source:
            values["state"] = state = sorted(one.source)[0]
            if state in found._meta.get_field("state").facts:
                values |= {f"{state}_at": clock.now(), f"{state}_by_id": self.world.colleague.pk}
        # Where the table's own rules forbid that state for these values, the action is refused.
        with contextlib.suppress(IntegrityError), transaction.atomic():
            set_columns(found, **values)
            found.__dict__.update(values)
        return found

    def _give_owner(self, one: Action, record: Any) -> None:
        """Make it one's own, or a colleague's, where the action is for its owner, or for anybody else."""
        former = record.owner_id
        for owner in (former, self.person.pk, self.world.colleague.pk):
            record.owner_id = owner
            if one.may(self.by, record):
                break
        else:
            record.owner_id = former
        if record.owner_id != former:
            set_columns(record, owner_id=record.owner_id)

    def _others_order(self, one: Action) -> Any:
        for make in (an_order, a_confirmed_order, a_ready_order):
            made = make(self.crew)
            if one.fits(made):
                break
        return made

    def entry(self, one: Input) -> Any:
        """A value that fits an input, as the API takes it."""
        if one.name in FITTING:
            return FITTING[one.name]
        if one.name == "deputy":
            return str(self.world.colleague.public_id)
        if one.name == "giver":
            return str(self.person.public_id)
        if one.name == "sheet":
            return f"{self.row(Product).code}\t1"
        if one.name == "about_id":
            return str(self.rows["customers.customer"].public_id)
        match one.kind:
            case Kind.TEXT:
                return unique()[: one.max_length or 40]
            case Kind.DECIMAL | Kind.INTEGER:
                return "1"
            case Kind.DATE:
                return DAYS.get(one.name, clock.today(self.by.zone).isoformat())
            case Kind.MOMENT:
                days = 9 if one.name == "expires_at" else 0
                return (clock.now() + datetime.timedelta(days=days)).isoformat()
            case Kind.BOOLEAN:
                return False
            case Kind.CHOICE:
                return one.choices[0][0]
            case Kind.REFERENCES:
                return [str(self.world.colleague.public_id)]
            case Kind.PARTS:
                return [self.entries(one.parts)]
            case Kind.FILE:
                return str(self.person.public_id)
        assert one.model is not None, one.name
        return str(self.row(one.model).public_id)

    def entries(self, inputs: tuple[Input, ...], *, also: str = "") -> dict[str, Any]:
        """Values for what an action needs, and for the input `also`."""
        wanted = [one for one in inputs if one.required or one.name in NEEDED or one.name == also]
        return {one.name: self.entry(one) for one in wanted}


def as_form(entries: dict[str, Any]) -> dict[str, Any]:
    """Entries as a page's form sends them."""
    sent: dict[str, Any] = {}
    for name, value in entries.items():
        if isinstance(value, list) and value and isinstance(value[0], dict):
            sent[f"{name}-TOTAL_FORMS"] = str(len(value))
            for place, row in enumerate(value):
                sent |= {f"{name}-{place}-{key}": text for key, text in as_form(row).items()}
        elif isinstance(value, bool):
            sent[name] = "true" if value else "false"
        else:
            sent[name] = value
    return sent
