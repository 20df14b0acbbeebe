"""What a person has typed and not yet sent."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Draft(models.Model):
    """The unsent entries of one form of one person. Comfort: kept until the form is sent or for 30 days.

    form: the action's name. target: public id of the record to change; None for a new one.
    entries: what was posted, name -> list of values. version: the record's version that the person was looking at.
    """

    person = models.ForeignKey("people.Person", models.CASCADE, related_name="+", db_index=False)
    form = models.CharField(_("Form"), max_length=100, db_collation="C")
    target = models.UUIDField(null=True)
    entries = models.JSONField(default=dict)
    version = models.PositiveIntegerField(null=True)
    saved_at = models.DateTimeField(_("Saved at"), db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "form", "target"], name="draft_once", nulls_distinct=False)
        ]
