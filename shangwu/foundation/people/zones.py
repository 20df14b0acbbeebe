"""The time zones that we work in: what the clock does by days, it does by the days of each legal entity."""

import dataclasses
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Q

from shangwu.foundation.people.models import Entity
from shangwu.foundation.records.actors import Actor, Source, system


def zones() -> set[str]:
    """The house's own zone and those of the legal entities; for work that reads everything."""
    return {settings.TIME_ZONE, *Entity.objects.values_list("zone", flat=True)}


def lies_in(zone: str, entity: str = "entity") -> Q:
    """Records whose legal entity's days begin in a zone; those of none have the house's days."""
    here = Q(**{f"{entity}__zone": zone})
    return here | Q(**{f"{entity}__isnull": True}) if zone == settings.TIME_ZONE else here


def house_in(zone: str) -> Actor:
    """The house at its own work, whose day is that of a zone."""
    return dataclasses.replace(system(Source.JOB), zone=ZoneInfo(zone))
