"""The 36 clauses of the regulation, by code: part.chapter.item."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from shangwu.foundation.records.refusals import Sentence


@dataclass(frozen=True, slots=True)
class Chapter:
    """A chapter of the regulation; `room` is the folder that keeps it."""

    code: str
    room: str
    title: Sentence
    clauses: tuple[tuple[str, Sentence], ...]


CHAPTERS: tuple[Chapter, ...] = (
    Chapter("2.1", "research", _("Market research"), (
        ("2.1.1", _("Following the industry")), ("2.1.2", _("Market demand research")),
        ("2.1.3", _("Competitor analysis")),
    )),
    Chapter("2.2", "targeting", _("Target market"), (
        ("2.2.1", _("Choice of target market")), ("2.2.2", _("Customer portraits")),
    )),
    Chapter("2.3", "marketing", _("Marketing"), (
        ("2.3.1", _("Marketing plans")), ("2.3.2", _("Brand")), ("2.3.3", _("Promotions")),
    )),
    Chapter("2.4", "channels", _("Sales channels"), (
        ("2.4.1", _("Channel development")), ("2.4.2", _("Channel management")),
    )),
    Chapter("2.5", "customers", _("Customer relations"), (
        ("2.5.1", _("Customer information")), ("2.5.2", _("Contact and follow-up")), ("2.5.3", _("Complaints")),
    )),
    Chapter("2.6", "sales", _("Sales execution"), (
        ("2.6.1", _("Sales orders")), ("2.6.2", _("Contracts")), ("2.6.3", _("Shipping and tracking")),
    )),
    Chapter("2.7", "analytics", _("Sales analysis"), (
        ("2.7.1", _("Sales data")), ("2.7.2", _("Analysis and reports")), ("2.7.3", _("Sales performance")),
    )),
    Chapter("3.1", "attendance", _("Attendance"), (
        ("3.1.1", _("Working time")), ("3.1.2", _("Attendance records")), ("3.1.3", _("Lateness and early leaving")),
    )),
    Chapter("3.2", "meetings", _("Meetings"), (
        ("3.2.1", _("Department meeting")), ("3.2.2", _("Project meetings")), ("3.2.3", _("Meeting discipline")),
    )),
    Chapter("3.3", "documents", _("Documents"), (
        ("3.3.1", _("Classes and numbers")), ("3.3.2", _("Drafting and review")),
        ("3.3.3", _("Filing and keeping")), ("3.3.4", _("Lending and use")),
    )),
    Chapter("3.4", "secrecy", _("Confidentiality"), (
        ("3.4.1", _("What is secret")), ("3.4.2", _("Protective measures")), ("3.4.3", _("Responsibility")),
    )),
    Chapter("3.5", "appraisal", _("Performance appraisal"), (
        ("3.5.1", _("Indicators")), ("3.5.2", _("Periods")), ("3.5.3", _("Procedure")), ("3.5.4", _("Use of results")),
    )),
)  # fmt: skip

INTRODUCTION = "1"
"""The introduction: no clause, no duty; the parameters that hold in every chapter stand under it."""

CLAUSES: dict[str, Sentence] = {code: title for chapter in CHAPTERS for code, title in chapter.clauses}


TITLES: dict[str, Sentence] = {INTRODUCTION: _("Introduction"), **CLAUSES}
"""The introduction and the clauses, by code."""


def chapter_of(clause: str) -> Chapter:
    """The chapter that a clause or chapter code belongs to. Raises KeyError for an unknown code."""
    for chapter in CHAPTERS:
        if clause == chapter.code or clause.startswith(chapter.code + "."):
            return chapter
    raise KeyError(clause)
