"""Free words in which people of a customer may be named (2.5.1): what an erasure goes through, field by field.

They are classed as personal, so that the log holds a commitment of them and an erasure reaches their history.
"""

from collections.abc import Collection
from typing import Any

from django.db.models import Q

from shangwu.chapters.customers.models import (
    Communication,
    Complaint,
    Contact,
    ContactPlan,
    Customer,
    Opportunity,
    Promise,
    Ticket,
    Visit,
)
from shangwu.foundation.actions.door import Row, act_many
from shangwu.foundation.audit.erasing import erase
from shangwu.foundation.pages.comments.forgetting import redact_comments
from shangwu.foundation.records.actors import Source, system
from shangwu.foundation.records.history import history_models
from shangwu.foundation.records.models import Record
from shangwu.foundation.text.redaction import without

NO_WORDS = frozenset({"whereabouts", "claimant_name", "claimant_phone", "claimant_email"})
"""Personal fields of these records that are no words: they are erased by ways of their own."""

FREE_WORDS: dict[type[Record], tuple[str, ...]] = {
    model: tuple(name for name in model.classes if name not in NO_WORDS)
    for model in (Communication, Visit, Promise, Ticket, ContactPlan, Opportunity, Complaint)
}


def erase_words(files: Collection[int], contact: Contact, complaints: Collection[int], pattern: str, mask: str) -> None:
    """The person goes out of all that was written about these customers, of today and before; what was said stays.

    files: keys of customers. complaints: keys of complaints that are theirs whoever the customer is. pattern: what
    names or reaches the person (`redaction.pattern_of`).
    """
    if not pattern:
        return
    for model, names in FREE_WORDS.items():
        where = Q(customer__in=list(files))
        if any(one.name == "contact" for one in model._meta.concrete_fields):
            where |= Q(contact=contact)
        if model is Complaint:
            where |= Q(pk__in=list(complaints))
        rows: Any = model._default_manager
        records = list(rows.filter(where).order_by("pk"))
        _erase_in(model, records, names, pattern, mask)
        redact_comments(model, [one.pk for one in records], pattern, mask)
    redact_comments(Customer, list(files), pattern, mask)
    others: Any = Contact._default_manager.filter(customer__in=list(files)).exclude(pk=contact.pk)
    redact_comments(Contact, list(others.values_list("pk", flat=True)), pattern, mask)


def _erase_in(model: type[Record], records: list[Any], names: tuple[str, ...], pattern: str, mask: str) -> None:
    """Take the pattern out of the words of some records, and out of their history."""
    named = _ever_named(model, records, names, pattern)
    changed = []
    for one in records:
        words = {name: getattr(one, name) for name in named.get(one.pk, ())}
        cleared = {name: _shortened(model, name, without(text, pattern, mask)) for name, text in words.items()}
        if cleared != words:
            changed.append(Row({name: text for name, text in cleared.items() if text != words[name]}, one))
    if changed:
        act_many(system(Source.EVENT), f"{model._meta.label_lower}.redact", changed, whole=True)
    fresh: Any = model._default_manager
    for one in fresh.filter(pk__in=list(named)):
        erase(one, {name: getattr(one, name) for name in named[one.pk]}, [])


def _ever_named(model: type[Record], records: list[Any], names: tuple[str, ...], pattern: str) -> dict[int, set[str]]:
    """Key of a record -> its fields in which the pattern stands or has stood."""
    former: Any = history_models[model]._default_manager
    rows = former.filter(pgh_obj_id__in=[one.pk for one in records]).values_list("pgh_obj_id", *names)
    found: dict[int, set[str]] = {}
    for key, *texts in rows.iterator():
        for name, text in zip(names, texts, strict=True):
            if text and without(text, pattern, "") != text:
                found.setdefault(key, set()).add(name)
    return found


def _shortened(model: type[Record], name: str, text: str) -> str:
    """The text as far as the column holds it: a mask may be longer than what it stands for."""
    return text[: getattr(model._meta.get_field(name), "max_length", None)]
