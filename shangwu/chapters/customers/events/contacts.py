"""What follows from contacts (2.5.1): the customer's file says whether there is one that counts."""

from collections.abc import Iterable

from shangwu.chapters.customers.models import Contact, Customer, Merge
from shangwu.chapters.customers.reaching import TELLING, reached
from shangwu.foundation.actions.door import Acted, Row, act_many, on
from shangwu.foundation.records import gate
from shangwu.foundation.records.actors import Source, system


@on("customers.contact.created")
@on("customers.contact.edited")
@on("customers.contact.undoed")
@on("customers.contact.archived")
@on("customers.contact.unarchived")
@on("customers.contact.merged")
@on("customers.contact.blanked")
def tell_files(acted: Acted) -> None:
    """The file of each contact's customer; of whom another name, part or number stands there now, nobody has compared
    it with the customer yet."""
    contacts = [one for one in acted.records if isinstance(one, Contact)]
    changed = zip(contacts, acted.changes, strict=True)
    _tell(contacts, {one.customer_id for one, changes in changed if TELLING & set(changes)})


@on("customers.personalrequest.erased")
def tell_files_of_erased(acted: Acted) -> None:
    """Who is erased can be reached no longer."""
    _tell([one for one in acted.also if isinstance(one, Contact)], frozenset())


def _tell(contacts: Iterable[Contact], anew: Iterable[int]) -> None:
    """Bring the files up to date of which something is to be told. anew: customers at whom something has changed that
    was compared."""
    told, first = frozenset(anew), {one.customer_id: one for one in contacts}
    files = _locked(first)
    there = reached([one.pk for one in files])
    rows = [
        Row({"is_compared": one.pk not in told}, first[one.pk]) for one in files
        if one.has_contact != (one.pk in there) or (one.pk in told and "has_contact" in one.verified_fields)
    ]  # fmt: skip
    if rows:
        act_many(system(Source.EVENT), "customers.contact.tell_file", rows, whole=True)


@on("customers.customer.merged")
@on("customers.merge.gathered")
@on("customers.merge.taken_apart")
def count_anew(acted: Acted) -> None:
    """Contacts went along with their files, or back."""
    merges = [one for one in (*acted.records, *acted.also) if isinstance(one, Merge)]
    with gate.free_reading():
        gone = {file for one in merges for file in one.files.values_list("file_id", flat=True)}
    files = _locked({one.customer_id for one in merges} | gone)
    there = reached([one.pk for one in files])
    rows = [Row(target=one) for one in files if one.has_contact != (one.pk in there)]
    if rows:
        act_many(system(Source.EVENT), "customers.customer.count_contacts", rows, whole=True)


def _locked(keys: Iterable[int]) -> list[Customer]:
    """The customers, locked, so that two who change contacts at once see each other's."""
    with gate.free_reading():
        return list(Customer.objects.filter(pk__in=sorted(keys)).order_by("pk").select_for_update(no_key=True))
