"""Papers of other rooms that name a person: what goes with an erasure, and what the law keeps (2.5.1, PIPL 47).

This room knows no papers: whoever keeps them says which bind nobody any more, and why the others stay.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from shangwu.chapters.customers.models import Contact, Customer, PersonalRequest
from shangwu.chapters.customers.strangers import complaints_of
from shangwu.foundation.records.refusals import Sentence


@dataclass(frozen=True, slots=True)
class Gone:
    """Whose data are erased. files: keys of the customers at whom they were. pattern: what names or reaches them
    (`redaction.pattern_of`). whole: the files are their own, so that all papers of these customers are about them."""

    files: Collection[int]
    pattern: str
    mask: str
    whole: bool


@dataclass(frozen=True, slots=True)
class Kept:
    """Papers that stay as they are: what they are, how many, and why they may."""

    label: Sentence
    count: int
    because: Sentence


Forget = Callable[[Gone], None]
Keep = Callable[[Contact, Collection[int]], Iterable[Kept]]

_forgetting: list[Forget] = []
_keeping: list[Keep] = []


def forgets_papers(forget: Forget) -> Forget:
    """Register how a room lets go of papers that bind nobody. Called in the erasing transaction. A decorator."""
    _forgetting.append(forget)
    return forget


def keeps_papers(keep: Keep) -> Keep:
    """Register what a room keeps of a person: asked with the contact, and the keys of the files that are the person's
    own. It reads freely, and answers with counts. A decorator."""
    _keeping.append(keep)
    return keep


def forget_papers(gone: Gone) -> None:
    """Let every room let go of what binds nobody."""
    for forget in _forgetting:
        forget(gone)


def kept_for(asked: PersonalRequest) -> list[Kept]:
    """What stays of the person in every room, and why; what there is none of is left out. The caller reads freely."""
    contact = asked.contact
    if contact is None:
        count = len(complaints_of(asked))
        return [Kept(_("Complaints"), count, _("What was wrong and what was done about it; nobody is named there."))]
    files = own_files(contact) if asked.covers_file else []
    return [one for keep in _keeping for one in keep(contact, [file.pk for file in files]) if one.count]


def own_files(contact: Contact) -> list[Customer]:
    """The file of a private person, and those that were merged into it."""
    its = files_behind(contact.customer_id)
    return list(Customer.objects.filter(pk__in=its, kind=Customer.Kind.PERSON).order_by("pk"))


def files_behind(file: int) -> list[int]:
    """Keys of a file and of all that have become a part of it, by way of others too."""
    found, more = [file], [file]
    while more := list(Customer.objects.filter(merged_into__in=more).order_by("pk").values_list("pk", flat=True)):
        found += more
    return found
