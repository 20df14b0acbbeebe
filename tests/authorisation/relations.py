"""One row of every record type in every relation to one person, and that person in every role.

The rows are made beside the door, with nothing in them but what the database demands: what counts here is whose they
are. A new record type is among them by itself.
"""

import datetime
import itertools
import uuid
from decimal import Decimal
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models

from shangwu.chapters.customers.models import Customer
from shangwu.foundation.people.models import Department, Person, Post
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records import clock, gate, scopes
from shangwu.foundation.records.actors import Actor, ActorKind, Grant
from shangwu.foundation.records.models import Record
from tests.authorisation.verdicts import RELATIONS
from tests.builders import a_department, a_person, an_entity, unique

CLEARANCE = 1
_years = itertools.count(2001)
WHOLE_COMPANY = frozenset(
    {Role.EXECUTIVE, Role.VICE_EXECUTIVE, Role.ADMINISTRATOR, Role.AUDITOR, Role.SECRECY_OFFICER, Role.HUMAN_RESOURCES}
)
"""Roles that are given for the whole company; all others for a department."""

OF_A_PERSON = {
    "api.Token": "person", "api.Subscription": "person", "notices.Feed": "person", "people.Delegation": "absent",
}  # fmt: skip
"""Records whose person stands in a field of its own; it is then the owner too."""


OPEN = frozenset(
    {
        "people.Entity", "people.Department", "people.Post", "people.Person", "sales.Product", "sales.PriceList",
        "calendars.Calendar", "calendars.CalendarEdition", "own_fields.OwnField", "approvals.Route",
        "approvals.RouteEdition", "regulation.Proposal", "regulation.Edition", "regulation.Passage",
        "customers.Industry", "customers.Area", "customers.Valuation", "customers.Stage", "customers.OutcomeReason",
        "customers.MailTemplate", "customers.ProductRange", "sales.ContractTemplate", "sales.Carrier",
        "sales.Arrival", "sales.ExchangeRate", "sales.StandardClause",
        "sales.Warehouse", "sales.Lot", "analytics.KpiTemplate",
    }
)  # fmt: skip
"""Records that a salesperson of any department sees; hidden is what their fields' gates hide."""

WORKINGS = frozenset({"exchange.Import"})
"""Records whose texts are read by the house itself, so that no canary lives in them."""

PERSONAL = frozenset(
    {
        "api.Token", "api.Subscription", "notices.Feed", "pages.Comment", "exchange.Import", "files.StoredFile",
        "analytics.SavedAnalysis",
    }
)  # fmt: skip
"""Records whose own pages answer to their person alone, whatever roles another holds."""

CANARY = "kanari"

SEEN_WITH_CUSTOMER = frozenset(
    {
        "customers.Contact",
        "customers.Communication",
        "customers.Ticket",
        "customers.Promise",
        "customers.Visit",
        "customers.ContactPlan",
        "customers.Opportunity",
        "customers.Message",
    }
)
"""Records that are seen by who sees their customer, collaborators among them."""

DEMANDED = frozenset({"customer_id"})
"""References that may be missing in some rows only, by a constraint of the table."""

ONE_OF_TWO = frozenset({("customers.PersonalRequest", "contact_id")})
"""References of which a constraint demands that they be there, or something else in their place."""


