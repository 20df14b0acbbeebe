"""Saved views of lists: a filter, an order and columns under a name."""

import uuid
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

QUERY_LENGTH = 2000
"""How long the filter of a saved view may be, as it stands in an address."""


class SavedViewQuerySet(models.QuerySet["SavedView"]):
    """Views that a person may use."""

    def usable_by(self, person_id: int | None, page: str) -> Self:
        """Own views of a page, and those that others share. A view shows each reader only their own rows."""
        return self.filter(Q(person_id=person_id) | Q(shared=True), page=page).order_by("-pinned", "shared", "id")


class SavedView(models.Model):
    """query: the filter and order, as they stand in an address. columns: empty means the page's own.

    shared: everybody who sees the list may use it; only its maker changes it. pinned: a tab; else in the menu.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey("people.Person", models.CASCADE, related_name="+", verbose_name=_("Person"))
    page = models.CharField(max_length=80, db_collation="C")
    name = models.CharField(_("Name"), max_length=60)
    query = models.CharField(max_length=QUERY_LENGTH, blank=True)
    columns = ArrayField(models.CharField(max_length=80), default=list, blank=True)
    shared = models.BooleanField(_("For everybody"), default=False)
    pinned = models.BooleanField(_("As a tab"), default=True)

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        constraints = [
            models.UniqueConstraint(fields=["person", "page", "name"], name="saved_view_name_once"),
        ]
        indexes = [models.Index(fields=["page", "person"], name="saved_view_page")]

    def __str__(self) -> str:
        return self.name
