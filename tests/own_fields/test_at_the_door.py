"""Own fields through the door: the same validation for everyone, history, log, conflict and undo."""

import datetime
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from shangwu.chapters.customers.models import Customer
from shangwu.chapters.customers.tests.factories import Crew
from shangwu.foundation.actions.door import Refusal, act, undo
from shangwu.foundation.audit.models import Entry
from shangwu.foundation.records import clock, own
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.history import history_models
from tests.builders import unique
from tests.own_fields.conftest import RHYTHM, Fields

CREATE, EDIT = "customers.customer.create", "customers.customer.edit"


def a_customer(by: Actor, **values: Any) -> Any:
    return act(by, CREATE, None, {"name": f"安平工業{unique()}"} | values).record


def refused(by: Actor, **values: Any) -> dict[str, list[str]]:
    with pytest.raises(Refusal) as caught:
        a_customer(by, **values)
    assert caught.value.code == "invalid"
    return {name: [str(one) for one in said] for name, said in caught.value.fields.items()}


@pytest.fixture
def later() -> Iterator[Any]:
    """Moves the clock by days."""
    former = clock.replace_source(clock._source)

    def move(days: int) -> None:
        clock.replace_source(lambda: former() + datetime.timedelta(days=days))

    yield move
    clock.replace_source(former)


def today() -> datetime.date:
    return clock.today(datetime.timezone(datetime.timedelta(hours=8)))


def test_every_kind_is_kept_as_what_it_is(fields: Fields, crew: Crew) -> None:
    fields.rhythm()
    for kind in ("text", "long", "number", "decimal", "date", "yes_no"):
        fields.add(kind, kind)
    given = {
        "own_rhythm": "weekly", "own_text": "甲", "own_long": "甲\n乙", "own_number": "12", "own_decimal": "1.50",
        "own_date": "2026-11-24", "own_yes_no": True,
    }  # fmt: skip
    made = a_customer(crew.sales, **given)
    kept = Customer.objects.get(pk=made.pk)
    assert kept.extra == {
        "rhythm": "weekly", "text": "甲", "long": "甲\n乙", "number": 12, "decimal": "1.50", "date": "2026-11-24",
        "yes_no": True,
    }  # fmt: skip
    found = [getattr(kept, name) for name in ("own_decimal", "own_date", "own_number", "own_yes_no")]
    assert found == [own.Decimal("1.50"), datetime.date(2026, 11, 24), 12, True]
    changed = act(crew.sales, EDIT, kept, {"own_text": "", "own_number": None, "own_long": "丙"}).record
    assert set(changed.fresh.extra) == {"rhythm", "long", "decimal", "date", "yes_no"}


@pytest.mark.parametrize(
    ("kind", "value", "said"),
    [
        ("text", "x" * 201, "Too long: at most 200 characters."),
        ("number", "many", "Enter a whole number."),
        ("decimal", "1.2345678", "At most 6 digits after the point."),
        ("date", "2026-02-30", "Enter a day such as 2026-11-23."),
        ("yes_no", "perhaps", "Answer yes or no."),
        ("choice", "daily", "Choose one of the list."),
    ],
)
def test_a_wrong_value_is_refused_in_the_words_of_any_field(
    fields: Fields, crew: Crew, kind: str, value: str, said: str
) -> None:
    fields.add("rhythm", kind, options=RHYTHM if kind == "choice" else [])
    assert refused(crew.sales, own_rhythm=value) == {"own_rhythm": [said]}


def test_what_there_is_not_is_refused_with_the_reason(fields: Fields, crew: Crew, later: Any) -> None:
    fields.add("old", until=today())
    fields.add("coming", since=today() + datetime.timedelta(days=2))
    fields.add("heads", kept_by="HEAD")
    fields.add("secret", seen_by="FIN")
    hidden = fields.add("gone")
    act(fields.administrator, "own_fields.ownfield.archive", hidden)
    a_customer(crew.sales, own_old="今天還可以")
    later(1)
    said = refused(crew.sales, own_old="x", own_coming="x", own_heads="x", own_secret="x", own_gone="x", own_never="x")
    assert "was kept until" in said["own_old"][0]
    assert "is kept from" in said["own_coming"][0]
    assert "not yours to change" in said["own_heads"][0]
    # What one may not see, what is archived and what never was are told apart by nothing.
    assert said["own_secret"] == said["own_gone"] == said["own_never"] == ["There is no such own field. Leave it out."]
    assert a_customer(crew.head, own_heads="可以").extra == {"heads": "可以"}


