"""Whether two attributes of customers go together (2.7.2): a table of counts, each with its customers, and the test."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shangwu.chapters.analytics.explorer import saying
from shangwu.chapters.analytics.explorer.attributes import BUILT_IN, Attribute, Counted, attributes, counted
from shangwu.foundation.pages import formats, frame
from shangwu.foundation.pages.addresses import url
from shangwu.foundation.pages.kit import Route, page
from shangwu.foundation.pages.reading import Request

Facts = dict[str, Any]


def show(request: Request) -> HttpResponse:
    """Two attributes beside each other; the first two unless the address names others."""
    offered = attributes(request.actor)
    row = offered.get(request.GET.get("row", ""), offered[BUILT_IN[0]])
    column = offered.get(request.GET.get("column", ""), offered[BUILT_IN[1]])
    facts: Facts = {
        "page": frame.page_facts(_("Do two attributes go together?"), clause="2.7.2"),
        "rows": [(one.name, one.label, one is row) for one in offered.values()],
        "columns": [(one.name, one.label, one is column) for one in offered.values()],
        "row": row.label,
        "column": column.label,
    }
    if row is column:
        facts["sentence"] = _("Choose two different attributes.")
    else:
        facts |= _facts(counted(request.actor, row, column), row, column)
    return render(request, "analytics/attributes.html", facts)


def _facts(found: Counted, row: Attribute, column: Attribute) -> Facts:
    if found.is_wide or not found.counts:
        wide = _("These attributes have too many values for a table. Choose others.")
        return {"sentence": wide if found.is_wide else _("No customer has both. Fill them in, or choose others.")}
    here = url("customers.customer.list")
    return {
        "heads": [column.called(one) for one in found.columns],
        "lines": [
            {
                "label": row.called(one),
                "cells": [
                    {
                        "text": formats.number(found.counts.get((one, other), 0)),
                        "url": f"{here}?{urlencode({'view': 'all', row.name: one, column.name: other})}"
                        if found.counts.get((one, other)) and "industry" not in (row.name, column.name)
                        else "",
                    }
                    for other in found.columns
                ],
            }
            for one in found.rows
        ],
        "said": saying.dependence(str(row.label), str(column.label), found.test),
    }


page(
    Route(
        "analytics.attributes", "analytics/attributes/", show, clause="2.7.2",
        label=gettext_lazy("Do two attributes go together?"), icon="table",
        reason="counts customers through the reader's gate, by attributes that they may see",
    )
)  # fmt: skip
