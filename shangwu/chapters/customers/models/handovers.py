"""Clause 2.5.1: the sheet of a hand-over, which both sign before anything changes hands."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from shangwu.foundation.records.fields import PersonsField, StateField
from shangwu.foundation.records.models import Part, Record, scope_indexes


class Handover(Record):
    """What one person hands over to another: customers, open orders, promises. Its owner is the giver.

    Drawn up as things stand then. When the giver has signed that it is whole and the taker that it is understood, all
    of it moves. collaborators: the taker, who sees it too.
    """

    class State(models.TextChoices):
        DRAWN_UP = "drawn_up", _("Drawn up")
        GIVEN = "given", _("Signed by the giver")
        TAKEN = "taken", _("Handed over")
        DROPPED = "dropped", _("Dropped")

    classes = {"because": "personal", "remarks": "personal"}
    parts = ("items",)

    state = StateField(State, facts=["given", "taken"])
    giver = models.ForeignKey(
        "people.Person", models.PROTECT, related_name="+", db_index=False, verbose_name=_("Hands over")
    )
    taker = models.ForeignKey(
        "people.Person", models.PROTECT, related_name="+", db_index=False, verbose_name=_("Takes over")
    )
    because = models.CharField(_("Because of"), max_length=200)
    remarks = models.TextField(_("What the taker must know"), max_length=4000, blank=True)
    collaborators = PersonsField(verbose_name=_("Seen by"), editable=False)
    count = models.PositiveIntegerField(_("Items"), default=0, editable=False)

    class Meta(Record.Meta):
        verbose_name = _("hand-over sheet")
        verbose_name_plural = _("hand-over sheets")
        indexes = [*scope_indexes("handover"), models.Index(fields=["taker", "-id"], name="handover_taker")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(giver=F("taker")),
                name="handover_of_two",
                violation_error_message=_("Two people hand over: choose another who takes over."),
            )
        ]

    def __str__(self) -> str:
        return self.number or str(self.public_id)[:8]


class HandoverItem(Part):
    """One thing on the sheet. kind: public name of its record type; label: what it was called then.

    due_on: of a promise, the day.
    """

    parent = "handover"
    classes: ClassVar[dict[str, str]] = {"label": "personal", "note": "personal"}

    handover = models.ForeignKey(Handover, models.CASCADE, related_name="items", verbose_name=_("Hand-over sheet"))
    kind = models.CharField(_("Kind"), max_length=60, db_collation="C")
    key = models.UUIDField()
    label = models.CharField(_("What"), max_length=200)
    note = models.CharField(_("State"), max_length=200, blank=True)
    due_on = models.DateField(_("Due"), null=True)

    class Meta(Part.Meta):
        verbose_name = _("item")
        verbose_name_plural = _("items")
