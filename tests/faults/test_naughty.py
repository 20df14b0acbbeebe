"""485 naughty strings in every text field, by form and by API (HAZARDS 14, 16, 21).

Each is taken as it is, or refused with a sentence; none is answered with a 500.
"""

from __future__ import annotations

import csv
import html
import itertools
import json
import os
import re
import unicodedata
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.urls import reverse

from shangwu.foundation.actions.inputs import Input, Kind
from shangwu.foundation.actions.registry import Action, actions, record_name
from shangwu.foundation.actions.validation import validated
from shangwu.foundation.api.routes import routes
from shangwu.foundation.exchange.exporting import export, list_of
from shangwu.foundation.pages.forms.entries import given
from shangwu.foundation.pages.registry import record_pages
from shangwu.foundation.records.refusals import Refusal
from tests.builders import unique
from tests.faults.offices import Office, as_form
from tests.faults.test_repeats import post_api, taken_back
from tests.support import real_data

pytestmark = [pytest.mark.soak, pytest.mark.usefixtures("no_limits")]
CONTROLS = ["\x00", "a\x00b", "\x1b[31m", "\x07", "\x7f", "\x85\x9f", "\ud800", "a\udfffb", "\ufffd", "\uffff"]
"""What no page can show and no database can hold."""
EACH = 1
"""How many strings each field is sent over HTTP in the short form: from field to field they go round, so that none is
left out."""


def naughty() -> list[str]:
    """The big list of naughty strings."""
    found: list[str] = json.loads((real_data("csv_quirks") / "blns" / "blns.json").read_text(encoding="utf-8"))
    assert len(found) == 485
    return found


def text_inputs() -> list[tuple[Action, str, Input]]:
    """(action, relation or "", input) of every text that any action takes: a new record is among them by itself."""
    found = []
    for one in actions.values():
        found += [(one, "", each) for each in one.inputs if each.kind is Kind.TEXT]
        for parts in one.inputs:
            found += [(one, parts.name, each) for each in parts.parts if each.kind is Kind.TEXT]
    return found


FIELDS = text_inputs()


def rules(one: Input) -> tuple[Any, ...]:
    """By what the door takes a text, whatever it is called."""
    checks = tuple(f"{getattr(each, '__qualname__', type(each))} {vars(each)}" for each in one.validators)
    blank = (one.required, one.filled, one.field is None or one.field.null)
    return (*blank, one.multiline, one.max_length, tuple(one.choices), type(one.field), checks)


KINDS = list({rules(field): f"{one.name}-{relation}{field.name}" for one, relation, field in FIELDS}.values())
"""Of the texts that the door takes by the same rules, one each; all of them at full count."""
NAMES = [f"{one.name}-{relation}{field.name}" for one, relation, field in FIELDS]
OVER_HTTP = [found for found in FIELDS if found[0].shown]


def taken(one: Input, text: str) -> str | None:
    """What the door makes of a text; None when it refuses, having said why."""
    try:
        return str(validated((one,), "naughty", {one.name: text})[one.name])
    except Refusal as refusal:
        said = [str(sentence) for sentences in refusal.fields.values() for sentence in sentences]
        assert said, text
        assert all(len(each) > 2 and ("%(" not in each or "%(" in text) for each in said), said
        return None


def meaning(text: str) -> str:
    """A text without what normalising may change: composition, outer and repeated spaces, signs without a shape."""
    shown = "".join(" " if sign.isspace() or unicodedata.category(sign) == "Cc" else sign for sign in text)
    seen = re.sub("[\u200b\u2060\ufeff\u202a-\u202e\u2066-\u2069]", "", shown)
    return " ".join(unicodedata.normalize("NFKC", seen).split())


@pytest.mark.parametrize("name", NAMES if os.environ.get("SHANGWU_SOAK") == "1" else KINDS)
def test_every_string_is_taken_as_it_is_or_refused_with_a_sentence(name: str) -> None:
    _one, _relation, field = FIELDS[NAMES.index(name)]
    for text in naughty():
        stored = taken(field, text)
        if stored is None:
            continue
        assert meaning(stored) == meaning(text), repr(text)
        assert taken(field, stored) == stored, "what is stored is stored again unchanged"
        assert field.max_length is None or len(stored) <= field.max_length


@pytest.mark.parametrize("name", NAMES if os.environ.get("SHANGWU_SOAK") == "1" else KINDS)
def test_what_no_page_can_show_is_refused_with_a_sentence(name: str) -> None:
    _one, _relation, field = FIELDS[NAMES.index(name)]
    assert [repr(text) for text in CONTROLS if taken(field, text) is not None] == []


