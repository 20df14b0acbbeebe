"""Free words in which people of a customer may be named (2.5.1): what an erasure goes through, field by field.

They are classed as personal, so that the log holds a commitment of them and an erasure reaches their history.
"""

import functools
import operator
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.db import models
from django.db.models import Q

from shangwu.chapters.customers.models import (
    Cause,
    Communication,
    Complaint,
    ComplaintReport,
    Contact,
    ContactPlan,
    Customer,
    DeliveryAddress,
    Handover,
    HandoverItem,
    Letter,
    Message,
    Opportunity,
    Pause,
    Promise,
    Remedy,
    Ticket,
    Visit,
    Why,
)
from shangwu.chapters.customers.papers_elsewhere import Gone, forget_papers
from shangwu.foundation.actions.door import Row, act_many
from shangwu.foundation.actions.registry import record_name
from shangwu.foundation.approvals.forgetting import redact_titles
from shangwu.foundation.audit.erasing import erase, erase_reasons
from shangwu.foundation.exchange.forgetting import redact_files
from shangwu.foundation.pages.comments.forgetting import redact_comments
from shangwu.foundation.records.actors import Source, system
from shangwu.foundation.records.history import history_models
from shangwu.foundation.records.models import Part, Record
from shangwu.foundation.text.redaction import without

NO_WORDS = frozenset({"whereabouts", "claimant_name", "claimant_phone", "claimant_email", "address"})
"""Personal fields of these records that are no words: they are erased by ways of their own."""

FREE_WORDS: dict[type[Record], tuple[str, ...]] = {
    model: tuple(name for name in model.classes if name not in NO_WORDS)
    for model in (Communication, Visit, Promise, Ticket, ContactPlan, Opportunity, Complaint, Message)
}

PARTS: dict[type[Part], tuple[str, ...]] = {
    Why: ("text",), Cause: ("text",), Remedy: ("what", "finding"), Pause: ("asked_for", "proof", "came"),
    Letter: ("subject", "text"), DeliveryAddress: ("receiver", "phone", "address", "note"),
}  # fmt: skip
"""The same of what belongs to a complaint: its 8D, its pauses, the letters about it; and of further addresses."""

OF_FILES: dict[type[Record], tuple[str, ...]] = {
    Customer: ("duplicate_reason", "note", "ship_to_name", "ship_to_phone", "ship_to_address"), Contact: ("note",),
}  # fmt: skip
"""The same of the file itself, and of the other persons at the customer. The phone of a file is the customer's own."""

NUMBERS = frozenset({"phone", "ship_to_phone"})
"""Fields that are a telephone number."""


def erase_words(
    files: Collection[int],
    contact: Contact | None,
    complaints: Collection[int],
    pattern: str,
    mask: str,
    *,
    whole: bool = False,
    anywhere: str = "",
) -> None:
    """The person goes out of all that was written about these customers, of today and before; what was said stays.

    Out of mail and letters they go whoever's these are: others quote them. files: keys of customers. complaints: keys
    of complaints that are theirs whoever the customer is. pattern: what names or reaches the person
    (`redaction.pattern_of`). whole: the files are the person's own. contact: None for who is none. anywhere: what of
    the pattern nobody else has, looked for in all words about whichever customer.
    """
    if not pattern:
        return
    written: dict[type[models.Model], list[int]] = {}
    for model, names in (OF_FILES | FREE_WORDS).items():
        rows: Any = model._default_manager
        about = _about(model, files, contact, complaints, pattern)
        if anywhere and model in FREE_WORDS:
            about |= Q(pk__in=_quoting(model, names, anywhere, "pgh_obj_id"))
        records = list(rows.filter(about).order_by("pk"))
        written[model] = [one.pk for one in records]
        erase_in(model, records, names, pattern, mask)
    for owning in (Complaint, Customer):
        _erase_parts(owning, written[owning], pattern, mask)
    _erase_analyses(written[Complaint], pattern, mask)
    themselves = [contact.pk] if contact is not None else []
    erase_beside({**written, Contact: [*themselves, *written[Contact]]}, pattern, mask)
    forget_papers(Gone(files, pattern, mask, whole))


def erase_beside(records: Mapping[type[models.Model], Collection[int]], pattern: str, mask: str) -> None:
    """The person goes out of what hangs on records: remarks, files, requests for a decision, hand-over sheets, reasons.

    records: their keys by record type.
    """
    for kind, keys in records.items():
        redact_comments(kind, keys, pattern, mask)
        redact_files(kind, keys, pattern, mask)
        redact_titles(kind, keys, pattern, mask)
        redact_sheets(kind, keys, pattern, mask)
    erase_reasons(records, pattern, mask)


def redact_sheets(model: type[models.Model], keys: Collection[int], pattern: str, mask: str) -> None:
    """Sheets that list some of these records: what they call them, and what was written down for who takes over."""
    rows: Any = model._default_manager
    told = [str(one) for one in rows.filter(pk__in=list(keys)).values_list("public_id", flat=True)]
    listed = list(HandoverItem.objects.filter(kind=record_name(model), key__in=told).order_by("pk"))
    sheets = list(Handover.objects.filter(pk__in={one.handover_id for one in listed}).order_by("pk"))
    erase_in(Handover, sheets, tuple(Handover.classes), pattern, mask)
    named = [one for one in listed if is_named([one.label, one.note], pattern)]
    given = {"keys": " ".join(sorted({str(one.key) for one in named})), "pattern": pattern, "mask": mask}
    concerned = {one.handover_id for one in named}
    if named:
        again = Handover.objects.filter(pk__in=concerned).order_by("pk")
        act_many(
            system(Source.EVENT), "customers.handover.redact_items", [Row(given, one) for one in again], whole=True
        )
    for one in HandoverItem.objects.filter(pk__in=[one.pk for one in named]):
        erase(one, {"label": one.label, "note": one.note}, [])


