"""Clause 2.5.1: opening and keeping customer files, who has them, and in which state they are."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from django.utils.translation import gettext_lazy as _

from shangwu.chapters.customers.access import (
    claims_customers,
    keeps_customer,
    makes_customers,
    moves_customers,
    opens_for_others,
    owns_customer,
    sets_terms,
)
from shangwu.chapters.customers.completeness import Asked, confirm, drop_confirmation, note_completeness
from shangwu.chapters.customers.duplicates import Files, files_like, opening_files, plain_number
from shangwu.chapters.customers.models import Customer
from shangwu.chapters.customers.models.tables import Code
from shangwu.chapters.customers.protection import begin, let_go
from shangwu.chapters.customers.ranks import note_rank
from shangwu.chapters.customers.sizes import judge
from shangwu.foundation.access.predicates import nobody
from shangwu.foundation.actions.door import Ask, Refusal, action, archive, create, edit
from shangwu.foundation.numbering.series import Series
from shangwu.foundation.people.models import Person
from shangwu.foundation.records import clock
from shangwu.foundation.records.actors import Actor, Source
from shangwu.foundation.text.identity_numbers import organisation_number
from shangwu.foundation.text.organisation_names import organisation_key
from shangwu.foundation.text.phones import stored_phone
from shangwu.foundation.text.sort_keys import pinyin_key

CUSTOMERS = Series("customer", "C{n:06d}", _("Customer"))

State, PERSON = Customer.State, Customer.Kind.PERSON
TERMS = ["credit_limit", "payment_days", "currency"]
FILE = [
    "name", "short_name", "kind", "jurisdiction", "identity_number", "duplicate_reason", "industry", "sector", "size",
    "headcount", "revenue", "assets", "figures_year", "region", "area", "source", "grade", "tags", "channel", "phone",
    "website", "invoice_name", "invoice_address", "invoice_phone", "bank_name", "bank_account", "ship_to_name",
    "ship_to_phone", "ship_to_address", "note",
]  # fmt: skip
ADDRESSES = {"addresses": ["receiver", "phone", "area", "address", "note"]}
TABLES = ["sector", "area"]
LONGEST_WORDS = 60

_TAG_ENDS = re.compile("[,;\uff0c\u3001\uff1b]")


@dataclass(frozen=True, slots=True)
class Known:
    """What a run knows beside its records: the files there are, and per record the entries of tables newly chosen.

    regraded: keys of those whose computed grade would be overwritten. turned: of companies that would become persons,
    and persons that would become companies.
    """

    files: Files
    chosen: Mapping[int, Sequence[Code]]
    regraded: Collection[int] = ()
    turned: Collection[int] = ()

    def refuse_changes(self, customer: Customer) -> None:
        """Raises Refusal("graded") or Refusal("kind") for what an edit can't change."""
        if customer.pk in self.regraded:
            said = _("The grade follows from the figures. Set another one by hand, with its reason and its last day.")
            raise Refusal("graded", said, fields={"grade": [said]})
        if customer.pk in self.turned:
            said = _(
                "A company's file does not become a private person's, nor the other way: their data are kept "
                "differently. Open a new file and archive this one."
            )
            raise Refusal("kind", said, fields={"kind": [said]})


def complete(customer: Customer, by: Actor, known: Known) -> None:
    """2.5.1: derive the compared and sorted name, check number and phones, refuse a second file of one customer.

    Industry and region are told by the tables' entries where nothing else is said, and the size by the figures.
    Refuses `duplicate` with whom to ask; a reason for a second file lets it pass; and `expired` for an entry of a table
    that holds no more, unless it stood there before; and `graded` for another grade than the computed one; and `kind`
    where a person would become a company. Terms are set by those who may.
    """
    known.refuse_changes(customer)
    customer.name_key = organisation_key(customer.name)[:200]
    customer.sort_key = pinyin_key(customer.name)[:400]
    customer.tags = ", ".join(dict.fromkeys(tag.strip() for tag in _TAG_ENDS.split(customer.tags) if tag.strip()))
    if place := customer.jurisdiction:
        if customer.identity_number:
            customer.identity_number = organisation_number(place, customer.identity_number)
        for row, name in (
            (customer, "phone"), (customer, "ship_to_phone"), (customer, "invoice_phone"),
            *((address, "phone") for address in customer.addresses.all()),
        ):  # fmt: skip
            if said := getattr(row, name):
                setattr(row, name, stored_phone(said, place))
    else:
        customer.identity_number = plain_number(customer.identity_number)
    _use_tables(customer, by, known.chosen.get(customer.pk, ()))
    known.files.refuse_second(customer)
    note_completeness(customer)
    note_rank(customer)


