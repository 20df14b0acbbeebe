"""The later fragment of a list: counts on its tabs, the total, and the footer's sums."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from shangwu.foundation.pages.addresses import url
from shangwu.foundation.pages.lists import rail, views
from shangwu.foundation.pages.lists.counting import Count, count, sums
from shangwu.foundation.pages.lists.rows import sheet
from shangwu.foundation.pages.lists.show import Opened, bulk_facts, opened
from shangwu.foundation.pages.reading import Request
from shangwu.foundation.pages.registry import RecordPages


def show(pages: RecordPages, request: Request) -> HttpResponse:
    """Figures for what the list now shows; `exact=1` counts beyond ten thousand."""
    one = opened(pages, request)
    exact, is_past = request.GET.get("exact") == "1", one.question.on is not None
    total = count(one.prepared, one.question, one.actor, exact=exact)
    facts = {
        "counts": [] if exact or is_past else _tab_counts(one, total),
        "total": _("of %(count)s") % {"count": total},
        "exact_url": f"{url(f'{pages.name}.later')}?{one.question.query(more=[('exact', '1')])}"
        if total.capped
        else "",
        "sums": sums(one.prepared, one.question, one.actor, one.columns, total),
        "sum_names": [column.name for column in one.columns if column.column.total and not is_past],
        "sum_label": _sum_label(total),
        "bulk": {} if exact or is_past else bulk_facts(one, sheet(one.prepared, one.actor, [], []).bulk),
        "count": total.number,
    }
    rail.refresh(request.actor)
    return render(request, "pages/lists/later.html", facts)


def _sum_label(total: Count) -> str:
    if total.capped:
        return _("More than %(count)s rows: count exactly to see their sum") % {"count": total}
    return _("Sum of all %(count)s rows") % {"count": total}


def _tab_counts(one: Opened, total: Count) -> list[tuple[str, str]]:
    found = []
    for tab in one.tabs:
        if not tab.pinned and tab is not one.tab:
            continue
        question = views.started_from(tab, one.prepared, one.actor)
        same = question.pairs(view=False, without=("sort",)) == one.question.pairs(view=False, without=("sort",))
        found.append((tab.key, str(total if same else count(one.prepared, question, one.actor))))
    return found[: views.TABS]
