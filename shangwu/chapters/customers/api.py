"""Readings of 2.5 beside the record types: what a page works out, a program can ask for too."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from shangwu.chapters.customers import readings, record_readings
from shangwu.chapters.customers.coverage import CELLS, GRADES
from shangwu.chapters.customers.models import Customer
from shangwu.chapters.customers.protection import PLACES
from shangwu.foundation.api.readings import Reading, reading
from shangwu.foundation.api.schemas import Schema
from shangwu.foundation.text.jurisdictions import Jurisdiction

ID = {"public_id": "5f3c2a9e-6b1d-4c8f-9a70-2d4e6f8a1b3c"}

TEXT: Schema = {"type": "string"}
MAYBE: Schema = {"type": ["string", "null"]}
COUNT: Schema = {"type": "integer", "minimum": 0}
NUMBER: Schema = {"type": "number"}
YES_NO: Schema = {"type": "boolean"}
UUID: Schema = {"type": "string", "format": "uuid"}
DAY: Schema = {"type": "string", "format": "date"}
MOMENT: Schema = {"type": "string", "format": "date-time"}
AMOUNT: Schema = {"type": "string", "description": "A decimal as text."}
BEFORE: Schema = {"type": "string", "maxLength": 200, "description": "`older` of the portion before."}
OLDER: Schema = {"type": ["string", "null"], "description": "Ask for it as `before`; null where nothing is older."}


def _object(**properties: Schema) -> Schema:
    return {"type": "object", "required": sorted(properties), "properties": properties}


def _rows(**properties: Schema) -> Schema:
    return {"type": "array", "items": _object(**properties)}


def _or_null(shape: Schema) -> Schema:
    return {**shape, "type": [shape["type"], "null"]}


PER_CENT: Schema = {**COUNT, "maximum": 100}
SHARE: Schema = {"type": ["string", "null"], "description": "A decimal as text; null of no answers."}
ANSWERS: dict[str, Schema] = {"occasion": TEXT, "asked": COUNT, "answered": COUNT, "top": SHARE, "mean": SHARE}
TEXTS: Schema = {"type": "array", "items": TEXT}
TERMS = _object(**dict.fromkeys(PLACES.values(), COUNT))
PROMISE: dict[str, Schema] = {"count": COUNT, "committed": AMOUNT, "weighted": AMOUNT, "best": AMOUNT}
CELL: Schema = {**COUNT, "type": ["integer", "null"]}

for name, path, answer, scope, label, said, shape, more in (
    (
        "customers.customer.around", "customers/customer/{public_id}/around/", readings.all_about, "customers.customer",
        _("All about a customer"), "What was said, visited, needed, promised, complained of and ordered, newest first.",
        _object(
            entries=_rows(type=TEXT, public_id=UUID, at=MOMENT, text=TEXT, owner=MAYBE), older=OLDER,
        ), {"names": ID, "asks": {"before": BEFORE}},
    ),
    (
        "customers.customer.timeline", "customers/customer/{public_id}/timeline/", readings.timeline,
        "customers.customer", _("Timeline of a customer's file"),
        "Who did what to the file, when and why, and what changed, as far as the caller sees it.",
        _object(
            entries=_rows(
                at=MOMENT, action=TEXT, clause=TEXT, person=MAYBE, in_place_of=MAYBE, reason=TEXT,
                changes=_rows(field=TEXT, label=TEXT, before=TEXT, after=TEXT),
            ), older=OLDER,
        ), {"names": ID, "asks": {"before": BEFORE}},
    ),
    (
        "customers.customer.completeness", "customers/customer/{public_id}/completeness/", record_readings.complete,
        "customers.customer", _("Completeness of a customer's file"),
        "How much of the file is filled in and verified, in per cent, what is missing, and when each field was "
        "compared with the customer.",
        _object(
            verified=PER_CENT, filled=PER_CENT, complete_since=_or_null(MOMENT), gaps=_rows(field=TEXT, empty=YES_NO),
            verified_fields=_rows(field=TEXT, day=DAY),
        ), {"names": ID},
    ),
    (
        "customers.customer.score", "customers/customer/{public_id}/score/", record_readings.scored,
        "customers.customer", _("How a customer's grade came about"),
        "The scores of the latest valuation (recency, frequency, money from 1 to 5), the place by net amount, and the "
        "share of the turnover before it, from which the grade follows; a grade by hand with its reason.",
        _object(
            grade=TEXT, by_hand_until=_or_null(DAY), by_hand_because=TEXT,
            score=_or_null(_object(
                until=DAY, window_days=COUNT, share_a=COUNT, share_b=COUNT, last_on=DAY, orders=COUNT, net=AMOUNT,
                recency=COUNT, frequency=COUNT, money=COUNT, segment=TEXT, grade=TEXT, place=COUNT, before=AMOUNT,
            )),
        ), {"names": ID},
    ),
    (
        "customers.opportunity.chance", "customers/opportunity/{public_id}/chance/", record_readings.likelihood,
        "customers.opportunity", _("Why an opportunity has its chance"),
        "The chance in per cent and what it rests on: of `closed` ones `won` were won, in the half of the amounts "
        "below or above `parts_at` where there are enough.",
        _object(percent=PER_CENT, basis=TEXT, closed=COUNT, won=COUNT, parts_at=SHARE), {"names": ID},
    ),
    (
        "customers.complaint.clock", "customers/complaint/{public_id}/clock/", record_readings.clock_of,
        "customers.complaint", _("Clock of a complaint"),
        "The duty that is due next, and the working hours taken so far, gross and without pauses.",
        _object(
            duty=MAYBE, due_at=_or_null(MOMENT), late=YES_NO, gross_hours=_or_null(NUMBER), net_hours=_or_null(NUMBER),
            paused=YES_NO,
        ), {"names": ID},
    ),
    (
        "customers.satisfactionreport.figures", "customers/satisfactionreport/{public_id}/figures/",
        record_readings.contentment, "customers.satisfactionreport", _("Figures of a year's satisfaction"),
        "By occasion how many were asked, answered and are content, and the balance of recommendation, as they were "
        "drawn.",
        _object(
            year=COUNT, drawn_at=_or_null(MOMENT), occasions=_rows(**ANSWERS), whole=_or_null(_object(**ANSWERS)),
            recommend=_or_null(_object(answered=COUNT, promoters=SHARE, detractors=SHARE, balance=SHARE)),
        ), {"names": ID},
    ),
    (
        "customers.likely", "customers/likely/", readings.duplicates, "customers.customer", _("Likely duplicates"),
        "Files that are likely of the same customer; of hidden ones only whom to ask.",
        _object(
            files=_rows(
                score=COUNT, reasons=TEXTS, public_id=MAYBE, number=MAYBE, name=MAYBE, ask=MAYBE, pooled=YES_NO,
            )
        ),
        {
            "asks": {
                "name": TEXT, "identity_number": TEXT, "phone": TEXT,
                "jurisdiction": {"type": "string", "enum": list(Jurisdiction.values)},
                "kind": {"type": "string", "enum": list(Customer.Kind.values)},
            }
        },
    ),
    (
        "customers.simulator", "customers/simulator/", readings.simulator, "customers.customer", _("Pool simulator"),
        "Which customers would go to the pool sooner or later under other terms, by day and by name.",
        _object(
            terms=TERMS, now=TERMS, held=COUNT, sooner=COUNT, later=COUNT, days=_rows(day=DAY, now=COUNT, then=COUNT),
            customers=_rows(public_id=UUID, name=TEXT, now=DAY, then=DAY),
        ), {"asks": {
            # Only a grade's days may be none: those without a grade count then.
            one: {"type": "integer", "minimum": 0 if one.startswith("first_") else 1} for one in PLACES.values()
        }},
    ),
    (
        "customers.coverage", "customers/coverage/", readings.covered, "customers.customer", _("Coverage"),
        "By grade: plans in force, talks, and who was spoken with in time; the customers of a cell, if asked for.",
        _object(
            at=MOMENT, customers=_rows(public_id=UUID, name=TEXT, last_contact_at=MAYBE, since=MOMENT),
            grades=_rows(grade=TEXT, days=COUNT, due=COUNT, done=COUNT, percent=COUNT, **dict.fromkeys(CELLS, CELL)),
        ), {"asks": {"grade": {"type": "string", "enum": list(GRADES)}, "cell": {"type": "string", "enum": [*CELLS]}}},
    ),
    (
        "customers.forecast", "customers/forecast/", readings.forecast, "customers.opportunity", _("Sales forecast"),
        "What the open opportunities promise by month and by owner; currencies are never added up.",
        _object(
            committed_from=COUNT,
            currencies=_rows(
                currency=TEXT, total=_object(**PROMISE), late=_object(**PROMISE), later=_object(**PROMISE),
                months=_rows(month=TEXT, **PROMISE), owners=_rows(owner=MAYBE, **PROMISE),
            ),
        ), {"asks": {"owner": {"type": "string", "enum": ["me"]}}},
    ),
    (
        "customers.complaintreport.pareto", "customers/complaintreport/{public_id}/pareto/", readings.pareto,
        "customers.complaintreport", _("Complaints of a month by kind and product"),
        "Kinds and products with their shares and running shares, and the figures around them, as they were drawn.",
        _object(
            month=DAY, kinds=_rows(kind=TEXT, count=COUNT, share=AMOUNT, run=AMOUNT),
            products=_rows(product=TEXT, count=COUNT, share=AMOUNT, run=AMOUNT),
            replies=_object(in_time=COUNT, due=COUNT), count=COUNT, refused=COUNT, repeats=COUNT, urgent=COUNT,
            open=COUNT,
        ), {"names": ID},
    ),
    (
        "customers.complaint.suggestions", "customers/complaint/{public_id}/suggestions/", readings.suggestions,
        "customers.complaint", _("Suggestions for a complaint"),
        "The kind that its text speaks of, and earlier complaints like it.",
        _object(
            kind={**_object(kind=TEXT, certainty=NUMBER, because=TEXTS), "type": ["object", "null"]},
            like=_rows(public_id=UUID, number=MAYBE, share=NUMBER, because=TEXTS),
        ), {"names": ID},
    ),
    (
        "customers.personalrequest.kept", "customers/personalrequest/{public_id}/kept/", readings.kept,
        "customers.personalrequest", _("What the law keeps"),
        "Which papers stay when the person's data are deleted, how many, and why; which entries of the company's own "
        "name them; which further contacts of the same customer may be the same person.",
        _object(
            papers=_rows(what=TEXT, count=COUNT, because=TEXT), named=TEXTS, alike={"type": "array", "items": UUID},
        ), {"names": ID},
    ),
    (
        "customers.plans_of_year", "customers/plans/", readings.proposed_plans, "customers.contactplan",
        _("Proposed contact plans"), "What is proposed for the caller's own customers that have no plan of the year.",
        _object(
            year=COUNT,
            plans=_rows(customer=UUID, name=TEXT, way=TEXT, every_days=COUNT, traits=TEXT, reason=TEXT),
        ), {"asks": {"year": {"type": "integer"}}},
    ),
):  # fmt: skip
    given: dict[str, Any] = more
    reading(Reading(name, path, answer, f"{scope}:read", label, said, shape, **given))
