"""Opportunities follow their customer, and their next steps stand in calendars (2.5.2)."""

from collections.abc import Iterator, Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shangwu.chapters.customers.events.contacting import of_customers
from shangwu.chapters.customers.models import Customer, Opportunity
from shangwu.foundation.actions.door import Acted, Row, act_many, on
from shangwu.foundation.actions.handing_over import VERB
from shangwu.foundation.notices.dates import Dated, dated
from shangwu.foundation.people.models import Person
from shangwu.foundation.records.actors import Actor, Source, system


@on("customers.customer.transfered")
def follow_hand_over(acted: Acted) -> None:
    """2.5.2: what the former owner had under way with a customer goes along."""
    formers = [changed.get("owner_id", (None, None))[0] for changed in acted.changes]
    _follow({one.pk: former for one, former in zip(acted.records, formers, strict=True) if former is not None})


@on("customers.customer.claimed")
def follow_claim(acted: Acted) -> None:
    """2.5.2: what was under way when a customer came to the pool is for whoever claims it."""
    claimed = [one for one in acted.records if isinstance(one, Customer)]
    _follow({one.pk: one.released_by_id for one in claimed if one.released_by_id is not None})


def _follow(formers: Mapping[int, int]) -> None:
    """Hand open opportunities over to the customer's owner of now. formers: customer -> who had it before."""
    found = Opportunity.objects.filter(
        customer__in=formers, owner__in=set(formers.values()), state=Opportunity.State.OPEN, archived_at__isnull=True
    )
    open_ones = [one for one in found.order_by("pk") if one.owner_id == formers[one.customer_id]]
    if not open_ones:
        return
    owners = dict(Customer.objects.filter(pk__in=formers).values_list("pk", "owner_id"))
    persons = {one.pk: one for one in Person.objects.filter(pk__in=set(owners.values()) - {None})}
    rows = [Row({"to": persons[owners[one.customer_id]]}, one) for one in open_ones]
    act_many(system(Source.EVENT), f"customers.opportunity.{VERB}", rows, reason=_("With its customer"))


@dated
def next_steps(actor: Actor) -> Iterator[Dated]:
    """The next steps of one's own opportunities (2.5.2)."""
    rows = Opportunity.objects.visible_to(actor).filter(
        owner=actor.person_id, state=Opportunity.State.OPEN, next_on__isnull=False
    )
    title = gettext_lazy("Next step: %(customer)s")
    yield from of_customers(actor, rows, "opportunity", lambda one: one.next_on, title)
