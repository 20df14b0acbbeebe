"""Clause 2.6.3: the table of carriers, and how a shipment comes to its carrier and its number."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from shangwu.chapters.sales.access import keeps_carriers
from shangwu.chapters.sales.carrier_numbers import is_telling, tidy
from shangwu.chapters.sales.models import Carrier, Shipment
from shangwu.foundation.actions.door import Refusal, keep
from shangwu.foundation.records.actors import Actor

FIELDS = [
    "code", "name", "name_hans", "name_en", "rule", "patterns", "check_digit", "tracking", "platform_code",
    "needs_phone", "rank",
]  # fmt: skip


def complete(carrier: Carrier, by: Actor) -> None:
    """2.6.3: a carrier is known by its code. Refuses `pattern` for what is no pattern of numbers."""
    carrier.code = tidy(carrier.code)
    carrier.patterns = " ".join(carrier.patterns.split())
    carrier.owner_id = carrier.department_id = carrier.entity_id = None


keep(Carrier, clause="2.6.3", may=keeps_carriers, fields=FIELDS, body=complete)


@dataclass(frozen=True, slots=True)
class Carriers:
    """The table as a run knows it. before: (name, key) of the carrier of each shipment, as it was before an edit."""

    rows: Mapping[int, Carrier]
    before: Mapping[int, tuple[str, int | None]]

    def named(self, text: str) -> Carrier | None:
        """The carrier in use that people call so: by code or name, or the only one whose name begins so."""
        wanted = text.strip().casefold()
        live = [one for one in self.rows.values() if one.archived_at is None and wanted]
        exact = [one for one in live if wanted in _names(one)]
        near = [one for one in live if len(wanted) > 1 and any(each.startswith(wanted) for each in _names(one))]
        return exact[0] if exact else near[0] if len(near) == 1 else None

    def suggested(self, number: str) -> list[Carrier]:
        """The carriers in use whose numbers look like this one, the likelier first: letters tell more than digits."""
        found = [(one, one.fitting(number)) for one in self.rows.values() if one.archived_at is None]
        fit = [(not is_telling(patterns), one.rank, one.pk, one) for one, patterns in found if patterns]
        return [one for *_order, one in sorted(fit, key=lambda each: each[:3])]

    def sure(self, number: str) -> Carrier | None:
        """The one carrier whose letters the number bears; None when there is none, or several."""
        found = [
            one for one in self.suggested(number) if one.rule == Carrier.Rule.STRONG and is_telling(one.fitting(number))
        ]
        return found[0] if len(found) == 1 else None


def _names(one: Carrier) -> set[str]:
    return {each.casefold() for each in (one.code, one.name, one.name_hans, one.name_en) if each}


def table() -> Carriers:
    """The whole table: some dozen rows."""
    return Carriers({one.pk: one for one in Carrier.objects.all()}, {})


def carriers(records: Sequence[Any], by: Actor, inputs: Sequence[Mapping[str, Any]]) -> Carriers:
    """The `prepare` of what sets a carrier or a number; where there is neither nothing is read."""
    before = {one.pk: (one.carrier, one.carried_by_id) for one in records if isinstance(one, Shipment)}
    is_given = any(given.get(name) for given in inputs for name in ("carried_by", "carrier", "tracking_number"))
    if not is_given and not any(key for _name, key in before.values()):
        return Carriers({}, {})
    return Carriers(table().rows, before)


def choose(shipment: Shipment, known: Carriers) -> None:
    """2.6.3: the carrier by the table, by the name that was written, or by the number; and the number by its rule.

    Refuses `number` for one that the carrier does not have.
    """
    shipment.tracking_number = tidy(shipment.tracking_number)
    if not known.rows:
        return
    _settle(shipment, known)
    if shipment.state == Shipment.State.SHIPPED:
        mark_numbered(shipment, known)


def recognised(shipment: Shipment, known: Carriers) -> Carrier | None:
    """The carrier of the table that a shipment without one goes by: as its name says, else as its number is sure to
    tell. None where the number is not that carrier's."""
    number = tidy(shipment.tracking_number)
    found = known.named(shipment.carrier) if shipment.carrier else known.sure(number)
    fits = found is not None and (found.rule == Carrier.Rule.WEAK or bool(found.fitting(number)))
    return found if fits else None


def mark_numbered(shipment: Shipment, known: Carriers) -> None:
    """Whether the customer has to be told a number of these goods."""
    carrier = known.rows.get(shipment.carried_by_id or 0)
    shipment.numbered = carrier is None or carrier.rule != Carrier.Rule.NONE


def _settle(shipment: Shipment, known: Carriers) -> None:
    name_before, key_before = known.before.get(shipment.pk, ("", None))
    chosen = known.rows.get(shipment.carried_by_id or 0)
    if chosen is None and key_before is not None and shipment.carrier == name_before:
        shipment.carrier = ""
    elif shipment.carrier not in ("", name_before) and (chosen is None or chosen.pk == key_before):
        chosen = known.named(shipment.carrier)
    if chosen is None and not shipment.carrier:
        chosen = known.sure(shipment.tracking_number)
    shipment.carried_by_id = chosen.pk if chosen is not None else None
    if chosen is not None:
        shipment.carrier = chosen.name[:60]
        refuse_wrong_number(chosen, shipment.tracking_number)


def refuse_wrong_number(carrier: Carrier, number: str) -> None:
    """Raises Refusal("number") when the carrier's rule is sure that this is none of its numbers."""
    if not number:
        return
    if carrier.rule == Carrier.Rule.NONE:
        said = _("What goes by %(carrier)s has no number. Leave it empty; the receipt will prove the delivery.")
    elif carrier.rule == Carrier.Rule.STRONG and not carrier.fitting(number):
        said = _("This is no number of %(carrier)s. Read it once more from the label, or choose another carrier.")
    else:
        return
    params = {"carrier": carrier.said}
    raise Refusal("number", said, params, fields={"tracking_number": [str(said) % params]})
