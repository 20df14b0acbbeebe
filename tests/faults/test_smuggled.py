"""Columns that no form asks for, sent along with it, change nothing: neither the state nor the owner nor a sum
(HAZARDS 10). A program that names them is refused."""

from __future__ import annotations

import datetime
import os
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.postgres.fields import ArrayField
from django.db import models

from shangwu.foundation.actions.inputs import Input, Kind
from shangwu.foundation.actions.registry import Action, actions
from shangwu.foundation.pages.registry import Route
from shangwu.foundation.records import gate
from tests.builders import unique
from tests.faults.offices import Office
from tests.faults.test_repeats import FORMS, SINGLE, effects, post_api, post_page, sent_by, taken_back

pytestmark = [pytest.mark.soak, pytest.mark.usefixtures("no_limits")]
EVERY = 1 if os.environ.get("SHANGWU_SOAK") == "1" else 5
CHANGING = [one for one in FORMS if one.verb in actions and one.model is not None]
OTHER_NAMES = frozenset({"version", "id"})
"""What a form says of itself: which version it was filled from."""


def hostile(field: Any, office: Office) -> Any:
    """A value that the column could take, and that nobody would give it."""
    match field:
        case models.ForeignKey():
            return office.world.colleague.pk
        case models.BooleanField():
            return True
        case models.DateTimeField():
            return datetime.datetime(2033, 3, 3, 3, 3, tzinfo=datetime.UTC)
        case models.DateField():
            return datetime.date(2033, 3, 3)
        case models.IntegerField() | models.BigIntegerField():
            return 77
        case models.DecimalField():
            return Decimal("0.77")
        case models.UUIDField():
            return "77777777-7777-4777-8777-777777777777"
        case models.JSONField() | ArrayField():
            return ["smuggled"]
        case models.CharField() if field.choices:
            return list(dict(field.flatchoices))[-1]
    return "smuggled"


def columns(model: Any, inputs: tuple[Input, ...]) -> list[Any]:
    """The columns of a record or part that none of these inputs fills."""
    asked = {one.name for one in inputs} | OTHER_NAMES
    return [one for one in model._meta.concrete_fields if not {one.name, one.attname} & asked]


def smuggled(one: Action, office: Office) -> dict[str, Any]:
    """Every column that the verb does not ask for, under both its names, as a page's form would send them."""
    sent: dict[str, Any] = {}
    for field in columns(one.model, one.inputs):
        sent[field.name] = sent[field.attname] = hostile(field, office)
    for relation in (each for each in one.inputs if each.kind is Kind.PARTS and each.name in one.model.parts):
        part = one.model._meta.get_field(relation.name).related_model
        for field in columns(part, relation.parts):
            sent[f"{relation.name}-0-{field.name}"] = sent[f"{relation.name}-0-{field.attname}"] = hostile(
                field, office
            )
    return {name: str(value) for name, value in sent.items()}


def left_by(route: Route, record: Any, office: Office, entries: dict[str, Any]) -> Any:
    """The rows after the form was sent, of which nothing remains; None where it was refused."""
    with taken_back():
        before = effects()
        answer = post_page(office, route, record, entries, unique())
        assert answer.status_code < 500, answer.content.decode()[:300]
        if answer.status_code >= 400 or effects() == before:
            return None
        with gate.free_reading():
            rows = route.model._base_manager  # type: ignore[union-attr]
            row = rows.latest("pk") if record is None else rows.filter(pk=record.pk).first()
            found = [row, *(each for name in row.parts for each in getattr(row, name).all())] if row else []
            return [
                (type(each), {one.attname: getattr(each, one.attname) for one in columns(each, ())}) for each in found
            ]


def taken_over(plain: list[Any], with_more: list[Any], office: Office) -> list[str]:
    """Columns that hold what was sent along, and would not hold it otherwise."""
    found = []
    for (model, before), (_model, after) in zip(plain, with_more, strict=True):
        for field in columns(model, ()):
            wanted = str(hostile(field, office))
            if str(after[field.attname]) == wanted and str(before[field.attname]) != wanted:
                found.append(f"{model.__name__}.{field.name}")
    return found


@pytest.mark.parametrize("route", CHANGING[::EVERY], ids=lambda one: one.name)
def test_what_no_form_asks_for_changes_nothing(office: Office, route: Route) -> None:
    one = actions[route.verb]
    with taken_back():
        record, entries = sent_by(office, route)
        plain = left_by(route, record, office, entries)
        with_more = left_by(route, record, office, entries | smuggled(one, office))
        if plain is not None and with_more is not None:
            assert taken_over(plain, with_more, office) == []


@pytest.mark.parametrize("one", [route.action for route in SINGLE][::EVERY], ids=lambda one: one.name)
def test_a_program_that_names_other_columns_is_refused(office: Office, one: Action) -> None:
    with taken_back():
        record = None if one.makes else office.row_for(one)
        field = next(each for each in columns(one.model, one.inputs) if each.name == "created_by")
        where = next(each for each in SINGLE if each.action is one).address(record)
        before = effects()
        answer = post_api(
            office, where, {**office.entries(one.inputs), "created_by": str(hostile(field, office))}, unique()
        )
        assert 400 <= answer.status_code < 500
        assert effects() == before


def test_most_forms_had_an_effect(office: Office) -> None:
    """Were all refused, nothing would be proved."""
    done = 0
    for route in CHANGING[::12]:
        with taken_back():
            record, entries = sent_by(office, route)
            done += left_by(route, record, office, entries) is not None
    assert done >= len(CHANGING[::12]) // 2


def test_a_column_that_a_form_takes_over_is_found(office: Office) -> None:
    """The control: what the form does ask for, sent along as if it did not, is taken."""
    route = next(one for one in CHANGING if one.verb == "customers.contact.create")
    with taken_back():
        record, entries = sent_by(office, route)
        plain = left_by(route, record, office, entries)
        with_more = left_by(route, record, office, entries | {"post": "smuggled"})
        assert taken_over(plain, with_more, office) == ["Contact.post"]
