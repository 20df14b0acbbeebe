"""What the pages of 2.5 work out, as plain data for the API, each through the same gates as its page."""

import datetime
from collections.abc import Mapping
from typing import Any

from django.db.models import F, Q
from django.utils.translation import gettext as _

from shangwu.chapters.customers import papers, planning, suggesting
from shangwu.chapters.customers.access import makes_customers
from shangwu.chapters.customers.actions.requests import ERASES
from shangwu.chapters.customers.around import around, place_of
from shangwu.chapters.customers.contact_access import plans_contact
from shangwu.chapters.customers.coverage import CELLS, GRADES, conditions, coverage, served
from shangwu.chapters.customers.erasing import alike_beside, named_openly
from shangwu.chapters.customers.forecasting import Promise, forecasts
from shangwu.chapters.customers.likely import likely
from shangwu.chapters.customers.models import Complaint, ComplaintReport, Customer, PersonalRequest
from shangwu.chapters.customers.papers_elsewhere import kept_for
from shangwu.chapters.customers.protection import PLACES, terms
from shangwu.chapters.customers.simulating import asked_terms, by_day, held, under
from shangwu.foundation.access.labels import labels
from shangwu.foundation.api.naming import is_public_id
from shangwu.foundation.audit.reading import How
from shangwu.foundation.pages.details import changes
from shangwu.foundation.pages.details.closed import closed_changes
from shangwu.foundation.pages.details.finding import record_of
from shangwu.foundation.pages.details.logged import Logged, logged
from shangwu.foundation.pages.related import Names
from shangwu.foundation.people.models import Person
from shangwu.foundation.policy.parameters import policy
from shangwu.foundation.records import clock, gate
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.refusals import Refusal, missing

Given = Mapping[str, str]
Facts = dict[str, Any]

AHEAD, LISTED, ENTRIES = 30, 200, 50


def _opened(by: Actor, model: Any, public_id: str) -> Any:
    if not is_public_id(public_id):
        raise missing()
    return record_of(by, model, public_id, How.API)


def _refuse(name: str, said: Any) -> None:
    raise Refusal("invalid", _("Some entries need your attention."), fields={name: [said]})


def all_about(by: Actor, given: Given, *, public_id: str) -> Facts:
    """A customer's line of time, newest first. Raises Refusal("missing"), and ("invalid") for a place that is none."""
    customer = _opened(by, Customer, public_id)
    before = place_of(given.get("before", ""))
    if given.get("before") and before is None:
        _refuse("before", _("Give `older` of the portion before, as it came."))
    found, older = around(by, customer, before, ENTRIES)
    owners = labels(by, Person, {one.row.owner_id for one in found})
    return {
        "entries": [
            {
                "type": one.kind.name, "public_id": one.row.public_id, "at": one.at,
                "text": " ".join(one.kind.text(one.row).split()), "owner": owners.get(one.row.owner_id) or None,
            }
            for one in found
        ],
        "older": older.text if older is not None else None,
    }  # fmt: skip


def timeline(by: Actor, given: Given, *, public_id: str) -> Facts:
    """What was done to a customer's file, newest first, with what changed as far as the reader sees it."""
    customer = _opened(by, Customer, public_id)
    before = given.get("before", "")
    if before and not (before.isascii() and before.isdigit() and len(before) < 19):
        _refuse("before", _("Give `older` of the portion before, as it came."))
    done = logged(customer, ENTRIES + 1, before=int(before) if before else None)
    shown, closed = done[:ENTRIES], closed_changes(customer, done[:ENTRIES])
    told = {
        one.entry.pk: changes.shown_changes(Customer, by, [*one.changes, *closed.get(one.entry.context, ())])
        for one in shown
    }
    names = Names()
    changes.add_names(names, by, ((Customer, each) for each in told.values()))
    people = {key for one in shown for key in (one.entry.person_id, one.entry.acting_for_id) if key is not None}
    names.add(by, Person, people)
    return {
        "entries": [_entry(one, told[one.entry.pk], names) for one in shown],
        "older": str(shown[-1].entry.pk) if len(done) > ENTRIES else None,
    }