def test_a_form_gives_the_door_the_text_that_was_typed(office: Office) -> None:
    differing = [
        (one.name, field.name, text)
        for one, _relation, field in FIELDS[:: 1 if len(FIELDS) < 50 else 5]
        for text in naughty()
        if given((field,), {field.name: [text]}, office.by).inputs != {field.name: text}
    ]
    assert differing == []


def samples(place: int, full_count: bool) -> list[str]:
    """The strings for the field at this place: all, or a few that go round."""
    found = [*naughty(), *CONTROLS]
    return found if full_count else [found[(place * EACH + turn) % len(found)] for turn in range(EACH)]


def with_text(office: Office, one: Action, relation: str, field: Input, text: str) -> dict[str, Any]:
    """Entries for an action with the text in one of its fields."""
    entries = office.entries(one.inputs, also=relation or field.name)
    if relation:
        entries[relation] = [office.entries(next(each for each in one.inputs if each.name == relation).parts)]
        entries[relation][0][field.name] = text
    else:
        entries[field.name] = text
    return entries


HTTP_NAMES = [f"{one.name}-{relation}{field.name}" for one, relation, field in OVER_HTTP]


@pytest.mark.parametrize("place", range(len(OVER_HTTP)), ids=HTTP_NAMES.__getitem__)
def test_form_and_api_answer_every_string(office: Office, place: int, full_count: bool) -> None:
    one, relation, field = OVER_HTTP[place]
    for text in samples(place, full_count):
        # In short form each field is reached by one of both roads, in turn.
        if full_count or place % 2:
            _by_form(office, one, relation, field, text)
        if full_count or not place % 2:
            _by_api(office, one, relation, field, text)


def _by_form(office: Office, one: Action, relation: str, field: Input, text: str) -> None:
    with taken_back():
        # A browser sends UTF-8: half a character has become a sign of damage before it comes here.
        sent = text.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
        record = None if one.makes else office.row_for(one)
        entries = with_text(office, one, relation, field, sent) | {"_reason": sent, "form_token": unique()}
        target = "" if record is None else f"{record.public_id}/"
        assert office.client.post(f"/act/{one.name}/{target}", as_form(entries)).status_code < 500, repr(text)


def _by_api(office: Office, one: Action, relation: str, field: Input, text: str) -> None:
    with taken_back():
        record = None if one.makes else office.row_for(one)
        body = with_text(office, one, relation, field, text) | ({"reason": "試"} if one.needs_reason else {})
        answer = post_api(office, api_address(one, record), body, unique())
        assert answer.status_code < 500, repr(text)
        assert answer.status_code < 400 or answer.json()["sentence"]


def api_address(one: Action, record: Any) -> str:
    """Where the API does an action."""
    return next(each for each in routes() if each.action is one and not each.is_bulk).address(record)


def addresses(text: str) -> list[str]:
    """Everywhere that a text can be asked for."""
    asked = quote(text.encode("utf-8", "replace"))
    lists = [reverse(f"{pages.name}.list") for pages in record_pages.values() if pages.list is not None]
    questions = [f"{where}?q={asked}" for where in lists[:3]]
    first = lists[0]
    questions += [f"{first}?{name}={asked}" for name in ("sort", "view", "column", "after", "archived", "owner", asked)]
    return [
        *questions,
        f"{reverse('find')}?q={asked}",
        f"{reverse('pick', kwargs={'record': 'people.person'})}?q={asked}",
    ]


@pytest.mark.parametrize("place", range(4))
def test_what_is_searched_kept_or_sent_along_breaks_nothing(office: Office, place: int, full_count: bool) -> None:
    """Searches, filters, drafts, form tokens, versions and reasons take any text too."""
    found = [*CONTROLS[1:], "x" * 5000, *naughty()]
    for text in found[place :: 4 if full_count else 120]:
        sent = text.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
        with taken_back():
            for where in addresses(text):
                assert office.client.get(where).status_code < 500, (where, text)
            record = office.row_for(actions["customers.contact.edit"])
            where = f"/act/customers.contact.edit/{record.public_id}/"
            for name in ("form_token", "version", "_reason", "note_text", "lines-TOTAL_FORMS", "_take.note", "then"):
                assert office.client.post(where, {"note": "x", name: sent}).status_code < 500, (name, text)
            for name in ("note", sent or "x", "form_token"):
                draft = office.client.post("/draft/customers.contact.create/", {name: sent})
                assert draft.status_code < 500, (name, text)


