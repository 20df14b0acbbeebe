"""Clause 2.5.1: the tables of industries and areas, kept up to date by hand or by import."""

from django.utils.translation import gettext_lazy as _

from shangwu.chapters.customers.access import keeps_tables
from shangwu.chapters.customers.models import Area, Industry
from shangwu.foundation.actions.door import Refusal, archive, create, edit
from shangwu.foundation.records.actors import Actor

FIELDS = ["code", "level", "name", "name_hans", "name_en", "parent", "edition", "valid_from", "valid_until"]


def complete(entry: Industry | Area, by: Actor) -> None:
    """2.5.1: an entry stands under a wider one. Refuses `parent` for one that would stand under itself."""
    entry.code = "".join(entry.code.split()).upper()
    if entry.parent is not None and (entry.parent.pk == entry.pk or entry.parent.level >= entry.level):
        said = _("An entry stands under a wider one. Choose one of a smaller level.")
        raise Refusal("parent", said, fields={"parent": [said]})


for table, fields in ((Industry, FIELDS), (Area, [*FIELDS, "jurisdiction"])):
    create(table, clause="2.5.1", may=keeps_tables, fields=fields, body=complete)
    edit(table, clause="2.5.1", may=keeps_tables, fields=fields, reads=["parent"], body=complete)
    archive(table, clause="2.5.1", may=keeps_tables)
