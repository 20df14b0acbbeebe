"""What a person has set up for themselves, by key."""

from typing import Any, cast

from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from shangwu.foundation.records.compiled import Keys, once


class Preference(models.Model):
    """One setting of one person. key: such as "list:sales.order"; value: its own small JSON."""

    person = models.ForeignKey("people.Person", models.CASCADE, related_name="+", verbose_name=_("Person"))
    key = models.CharField(max_length=120, db_collation="C")
    value = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("preference")
        verbose_name_plural = _("preferences")
        constraints = [models.UniqueConstraint(fields=["person", "key"], name="preference_once")]

    def __str__(self) -> str:
        return self.key


def preferences_of(request: HttpRequest, person_id: int | None) -> dict[str, dict[str, Any]]:
    """All that a person has set, by key: read once per request, because frame and page both ask."""
    found = getattr(request, "_preferences", None)
    if found is None:
        text = once(preferences_of, lambda: Preference.objects.filter(person__any=Keys()).values_list("key", "value"))
        found = dict(text.values([person_id or 0]))
        request._preferences = found  # type: ignore[attr-defined]
    return cast("dict[str, dict[str, Any]]", found)


def preference(person_id: int | None, key: str) -> dict[str, Any]:
    """What the person has set under `key`; empty when nothing."""
    found = Preference.objects.filter(person_id=person_id or 0, key=key).values_list("value", flat=True).first()
    return dict(found or {})


def prefer(person_id: int, key: str, **changes: Any) -> None:
    """Set parts of a preference; None takes a part away."""
    kept = {**preference(person_id, key), **changes}
    value = {name: one for name, one in kept.items() if one is not None}
    Preference.objects.update_or_create(person_id=person_id, key=key, defaults={"value": value})