def test_it_is_needed_from_its_day_on_and_of_an_edit_never_blanked(fields: Fields, crew: Crew, later: Any) -> None:
    fields.add("tier", needed_from=today() + datetime.timedelta(days=1))
    before = a_customer(crew.sales)
    later(1)
    assert refused(crew.sales) == {"own_tier": ["This is needed."]}
    made = a_customer(crew.sales, own_tier="A")
    act(crew.sales, EDIT, before, {"website": "https://example.com"})
    with pytest.raises(Refusal) as caught:
        act(crew.sales, EDIT, made, {"own_tier": ""})
    assert list(caught.value.fields) == ["own_tier"]


def test_only_an_administrator_defines_and_only_what_makes_sense(fields: Fields, crew: Crew) -> None:
    with pytest.raises(Refusal) as caught:
        Fields(crew.head).add("mine")
    assert caught.value.code == "forbidden"
    fields.add("twice")
    for wrong in (
        {"key": "twice"}, {"key": "Bad Key"}, {"kind": "choice"}, {"seen_by": "BOSS"}, {"record_type": "audit.entry"},
        {"since": "2026-02-01", "until": "2026-01-01"}, {"options": [{"key": "a", "label": "甲"}]},
    ):  # fmt: skip
        with pytest.raises(Refusal):
            fields.add(**{"key": unique("k").lower()} | wrong)


def test_history_log_conflict_and_undo_know_it_like_any_field(fields: Fields, crew: Crew) -> None:
    fields.rhythm()
    customer = a_customer(crew.sales, own_rhythm="weekly")
    seen = customer.version
    done = act(crew.sales, EDIT, customer, {"own_rhythm": "monthly"}, version=seen)
    assert Entry.objects.get(pk=done.entry_id).changes == {"own_rhythm": ["weekly", "monthly"]}
    history: Any = history_models[Customer]
    assert history.objects.filter(pgh_obj_id=customer.pk).latest("pgh_id").extra == {"rhythm": "monthly"}

    with pytest.raises(Refusal) as caught:
        act(crew.sales, EDIT, customer, {"own_rhythm": "weekly"}, version=seen)
    assert caught.value.details["fields"]["own_rhythm"] == {"base": "weekly", "theirs": "monthly", "yours": "weekly"}

    undo(crew.sales, done.entry_id)
    assert customer.fresh.extra == {"rhythm": "weekly"}


def test_a_gated_value_is_committed_to_not_told_and_not_undone_by_who_may_not_see_it(
    fields: Fields, crew: Crew
) -> None:
    fields.add("margin", seen_by="HEAD")
    customer = a_customer(crew.sales)
    done = act(crew.head, EDIT, customer, {"own_margin": "kanari"})
    entry = Entry.objects.get(pk=done.entry_id)
    assert entry.changes == {}
    assert list(entry.commitments) == ["own_margin"]
    assert "kanari" not in str(entry.__dict__)
    with pytest.raises(Refusal) as caught:
        undo(crew.sales, done.entry_id)
    assert caught.value.code == "forbidden"


def test_its_name_speaks_the_readers_language(fields: Fields, crew: Crew) -> None:
    fields.rhythm()
    a_customer(crew.sales)
    (one,) = own.fields_of(Customer)
    found = {}
    for code in ("zh-hant", "zh-hans", "en"):
        with translation.override(code):
            found[code] = (str(one.label), [str(label) for _key, label in one.choices])
    assert found["zh-hant"] == ("拜訪頻率", ["每週", "每月"])
    assert found["zh-hans"] == ("拜訪頻率", ["每周", "每月"])
    assert found["en"] == ("Visit rhythm", ["Weekly", "Monthly"])


def test_another_process_knows_a_new_field_at_once_and_nothing_is_asked_twice(fields: Fields, crew: Crew) -> None:
    by = crew.sales
    a_customer(by)
    with CaptureQueriesContext(connection) as without:
        a_customer(by)
    fields.add("tier")
    own.forget()  # as a process that has not heard of it
    assert a_customer(by, own_tier="A").extra == {"tier": "A"}
    with CaptureQueriesContext(connection) as known:
        a_customer(by, own_tier="B")
    assert len(known) == len(without)