def _use_tables(customer: Customer, by: Actor, chosen: Sequence[Code]) -> None:
    """What the tables tell. Whoever says it in other words is left the words."""
    today = customer.changed_at.astimezone(by.zone).date()
    for entry in chosen:
        if not entry.holds_on(today):
            said = _("“%(entry)s” does not hold on this day. Choose the entry that follows it.")
            raise Refusal("expired", said, {"entry": str(entry)})
    if customer.sector is not None and not customer.industry:
        customer.industry = customer.sector.said[:LONGEST_WORDS]
    if customer.area is not None and not customer.region:
        customer.region = customer.area.said[:LONGEST_WORDS]
    if found := judge(customer):
        customer.size = found.size


def prepare_files(records: Sequence[Customer], by: Actor, inputs: Sequence[Mapping[str, Any]]) -> Known:
    """What a run must know. What is given another value has not been compared with the customer yet."""
    return _known(files_like(records, by, inputs), records, inputs)


def prepare_new_files(records: Sequence[Customer], by: Actor, inputs: Sequence[Mapping[str, Any]]) -> Known:
    """The same for files that are about to be opened, and how many customers those have whose they will be.

    A form sends the owner and department that were left empty: whoever sells means their own, others mean the pool.
    """
    for one in records:
        if one.owner_id is None and claims_customers(by, None) and not (_brings_in(by) or moves_customers(by, None)):
            one.owner_id = by.person_id
        if one.department_id is None:
            one.department_id = by.department_id
    return _known(opening_files(records, by, inputs), records, inputs)


def _known(files: Files, records: Sequence[Customer], inputs: Sequence[Mapping[str, Any]]) -> Known:
    chosen, regraded, turned = {}, set(), set()
    for customer, given in zip(records, inputs, strict=True):
        entries = [given[name] for name in TABLES if given.get(name) is not None]
        edited = not customer._state.adding
        if entries:
            standing = {customer.sector_id, customer.area_id} if edited else frozenset()
            chosen[customer.pk] = [entry for entry in entries if entry.pk not in standing]
        if edited and customer.computed_grade and given.get("grade", customer.grade) != customer.grade:
            regraded.add(customer.pk)
        if edited and PERSON in (kinds := {customer.kind, given.get("kind", customer.kind)}) and len(kinds) > 1:
            turned.add(customer.pk)
        if edited and customer.verified_fields:
            drop_confirmation(customer, given)
    return Known(files, chosen, regraded, turned)


def open_file(customer: Customer, by: Actor, known: Known) -> None:
    """2.5.1: a new file belongs to who opens it, unless another owner is given. Terms need who may set them."""
    if (customer.credit_limit is not None or customer.payment_days) and not sets_terms(by, customer):
        said = _("Credit and payment days are set by finance or the head. Leave them empty here.")
        raise Refusal("forbidden", said, fields={"credit_limit": [said]})
    if (
        customer.owner_id is not None
        and customer.owner_id != by.person_id
        and not (_brings_in(by) or opens_for_others(by, None))
    ):
        said = _("Only sales support, the head and the company's leaders open files for others. Leave the owner empty.")
        raise Refusal("forbidden", said, fields={"owner": [said]})
    complete(customer, by, known)
    if customer.owner_id is None:
        let_go(customer, customer.changed_at.astimezone(by.zone).date())
    else:
        if by.source not in (Source.IMPORT, Source.DEMO):
            known.files.holdings.take(customer)
        came_at = clock.now() if by.source is Source.IMPORT else customer.changed_at
        begin(customer, came_at.astimezone(by.zone).date(), by.zone)


def _brings_in(by: Actor) -> bool:
    """Whether files come from elsewhere, with the owners that they have there."""
    return by.source in (Source.IMPORT, Source.DEMO)


create(
    Customer, clause="2.5.1", may=makes_customers, fields=[*FILE, *TERMS, "owner", "department"],
    parts=ADDRESSES, series=CUSTOMERS, prepare=prepare_new_files, body=open_file, label=_("New customer"),
)  # fmt: skip
edit(
    Customer, clause="2.5.1", may=keeps_customer, fields=FILE, parts=ADDRESSES, reads=TABLES, prepare=prepare_files,
    body=complete,
)  # fmt: skip
edit(
    Customer, clause="2.5.1", may=sets_terms, fields=TERMS, verb="set_terms", label=_("Set terms"), icon="credit-card",
    event="customers.customer.terms_set",
)  # fmt: skip
archive(Customer, clause="2.5.1", may=owns_customer)