def _entry(one: Logged, told: list[changes.Change], names: Names) -> Facts:
    entry = one.entry
    return {
        "at": one.at or entry.occurred_at or entry.at,
        "action": entry.verb,
        "clause": entry.clause,
        "person": names.of(Person, entry.person_id).label if entry.person_id else None,
        "in_place_of": names.of(Person, entry.acting_for_id).label if entry.acting_for_id else None,
        "reason": entry.reason,
        "changes": [
            {
                "field": found.name,
                "label": found.verbose_name,
                "before": changes.text_of(found, before, names),
                "after": changes.text_of(found, after, names),
            }
            for column, before, after in told
            if (found := changes.column_of(Customer, column)) is not None
        ],
    }


def duplicates(by: Actor, given: Given) -> Facts:
    """Files that are likely of the same customer. Raises Refusal("forbidden") for who opens none."""
    if not makes_customers(by, None):
        raise Refusal("forbidden", _("This is not among your duties. Ask the head of the department."))
    asked = {name: given.get(name, "")[:200] for name in ("name", "identity_number", "phone", "jurisdiction", "kind")}
    found = likely(
        by, name=asked["name"], number=asked["identity_number"], phone=asked["phone"], place=asked["jurisdiction"],
        kind=asked["kind"],
    )  # fmt: skip
    return {
        "files": [
            {
                "score": one.score,
                "reasons": sorted(one.reasons),
                "public_id": one.record.public_id if one.record else None,
                "number": one.record.number if one.record else None,
                "name": one.record.name if one.record else None,
                "ask": None if one.record else one.keeper.said,
                "pooled": one.pooled,
            }
            for one in found
        ]
    }


def simulator(by: Actor, given: Given) -> Facts:
    """What other terms of the pool would do to the customers that the reader sees. Raises Refusal("invalid")."""
    now, today = terms(), clock.today(by.zone)
    rule, wrong = asked_terms(given, now)
    if wrong or any(not text.strip().isdecimal() for text in given.values()):
        _refuse(next(iter(given)), wrong or _("Give a whole number of days."))
    rows = Customer.objects.visible_to(by)
    then = under(rows, rule, str(by.zone), today)
    other = then.filter(~Q(then=F("protected_until")))
    end = today + datetime.timedelta(days=AHEAD)
    before, after = by_day(held(rows), "protected_until", end), by_day(then, "then", end)
    listed = list(other.order_by("then", "pk")[:LISTED])
    return {
        "terms": {name: getattr(rule, name) for name in PLACES.values()},
        "now": {name: getattr(now, name) for name in PLACES.values()},
        "held": held(rows).count(),
        "sooner": other.filter(then__lt=F("protected_until")).count(),
        "later": other.filter(then__gt=F("protected_until")).count(),
        "days": [
            {"day": day, "now": before.get(day, 0), "then": after.get(day, 0)} for day in sorted({*before, *after})
        ],
        "customers": [
            {"public_id": one.public_id, "name": one.name, "now": one.protected_until, "then": one.then}
            for one in listed
        ],
    }


def covered(by: Actor, given: Given) -> Facts:
    """The map of coverage, and the customers of a cell where one is asked for. Raises Refusal("invalid")."""
    now = clock.now()
    facts: Facts = {
        "at": now,
        "grades": [
            {"grade": one.grade, "days": one.days, "due": one.due, "done": one.done, "percent": one.percent,
             **one.counts}
            for one in coverage(by, now)
        ],
        "customers": [],
    }  # fmt: skip
    if not given:
        return facts
    grade, cell = given.get("grade", ""), given.get("cell", "")
    if grade not in GRADES or cell not in CELLS:
        _refuse("grade" if grade not in GRADES else "cell", _("Give both a grade and a cell of the map."))
    found = served(by).filter(conditions(cell, now, now.astimezone(by.zone).year), grade=grade)
    rows: list[Any] = list(found.order_by("since", "pk")[:LISTED])
    facts["customers"] = [
        {"public_id": one.public_id, "name": str(one), "last_contact_at": one.last_contact_at, "since": one.since}
        for one in rows
    ]
    return facts