def test_half_characters_and_broken_bytes_break_no_address(office: Office) -> None:
    """Bytes that are no UTF-8, NUL and line breaks in paths and questions."""
    for text in ("%00", "%ff%fe", "%ed%a0%80", "%0d%0aSet-Cookie:x", "%C0%80", "a%00b"):
        for where in (
            f"/customers/customers/?q={text}",
            f"/customers/customers/{text}/",
            f"/find/?q={text}",
            f"/{text}",
        ):
            assert office.client.get(where).status_code < 500, where
        headers = {"Authorization": f"Bearer {office.key}"}
        for where in (f"/api/v1/customers/customer/?q={text}", f"/api/v1/customers/customer/{text}/"):
            assert office.client.get(where, headers=headers).status_code < 500, where


EDITS = [
    (one, field) for one, relation, field in FIELDS
    if one.partial and one.shown and not relation and one.verb == "edit"
]  # fmt: skip
NOT_ALONE = frozenset(
    {
        "api.subscription.edit", "customers.communication.edit-next_step", "customers.opportunity.edit-next_step",
        "own_fields.ownfield.edit-seen_by", "own_fields.ownfield.edit-kept_by", "regulation.proposal.edit-key",
        "regulation.proposal.edit-written", "approvals.routeedition.edit", "notices.robot.edit",
        "regulation.passage.edit", "customers.message.edit-order_number", "sales.contract.edit-amount_words",
        "sales.creditnote.edit-words", "analytics.savedanalysis.edit-query", "analytics.reportfinding.edit-wording",
        "analytics.kpitemplate.edit-name", "analytics.languagemodel.edit-address",
    }
)  # fmt: skip
"""What a program may not change, or only together with other fields; and what is no free text: a question that the
explorer understands, a sentence with its figure's own numbers."""
SHOWN_OTHERWISE = frozenset({"calendars.calendar.edit", "sales.order.edit", "sales.shipment.edit"})


@pytest.mark.parametrize(("one", "field"), EDITS, ids=[f"{one.name}-{field.name}" for one, field in EDITS])
def test_what_is_taken_comes_back_the_same_from_page_api_and_export(
    office: Office, one: Action, field: Input, tmp_path: Path, full_count: bool
) -> None:
    kept = [text for text in naughty() if taken(field, text) not in (None, "")]
    texts = kept if full_count else kept[:: max(1, len(kept) // 3)][:3]
    came = 0
    for text in texts:
        with taken_back():
            record = office.row_for(one)
            body = {field.name: text}
            if post_api(office, api_address(one, record), body, unique()).status_code != 200:
                continue
            came += 1
            stored = taken(field, text) or ""
            require_everywhere(office, one, field, record, stored, tmp_path)
    assert came or not kept or {one.name, f"{one.name}-{field.name}"} & NOT_ALONE


def require_everywhere(office: Office, one: Action, field: Input, record: Any, stored: str, folder: Path) -> None:
    """The same text stands in the database, the API's answer, the form and the list's export."""
    row = type(record)._base_manager.get(pk=record.pk)
    # Credit codes and the like are kept in capitals.
    assert getattr(row, field.name) in (stored, stored.upper())
    stored = getattr(row, field.name)
    name = record_name(one.model)
    headers = {"Authorization": f"Bearer {office.key}"}
    answer = office.client.get(reverse(f"api-1:{name}.one", kwargs={"public_id": row.public_id}), headers=headers)
    assert answer.status_code == 200
    assert answer.json().get(field.name, stored) == stored
    page = office.client.get(f"/act/{one.name}/{row.public_id}/")
    if page.status_code == 200 and one.name not in SHOWN_OTHERWISE:
        assert stored in typed(page.content.decode(), field.name)
    listed = list_of(name)
    if listed is not None and field.name in {each.name for each in listed.columns_for(office.by)}:
        export(office.by, listed, {"column": field.name}, folder / "out.csv", "exchange")
        with (folder / "out.csv").open(encoding="utf-8-sig", newline="") as file:
            assert stored in set(itertools.chain.from_iterable(csv.reader(file)))


def typed(page: str, name: str) -> list[str]:
    """What stands in the form's fields of this name."""
    found = re.findall(rf'<textarea[^>]*name="{name}"[^>]*>\n?(.*?)</textarea>', page, re.DOTALL)
    for tag in re.findall(rf'<input[^>]*name="{name}"[^>]*>', page):
        found += re.findall(r'\bvalue="([^"]*)"', tag)
    return [html.unescape(one) for one in found]
