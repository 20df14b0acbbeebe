"""Every page, fragment and API answer is visited: reading writes no record, and tells nobody what is not theirs.

Canaries are texts that stand in one field of one record each. Where one turns up before a reader who may not see the
record or the field, some path round the gate has been found.
"""

import re
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.core import mail
from django.db import models
from django.test import Client
from django.urls import reverse

from shangwu.foundation.actions.registry import record_name
from shangwu.foundation.api import throttling
from shangwu.foundation.api.readings import readings
from shangwu.foundation.api.routes import routes as api_routes
from shangwu.foundation.notices import schedule
from shangwu.foundation.notices.models import Notice
from shangwu.foundation.pages import registry
from shangwu.foundation.pages.tests.visiting import part
from shangwu.foundation.records import scopes
from shangwu.foundation.records.models import Record
from tests.authorisation.addresses import all_routes
from tests.authorisation.houses import House, for_a_module
from tests.authorisation.relations import CANARY, PERSONAL, World
from tests.tables import digests

ALL_ROUTES = all_routes()
FRAGMENTS: dict[str, tuple[dict[str, Any], ...]] = {
    "list": ({}, part("section#sw-list")),
    "detail": ({}, part("aside#sw-panel")),
}
"""How a page is asked for: whole, as the list alone, for the side panel."""


@pytest.fixture(scope="module")
def house(django_db_setup: None, django_db_blocker: Any) -> Iterator[House]:
    with for_a_module(django_db_blocker, canaries=True, clearance=3) as found:
        for model in apps.get_models():
            if issubclass(model, Record):
                found.world.row(model, "elsewhere")
        yield found


@pytest.fixture(autouse=True)
def _no_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody asks so much in a minute."""
    monkeypatch.setattr(throttling, "count_request", lambda who, address: None)


def addresses(world: World, ways: bool = True) -> Iterator[tuple[str, dict[str, Any]]]:
    """Everything that can be read, with headers: pages and their fragments, lists asked in several ways, the API.

    ways: each page in all its ways, not only whole.
    """
    for route in ALL_ROUTES:
        if "GET" not in route.methods:
            continue
        record = world.row(route.model, "elsewhere") if route.model else Nothing
        where = reverse(route.name, kwargs=route.sample_arguments(record))
        for headers in FRAGMENTS.get(route.verb, ({},)) if ways else ({},):
            yield where, headers
        if ways and route.name.endswith(".list"):
            yield f"{where}?archived=yes", {}
            yield f"{where}?q={CANARY}", {}
    for model in scopes.declared():
        yield f"{reverse('pick', kwargs={'record': record_name(model)})}?q={CANARY}", {}
    yield f"{reverse('find')}?q={CANARY}", {}
    yield reverse("api-1:openapi"), {}
    for reading in readings():
        yield reading.address(), {}
    for one in api_routes():
        if one.method == "GET":
            yield one.address(world.row(one.model, "elsewhere")), {}
            if ways and not one.needs_record:
                yield f"{one.address()}?q={CANARY}", {}


class Nothing:
    """A record that is not there."""

    public_id = uuid.uuid4()
    number = "X-0000"


def crawl(client: Client, world: World, ways: bool = True) -> Iterator[tuple[str, str]]:
    """(address, what was answered). A failure of ours is no answer."""
    for where, headers in addresses(world, ways):
        answer = client.get(where, headers=headers)
        assert answer.status_code < 500, where
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        yield where, body.decode("utf-8", "replace")


def found_in(text: str, world: World) -> set[str]:
    """The canaries in an answer, however numbers are grouped."""
    assert world.canaries is not None
    plain = re.sub(r"(?<=\d)[,\u202f\u00a0 ](?=\d{3})", "", text.lower())
    words = set(re.findall(rf"{CANARY}\d+|77\d{{6}}", plain))
    return words & set(world.canaries)


def test_canaries_appear_to_nobody_who_may_not_see_them(house: House) -> None:
    assert house.world.canaries
    leaks = []
    for where, text in crawl(house.stranger, house.world):
        leaks += [f"{house.world.canaries[one]} at {where}" for one in found_in(text, house.world)]
    assert not leaks, "\n".join(leaks)


def test_canaries_stand_in_no_mail(house: House) -> None:
    Notice.objects.update(urgent=True, posted_at=None)  # whatever the hour is, all of them go out now
    schedule.mail()
    assert [one for one in mail.outbox if found_in(f"{one.subject} {one.body}", house.world)] == []


@pytest.mark.soak
def test_the_trusted_see_canaries_of_every_record_and_reading_writes_nothing(house: House, full_count: bool) -> None:
    """The control of the first test, and the crawl of hazard 20 by one whom nothing stops; in short form of whole
    pages."""
    assert house.world.canaries is not None
    before, seen = digests("record"), set()
    for _where, text in crawl(house.trusted, house.world, ways=full_count):
        seen |= {house.world.canaries[one] for one in found_in(text, house.world)}
    after = digests("record")
    assert {table for table in after if after[table] != before[table]} == set()
    planted = {field.rpartition(".")[0] for field in house.world.canaries.values()}
    assert planted - {field.rpartition(".")[0] for field in seen} - PERSONAL == set()
    assert {"sales.Product.cost", "people.Person.mobile"} <= seen


HIDDEN = [
    (model, name)
    for model in sorted(registry.record_pages, key=record_name)
    for name in sorted(scopes.gated_fields(model))
]
QUESTIONS = ("{}=77001000", "{}.empty=yes", "{}.not=1", "sort={}", "sort=-{}", "{}=1..99999999", "column={}")
API_QUESTIONS = ("{}=77001000", "{}__gte=1", "{}__empty=true", "sort={}", "sort=-{}", "fields={}")


def told(client: Client, where: str, question: str, name: str) -> tuple[int, str]:
    """What a question about a field gives away, apart from the field's name as it was asked."""
    answer = client.get(f"{where}?{question.format(name)}")
    text = re.sub(r"[0-9a-f]{32}|[A-Za-z0-9]{64}", "TOKEN", answer.content.decode())
    return answer.status_code, text.replace(name, "FIELD")


@pytest.mark.parametrize(("model", "name"), HIDDEN, ids=lambda one: one if isinstance(one, str) else record_name(one))
def test_a_hidden_field_answers_like_an_unknown_one(house: House, model: type[models.Model], name: str) -> None:
    """Neither filter nor sorting nor columns tell that it is there (hazard 6)."""
    where = reverse(f"{record_name(model)}.list")
    api = next(one for one in api_routes() if one.model is model and one.verb == "list").address()
    asked = [(where, one) for one in QUESTIONS] + [(api, one) for one in API_QUESTIONS]
    differing = [
        (place, one) for place, one in asked
        if told(house.stranger, place, one, name) != told(house.stranger, place, one, "qqunknownqq")
    ]  # fmt: skip
    assert differing == []


def test_an_open_field_answers_otherwise(house: House) -> None:
    """The control: what one may ask is told apart."""
    api = next(
        one for one in api_routes() if record_name(one.model) == "sales.product" and one.verb == "list"
    ).address()
    for client, name in ((house.stranger, "code"), (house.trusted, "cost")):
        assert told(client, api, "{}=1", name) != told(client, api, "{}=1", "qqunknownqq")