def forecast(by: Actor, given: Given) -> Facts:
    """What the open opportunities promise, per currency. Raises Refusal("invalid")."""
    if given.get("owner", "me") != "me":
        _refuse("owner", _("Give “me”, or leave it out for all that you see."))
    owner = by.person_id if "owner" in given else None
    found = forecasts(by, clock.today(by.zone), owner=owner)
    names = labels(by, Person, {key for one in found for key in one.owners if key is not None})
    return {
        "committed_from": policy("opportunity.commit"),
        "currencies": [
            {
                "currency": one.currency,
                "total": _amounts(one.total),
                "late": _amounts(one.late),
                "months": [{"month": f"{month:%Y-%m}", **_amounts(each)} for month, each in one.months],
                "later": _amounts(one.later),
                "owners": [
                    {"owner": names.get(key) if key is not None else None, **_amounts(each)}
                    for key, each in one.owners.items()
                ],
            }
            for one in found
        ],
    }


def _amounts(one: Promise) -> Facts:
    return {"count": one.count, "committed": one.committed, "weighted": one.weighted, "best": one.best}


def pareto(by: Actor, given: Given, *, public_id: str) -> Facts:
    """The figures of a month's analysis, as they were drawn."""
    report = _opened(by, ComplaintReport, public_id)
    in_time, due = report.figures.get("replies", [0, 0])
    return {
        "month": report.month,
        "kinds": [
            {"kind": kind, "count": count, "share": share, "run": run}
            for kind, count, share, run in report.figures.get("rows", [])
        ],
        "products": [
            {"product": row["label"], "count": row["count"], "share": row["share"], "run": row["run"]}
            for row in papers.products_of(report, by)
        ],
        "replies": {"in_time": in_time, "due": due},
        **{name: report.figures.get(name, 0) for name in ("count", "refused", "repeats", "urgent", "open")},
    }


def suggestions(by: Actor, given: Given, *, public_id: str) -> Facts:
    """The kind that a complaint's text speaks of, and earlier ones like it that the reader sees."""
    complaint = _opened(by, Complaint, public_id)
    guess = suggesting.guess_of(complaint) if complaint.state == Complaint.State.REGISTERED else None
    return {
        "kind": guess and {"kind": guess.kind, "certainty": round(guess.certainty, 4), "because": guess.because},
        "like": [
            {"public_id": one.complaint.public_id, "number": one.complaint.number, "share": round(one.share, 4),
             "because": one.because}
            for one in suggesting.similar(by, complaint)
        ],
    }  # fmt: skip


def proposed_plans(by: Actor, given: Given) -> Facts:
    """What is proposed for the reader's own customers that have no plan. Raises Refusal("forbidden"), ("invalid")."""
    if not plans_contact(by, None):
        raise Refusal("forbidden", _("This is not among your duties. Ask the head of the department."))
    this_year = clock.today(by.zone).year
    asked = given.get("year", str(this_year))
    if asked not in (str(this_year), str(this_year + 1)):
        _refuse("year", _("Plans are proposed for this year and the next."))
    return {
        "year": int(asked),
        "plans": [
            {
                "customer": one.customer.public_id, "name": str(one.customer), "way": one.way,
                "every_days": one.every_days, "traits": one.traits, "reason": one.reason,
            }
            for one in planning.propose(planning.lacking(by, int(asked)))
        ],
    }  # fmt: skip


def kept(by: Actor, given: Given, *, public_id: str) -> Facts:
    """What stays of the person who asks to be deleted, and why; and what of the company's own still names them."""
    asked = _opened(by, PersonalRequest, public_id)
    with gate.free_reading():  # counts, as on the page
        erases = asked.kind in ERASES
        papers, named = (kept_for(asked), named_openly(asked)) if erases else ([], [])
        alike = [one.public_id for one in alike_beside(asked)] if erases else []
    return {
        "papers": [{"what": str(one.label), "count": one.count, "because": str(one.because)} for one in papers],
        "named": named,
        "alike": alike,
    }
