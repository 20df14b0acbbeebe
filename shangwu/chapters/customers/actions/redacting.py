"""Clause 2.5.1: an erased person's name goes out of what was written about the customer; only an erasure does this."""

from typing import Annotated

from django.utils.translation import gettext_lazy as _

from shangwu.chapters.customers.free_words import FREE_WORDS, OF_FILES, PARTS, cleared
from shangwu.chapters.customers.models import Complaint, ComplaintReport, Customer, Handover
from shangwu.foundation.access.predicates import nobody
from shangwu.foundation.actions.door import Ask, action, edit
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.models import Record
from shangwu.foundation.text.redaction import without

BESIDE: dict[type[Record], tuple[str, ...]] = {model: tuple(model.classes) for model in (Handover, ComplaintReport)}
"""Words in which an erasure looks for a person because of what they are about: sheets, analyses."""

for model, names in (OF_FILES | FREE_WORDS | BESIDE).items():
    edit(
        model, clause="2.5.1", may=nobody, fields=names, verb="redact", label=_("Take a person's name out"), undo=False,
        shown=False, archive_too=True, own=False,
    )  # fmt: skip


@action(
    Complaint, "redact_parts", clause="2.5.1", label=_("Take a person's name out of the 8D"), may=nobody,
    locks=["whys", "causes", "remedies", "pauses", "letters"], shown=False, bulk=True, archive_too=True,
)  # fmt: skip
def redact_parts(
    complaint: Complaint,
    by: Actor,
    *,
    pattern: Annotated[str, Ask(_("What names the person"), multiline=True)],
    mask: Annotated[str, Ask(_("What stands in its place"))],
) -> None:
    """2.5.1: an erased person is named no more in the causes, the measures, the pauses and the letters of a complaint;
    what was found and done stays."""
    _redact_parts(complaint, pattern, mask)


@action(
    Customer, "redact_parts", clause="2.5.1", label=_("Take a person's name out of the addresses"), may=nobody,
    locks=["addresses"], shown=False, bulk=True, archive_too=True,
)  # fmt: skip
def redact_addresses(
    customer: Customer,
    by: Actor,
    *,
    pattern: Annotated[str, Ask(_("What names the person"), multiline=True)],
    mask: Annotated[str, Ask(_("What stands in its place"))],
) -> None:
    """2.5.1: goods go to an erased person no more, at none of the customer's further addresses."""
    _redact_parts(customer, pattern, mask)


def _redact_parts(record: Complaint | Customer, pattern: str, mask: str) -> None:
    for relation in record.parts:
        for row in getattr(record, relation).all():
            for name in PARTS[type(row)]:
                setattr(row, name, cleared(type(row), name, getattr(row, name), pattern, mask))


@action(
    Handover, "redact_items", clause="2.5.1", label=_("Take a person's name out of the list"), may=nobody,
    locks=["items"], shown=False, bulk=True, archive_too=True,
)  # fmt: skip
def redact_items(
    sheet: Handover,
    by: Actor,
    *,
    keys: Annotated[str, Ask(_("Which records of the list"), multiline=True)],
    pattern: Annotated[str, Ask(_("What names the person"), multiline=True)],
    mask: Annotated[str, Ask(_("What stands in its place"))],
) -> None:
    """2.5.1: a sheet calls what it lists as it was called then, records that name an erased person among it; what was
    handed over, by whom and to whom, stays. keys: public ids, between blanks."""
    concerned = keys.split()
    for item in sheet.items.all():
        if str(item.key) in concerned:
            item.label = without(item.label, pattern, mask)[:200]
            item.note = without(item.note, pattern, mask)[:200]
