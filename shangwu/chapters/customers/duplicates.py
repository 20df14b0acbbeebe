"""Is there a file for this customer already? One look for a whole run, by number and by compared name (2.5.1)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from shangwu.chapters.customers.holdings import Holdings, holdings_of
from shangwu.chapters.customers.models import Customer
from shangwu.chapters.customers.telling import Keeper, keepers_of
from shangwu.foundation.records.actors import Actor, Source
from shangwu.foundation.records.compiled import Keys, once
from shangwu.foundation.records.refusals import Refusal
from shangwu.foundation.text.organisation_names import organisation_key

_COUNTS = Q(duplicate_reason="", archived_at__isnull=True)


@dataclass(slots=True)
class Files:
    """The files that could be meant, and those that this run has made so far.

    by_number, by_name: -> (primary key, owner's id). owners: whom one may be sent to. holdings: how many each has.
    """

    by_number: dict[str, tuple[int, int | None]] = field(default_factory=dict)
    by_name: dict[str, tuple[int, int | None]] = field(default_factory=dict)
    owners: dict[int, Keeper] = field(default_factory=dict)
    holdings: Holdings = field(default_factory=Holdings)

    def add(self, customer: Customer) -> None:
        """From now on this file counts, too."""
        mine = (customer.pk, customer.owner_id)
        if customer.identity_number:
            self.by_number[customer.identity_number] = mine
        if customer.kind != Customer.Kind.PERSON:
            self.by_name[customer.name_key] = mine

    def refuse_second(self, customer: Customer) -> None:
        """Raises Refusal("duplicate") when another file has the number, or the name; persons may share a name."""
        if customer.duplicate_reason:
            return
        named = self.by_name.get(customer.name_key) if customer.kind != Customer.Kind.PERSON else None
        numbered = self.by_number.get(customer.identity_number) if customer.identity_number else None
        for found, name in ((numbered, "identity_number"), (named, "name")):
            if found is not None and found[0] != customer.pk:
                raise self._refusal(found[1], name)
        self.add(customer)

    def _refusal(self, owner_id: int | None, name: str) -> Refusal:
        if owner_id is None:
            said = _("This customer is on file and lies in the pool. Claim it, or give a reason for a second file.")
            return Refusal("duplicate", said, fields={name: [said]})
        keeper = self.owners.get(owner_id, Keeper())
        said = _("This customer is on file. Ask %(owner)s, or give a reason for a second file.")
        params = {"owner": keeper.said}
        return Refusal("duplicate", said, params, fields={name: [str(said) % params]}, details=params)


def files_like(records: Sequence[Customer], by: Actor, inputs: Sequence[Mapping[str, Any]]) -> Files:
    """The files whose number or name one of these customers has or is given. Two queries however many they are."""
    asked = [
        (given.get("name", record.name), given.get("identity_number", record.identity_number))
        for record, given in zip(records, inputs, strict=True)
        if record._state.adding
        or given.keys() & {"name", "identity_number", "jurisdiction", "kind", "duplicate_reason"}
    ]
    files = Files()
    names = {organisation_key(name) for name, _number in asked if name}
    numbers = {plain_number(number) for _name, number in asked if number}
    named = once((Customer, "named"), _named).values(list(names)) if names else []
    numbered = once((Customer, "numbered"), _numbered).values(list(numbers)) if numbers else []
    files.by_name = {key: (pk, owner_id) for pk, key, owner_id in named}
    files.by_number = {key: (pk, owner_id) for pk, key, owner_id in numbered}
    files.owners = keepers_of({owner_id for _pk, _key, owner_id in (*named, *numbered)})
    return files


def opening_files(records: Sequence[Customer], by: Actor, inputs: Sequence[Mapping[str, Any]]) -> Files:
    """The same for files that are about to be opened, and how many customers those have whose they will be."""
    files = files_like(records, by, inputs)
    if by.source not in (Source.IMPORT, Source.DEMO):
        files.holdings = holdings_of({record.owner_id for record in records})
    return files


def _named() -> QuerySet[Customer, Any]:
    found = Customer.objects.filter(name_key__any=Keys()).filter(~Q(kind="person") & _COUNTS)
    return found.values_list("pk", "name_key", "owner_id").order_by()


def _numbered() -> QuerySet[Customer, Any]:
    found = Customer.objects.filter(identity_number__any=Keys()).filter(~Q(identity_number="") & _COUNTS)
    return found.values_list("pk", "identity_number", "owner_id").order_by()


def plain_number(number: str) -> str:
    """A registration number as it is stored, whether or not it is right."""
    return "".join(number.split()).replace("-", "").upper()[:20]