def _about(
    model: type[Record], files: Collection[int], contact: Contact | None, complaints: Collection[int], pattern: str
) -> Q:
    """Which records of a type are gone through: the files, those about them or the person, mail that quotes them; of
    the person themselves nothing is left to go through."""
    if model is Customer:
        return Q(pk__in=list(files))
    where = Q(customer__in=list(files))
    if model is Contact:
        return where if contact is None else where & ~Q(pk=contact.pk)
    if contact is not None and any(one.name == "contact" for one in model._meta.concrete_fields):
        where |= Q(contact=contact)
    if model is Complaint:
        where |= Q(pk__in=[*complaints, *_quoting(Letter, PARTS[Letter], pattern, "complaint_id")])
    if model is Message:
        where |= Q(pk__in=_quoting(Message, FREE_WORDS[Message], pattern, "pgh_obj_id"))
    return where


def _quoting(model: type[models.Model], names: tuple[str, ...], pattern: str, key: str) -> list[int]:
    """Which rows speak, or spoke, of the person, in whichever customer's mail: `key` of their history."""
    former: Any = history_models[model]
    said = functools.reduce(operator.or_, (Q(**{f"{name}__iregex": pattern}) for name in names))
    return list(former._default_manager.filter(said).values_list(key, flat=True).distinct())


def _erase_parts(model: type[Record], keys: Collection[int], pattern: str, mask: str) -> None:
    """The same for what belongs to these records, rows among it that somebody has taken away since."""
    owner = str(model._meta.model_name)
    rows: Any = model._default_manager
    ever = {
        part: _ever_named(part, Q(**{f"{owner}__in": list(keys)}), names, pattern)
        for part, names in PARTS.items() if part.parent == owner
    }  # fmt: skip
    left: dict[type[Part], dict[int, Any]] = {part: part._default_manager.in_bulk(list(ever[part])) for part in ever}
    concerned = {getattr(row, f"{owner}_id") for found in left.values() for row in found.values()}
    given = [Row({"pattern": pattern, "mask": mask}, one) for one in rows.filter(pk__in=concerned)]
    if given:
        act_many(system(Source.EVENT), f"{model._meta.label_lower}.redact_parts", given, whole=True)
    for part, named in ever.items():
        left[part] = part._default_manager.in_bulk(list(named))
        for key, names in named.items():
            row = left[part].get(key)
            erase(row or _gone(part, key), {name: getattr(row, name) if row else mask for name in names}, [])


def _erase_analyses(complaints: Collection[int], pattern: str, mask: str) -> None:
    """What people have written into the analyses of the months from which these complaints are."""
    days = Complaint.objects.filter(pk__in=list(complaints)).values_list("registered_on", flat=True)
    reports = ComplaintReport.objects.filter(month__in={day.replace(day=1) for day in days}).order_by("pk")
    erase_in(ComplaintReport, list(reports), tuple(ComplaintReport.classes), pattern, mask)


def _gone(part: Any, key: int) -> Any:
    """A row that was taken away, for its history."""
    return part(pk=key)


def is_named(texts: Iterable[str], pattern: str) -> bool:
    """Whether the person stands in one of the texts."""
    return any(text and without(text, pattern, "") != text for text in texts)


def erase_in(
    model: type[Record], records: list[Any], names: tuple[str, ...], pattern: str, mask: str
) -> Collection[int]:
    """Take the pattern out of the words of some records, and out of their history. Answers with the keys of those in
    which it stood. The record type has a verb `redact` that takes these fields."""
    named = _ever_named(model, Q(pgh_obj_id__in=[one.pk for one in records]), names, pattern)
    changed = []
    for one in records:
        words = {name: getattr(one, name) for name in named.get(one.pk, ())}
        left = {name: cleared(model, name, text, pattern, mask) for name, text in words.items()}
        if left != words:
            changed.append(Row({name: text for name, text in left.items() if text != words[name]}, one))
    if changed:
        act_many(system(Source.EVENT), f"{model._meta.label_lower}.redact", changed, whole=True)
    fresh: Any = model._default_manager
    for one in fresh.filter(pk__in=list(named)):
        erase(one, {name: getattr(one, name) for name in named[one.pk]}, [])
    return named.keys()


def _ever_named(model: type[models.Model], where: Q, names: tuple[str, ...], pattern: str) -> dict[int, set[str]]:
    """Key of a row -> its fields in which the pattern stands or has stood. where: of which history."""
    former: Any = history_models[model]._default_manager
    rows = former.filter(where).values_list("pgh_obj_id", *names)
    found: dict[int, set[str]] = {}
    for key, *texts in rows.iterator():
        for name, text in zip(names, texts, strict=True):
            if is_named([text], pattern):
                found.setdefault(key, set()).add(name)
    return found


def cleared(model: type[models.Model], name: str, text: str, pattern: str, mask: str) -> str:
    """What is left of a field without the person, as far as the column holds it: a mask may be longer than what it
    stands for. Of a telephone number nothing is left: nobody can dial a mask."""
    if name in NUMBERS:
        return "" if is_named([text], pattern) else text
    return without(text, pattern, mask)[: getattr(model._meta.get_field(name), "max_length", None)]