class World:
    """Two departments, the persons of one person's relations, and rows in each relation, made when first asked for.

    canaries: unlike texts are planted in every field of the rows elsewhere; what stands in them, by text.
    """

    def __init__(self, *, canaries: bool = False) -> None:
        self.canaries: dict[str, str] | None = {} if canaries else None
        self.ours, self.theirs = a_department(), a_department()
        self.me = a_person(department=self.ours, clearance=CLEARANCE)
        self.report = a_person(department=self.ours, superior=self.me)
        self.colleague = a_person(department=self.ours)
        self.outsider = a_person(department=self.theirs)
        self.absent = a_person(department=self.theirs)
        self._rows: dict[tuple[type[models.Model], str], Any] = {}

    def person_with(self, role: Role, relation: str = "") -> Actor:
        """The person in one role: their own, or for `deputy` that of the absent one."""
        deputy = relation == "deputy"
        whole = None if role in WHOLE_COMPANY else frozenset({(self.theirs if deputy else self.ours).pk})
        return Actor(
            kind=ActorKind.PERSON, person_id=self.me.pk, name=self.me.name, department_id=self.ours.pk,
            grants=(Grant(role.value, whole, acting_for=self.absent.pk if deputy else None),),
            team=frozenset() if deputy else frozenset({self.report.pk}), clearance=CLEARANCE,
        )  # fmt: skip

    def row(self, model: Any, relation: str) -> Any:
        """The row of a type in a relation."""
        if (model, relation) not in self._rows:
            self._rows[model, relation] = self._made(model, relation)
        return self._rows[model, relation]

    def _owner(self, relation: str) -> tuple[Person | None, Department]:
        return {
            "team": (self.report, self.ours),
            "department": (self.colleague, self.ours),
            "elsewhere": (self.outsider, self.theirs),
            "unowned": (None, self.theirs),
            "shared": (self.outsider, self.theirs),
            "deputy": (self.absent, self.theirs),
        }.get(relation, (self.me, self.ours))

    def _made(self, model: Any, relation: str) -> Any:
        owner, department = self._owner(relation)
        now = clock.now()
        record = model(
            owner=owner, department=department, created_by=self.me if relation == "made" else self.colleague,
            created_at=now, changed_at=now, number=unique(), secrecy=2 if relation == "secret" else 0,
            archived_at=now if relation == "archived" else None,
        )  # fmt: skip
        if person := OF_A_PERSON.get(model._meta.label):
            setattr(record, person, owner or self.outsider)
        if relation == "shared" and hasattr(record, "collaborators"):
            record.collaborators = [self.me.pk]
        for name, value in self._wanted(model, owner).items():
            setattr(record, name, value)
        for field in model._meta.concrete_fields:
            self._fill(record, field, relation)
        with gate.door():
            record.save()
        return model._base_manager.get(pk=record.pk)

    def _canary(self, record: Any, field: Any) -> Any:
        """A value that stands nowhere else; None where none fits. In what everybody sees, hidden fields alone."""
        assert self.canaries is not None
        label, is_gated = record._meta.label, field.name in scopes.gated_fields(type(record))
        if (
            field.primary_key
            or field.generated
            or field.choices
            or label in WORKINGS
            or (label in OPEN and not is_gated)
        ):
            return None
        serial = len(self.canaries) + 1000
        found: Any = None
        if isinstance(field, models.TextField | models.CharField) and (field.max_length or 99) >= 12:
            found = f"{CANARY}{serial}"
        elif isinstance(field, models.DecimalField) and is_gated:
            found = Decimal(77_000_000 + serial)
        if found is not None:
            self.canaries[str(found)] = f"{label}.{field.name}"
        return found

    def _wanted(self, model: Any, owner: Person | None) -> dict[str, Any]:
        """What constraints of a table ask for beyond its columns."""
        if model._meta.label == "calendars.Calendar":
            return {"kept_by": an_entity()}
        if model._meta.label == "sales.Order":
            dated = {"rate": Decimal(1), "rated_on": datetime.date(2026, 1, 5)}
            unread = [{"line": 1, "cells": ["x"], "said": ["x"]}]
            return dated | {"currency": "TWD", "base_currency": "TWD", "unread": unread}
        if model._meta.label == "sales.Lot":
            return {"batch": unique()}
        if model._meta.label == "sales.Movement":
            return {"quantity": Decimal(1)}
        if model._meta.label == "sales.Contract":
            return {"currency": "TWD"}
        if model._meta.label == "sales.ProgressPage":
            return {"state": "revoked"}
        if model._meta.label == "sales.Quotation":
            dated = {"rate": Decimal(1), "rated_on": datetime.date(2026, 1, 5)}
            return dated | {"special_because": ["discount"], "conditions": "x"}
        if model._meta.label == "approvals.Request":
            return {"waiting": [self.outsider.pk if owner == self.colleague else self.colleague.pk]}
        if model._meta.label == "people.Delegation":
            return {"deputy": self.outsider if owner == self.colleague else self.colleague}
        if model._meta.label in ("customers.Communication", "customers.Opportunity"):
            return {"next_on": datetime.date(2026, 1, 5), "next_step": "x"}
        if model._meta.label == "customers.Visit":
            return {"planned_at": clock.now(), "next_on": datetime.date(2026, 1, 5), "next_step": "x"}
        if model._meta.label == "customers.ContactPlan":
            return {"every_days": 30}
        if model._meta.label == "customers.Customer" and owner is not None:
            return {"held_on": datetime.date(2026, 1, 5), "protected_until": datetime.date(2026, 2, 4)}
        if model._meta.label == "customers.Likeness":
            first, second = (self._made(Customer, "elsewhere") for _n in range(2))
            return {"first": first, "second": second, "score": 60}
        if model._meta.label == "customers.Handover":
            giver = owner or self.outsider
            return {"giver": giver, "taker": self.outsider if giver == self.colleague else self.colleague}
        if model._meta.label == "customers.ComplaintReport":
            return {"month": datetime.date(next(_years), 1, 1)}
        if model._meta.label == "analytics.KpiSheet":
            return {"first": datetime.date(next(_years), 1, 1)}
        if model._meta.label == "analytics.LanguageModel":
            return {"entity": an_entity()}
        if model._meta.label == "analytics.KpiTemplate":
            return {"post": self._made(Post, "elsewhere")}
        if model._meta.label == "analytics.Split":
            return {"state": "dropped"}
        if model._meta.label == "analytics.MonthClose":
            return {"month": datetime.date(next(_years), 1, 1)}
        if model._meta.label == "analytics.SalesReport":
            return {"starts_on": datetime.date(next(_years), 1, 1)}
        if model._meta.label in ("analytics.ReportFinding", "analytics.Proposal"):
            return {"wording": "x", "text": "x"}
        if model._meta.label == "sales.Statement":
            return {"until": datetime.date(next(_years), 12, 31)}
        if model._meta.label in ("sales.CreditNote", "sales.Refund"):
            return {"amount": Decimal(1)}
        if model._meta.label == "sales.ExchangeRate":
            return {"currency": "USD", "own": "TWD", "day": datetime.date(next(_years), 1, 1)}
        if model._meta.label == "customers.SatisfactionReport":
            return {"year": next(_years)}
        if model._meta.label == "evidence.Report":
            counted = {"kept": 1, "late": 0, "open": 0, "waived": 0}
            return {
                "sheet": {
                    "month": "2026-10",
                    "as_of": "2026-11-01T00:00:00+08:00",
                    "whole": counted,
                    "rows": [],
                    "late": [],
                    "often_late": [],
                    "unconnected": 0,
                }
            }
        if model._meta.label == "regulation.Proposal":
            return {"key": "att.warn_count", "value": 6, "former": 5}
        if model._meta.label in ("regulation.Passage", "regulation.SignOff"):
            # An edition has each clause once, and each signature.
            edition = {"edition": self._made(model._meta.get_field("edition").related_model, "own")}
            return edition | ({"code": "2.6.1"} if model._meta.label == "regulation.Passage" else {})
        return {}

    def _fill(self, record: Any, field: Any, relation: str) -> None:
        """Give a field what the database demands of it, or a canary."""
        name = field.attname
        if self.canaries is not None and relation == "elsewhere" and (planted := self._canary(record, field)):
            setattr(record, name, planted)
            return
        if field.primary_key or field.generated or getattr(record, name) not in (None, ""):
            return
        if isinstance(field, models.ForeignKey):
            # A record that is seen with another (a contact with its customer) stands in the relation of that one.
            together = isinstance(field.related_model, type) and issubclass(field.related_model, Record)
            demanded = name in DEMANDED or (record._meta.label, name) in ONE_OF_TWO
            if together and (not field.null or demanded):
                other = field.related_model
                home = "own" if relation in ("made", "secret", "archived") else relation
                setattr(record, name, self.outsider.pk if other is Person else self.row(other, home).pk)
        elif not field.null and not (field.blank and isinstance(field, models.CharField | models.TextField)):
            setattr(record, name, a_value(field))


def relations_of(model: type[Record]) -> list[str]:
    """The relations that rows of a type can have: not everything is shared."""
    return [one for one in RELATIONS if one != "shared" or shared_by(model)]


def shared_by(model: Any) -> bool:
    """Whether rows of a type, or what they are seen with, have collaborators."""
    names = {field.name for field in model._meta.concrete_fields}
    return "collaborators" in names or model._meta.label in SEEN_WITH_CUSTOMER


def a_value(field: Any) -> Any:
    """Something that fits a required field."""
    if field.choices:
        return field.choices[0][0]
    kinds: tuple[tuple[Any, Any], ...] = (
        (models.DateTimeField, clock.now()),
        (models.DateField, datetime.date(2026, 1, 5)),
        (models.UUIDField, uuid.uuid4()),
        (models.DecimalField, Decimal(1)),
        (models.IntegerField, next(_years)),
        (models.JSONField, {}),
        (ArrayField, []),
        (models.BooleanField, False),
        (models.CharField, unique()[: field.max_length] if field.max_length else unique()),
        (models.TextField, unique()),
    )
    return next(value for kind, value in kinds if isinstance(field, kind))
