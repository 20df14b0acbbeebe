"""Clause 2.6.2: Word templates of contracts, released by legal."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from shangwu.chapters.sales.models.contracts import Contract, a_file
from shangwu.foundation.records.fields import StateField, promised_when, searchable
from shangwu.foundation.records.models import Record, scope_indexes, search_index


class ContractTemplate(Record):
    """A Word file with names in it, such as {{buyer}}, from which contracts are drafted. places: the names found."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        RELEASED = "released", _("Released")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    named_by = ("name",)

    state = StateField(State, facts=["released", "withdrawn"])
    name = models.CharField(_("Name"), max_length=120)
    kind = models.CharField(_("Kind"), max_length=10, choices=Contract.Kind.choices, default=Contract.Kind.SALE)
    file = a_file(_("Word file"))
    places = ArrayField(
        models.CharField(max_length=41), default=list, blank=True, editable=False, verbose_name=_("Places to fill in")
    )

    search_text, search_bigrams = searchable("name")

    class Meta(Record.Meta):
        verbose_name = _("contract template")
        verbose_name_plural = _("contract templates")
        indexes = [search_index("contract_template_search"), *scope_indexes("contract_template")]
        constraints = [
            promised_when(
                "released", "file", name="contract_template_with_file", say=_("A released template has its file.")
            )
        ]

    def __str__(self) -> str:
        return self.name