@action(Customer, "share", clause="2.5.1", label=_("Share"), may=owns_customer, icon="users")
def share(customer: Customer, by: Actor, *, collaborators: Annotated[list[Person], Ask(_("Collaborators"))]) -> None:
    """2.5.1: say who else works on this customer and so sees it; the list given replaces the former one."""
    customer.collaborators = sorted({person.pk for person in collaborators} - {customer.owner_id})


@action(Customer, "verify", clause="2.5.1", label=_("Verified"), may=keeps_customer, icon="rosette-discount-check")
def verify(customer: Customer, by: Actor) -> None:
    """2.5.1: confirm that all that stands in the file was compared with the customer today and is right."""
    customer.verified_at = customer.changed_at
    confirm(customer, list(Asked), _day(customer, by))


@action(Customer, "verify_field", clause="2.5.1", label=_("Verify one entry"), may=keeps_customer, icon="checks")
def verify_field(customer: Customer, by: Actor, *, field: Annotated[Asked, Ask(_("Which entry"))]) -> None:
    """2.5.1: confirm that one entry was compared with the customer. Refuses `empty` where nothing stands."""
    if not getattr(customer, field):
        said = _("Nothing stands there yet. Fill it in first.")
        raise Refusal("empty", said, fields={"field": [said]})
    confirm(customer, [Asked(field)], _day(customer, by))


def _day(customer: Customer, by: Actor) -> str:
    return customer.changed_at.astimezone(by.zone).date().isoformat()


@action(
    Customer, "qualify", clause="2.5.1", label=_("Qualify"), may=keeps_customer, source=State.LEAD,
    target=State.POTENTIAL, primary=True, icon="filter", bulk=True,
)  # fmt: skip
def qualify(customer: Customer, by: Actor) -> None:
    """2.5.1: a lead fits our market and may become a customer."""


@action(
    Customer, "pursue", clause="2.5.1", label=_("Pursue"), may=keeps_customer, source=State.POTENTIAL,
    target=State.PROSPECT, primary=True, icon="target-arrow", bulk=True,
)  # fmt: skip
def pursue(customer: Customer, by: Actor) -> None:
    """2.5.1: a potential customer has a concrete intention to buy."""


@action(
    Customer, "win", clause="2.5.1", label=_("Won"), may=keeps_customer, target=State.WON, icon="trophy",
    source=[State.LEAD, State.POTENTIAL, State.PROSPECT, State.DORMANT, State.LOST],
)  # fmt: skip
def win(customer: Customer, by: Actor) -> None:
    """2.5.1: the first order is there. Happens by itself when an order is confirmed. Nobody can lose it to the pool."""
    customer.protected_until = customer.loss_warned_on = None


@action(
    Customer, "rest", clause="2.5.1", label=_("Dormant"), may=keeps_customer, source=State.WON, target=State.DORMANT,
    icon="zzz", bulk=True, event="customers.customer.rested",
)  # fmt: skip
def rest(customer: Customer, by: Actor) -> None:
    """2.5.1: no order for a long time."""
    customer.loss_warned_on = None


@action(
    Customer, "lose", clause="2.5.1", label=_("Lost"), may=keeps_customer, target=State.LOST, icon="heart-broken",
    source=[State.LEAD, State.POTENTIAL, State.PROSPECT, State.WON, State.DORMANT], needs_reason=True,
)  # fmt: skip
def lose(customer: Customer, by: Actor) -> None:
    """2.5.1: the customer has gone elsewhere; the reason is needed for the analysis."""


@action(
    Customer, "warn_of_loss", clause="2.5.1", label=_("Counts as lost soon"), may=nobody, source=State.DORMANT,
    icon="bell", shown=False, event="customers.customer.loss_foretold",
)  # fmt: skip
def warn_of_loss(customer: Customer, by: Actor) -> None:
    """2.5.1: tell the owner that the customer will count as lost, while there is time."""
    customer.loss_warned_on = customer.changed_at.astimezone(by.zone).date()


@action(
    Customer, "revive", clause="2.5.1", label=_("Revive"), may=keeps_customer, source=[State.DORMANT, State.LOST],
    target=State.POTENTIAL, primary=True, icon="refresh",
)  # fmt: skip
def revive(customer: Customer, by: Actor) -> None:
    """2.5.1: talks begin again."""
    customer.loss_warned_on = None
