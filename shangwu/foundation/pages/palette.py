"""Ctrl-K: records, pages, actions and clauses in one field; only what the reader may see and do.

`>` finds actions, `#` numbers, `$mine` what is the reader's own, a clause code the clause; without a prefix all.
"""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.html import format_html, strip_tags
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from shangwu.foundation.actions.registry import actions
from shangwu.foundation.pages import recent, registry
from shangwu.foundation.pages.addresses import url
from shangwu.foundation.pages.drawing import Drawn, open_to
from shangwu.foundation.pages.elements import Look
from shangwu.foundation.pages.frame import is_open, pages_under
from shangwu.foundation.pages.lists import own_fields
from shangwu.foundation.pages.lists.find import deferred
from shangwu.foundation.pages.lists.prepared import prepared
from shangwu.foundation.pages.lists.search import Pairs, bearing, begins, has_search, holding, matches
from shangwu.foundation.pages.reading import Request
from shangwu.foundation.pages.registry import RecordPages, Route, page
from shangwu.foundation.pages.related import names_for
from shangwu.foundation.policy.clauses import CHAPTERS, CLAUSES
from shangwu.foundation.records.actors import Actor

Item = dict[str, Any]

RECORDS_EACH = 4
RECORDS = 10
OTHERS = 6
MINE = "$mine"
_CODE = re.compile(r"§?\s*(\d(?:\.\d){0,2})")


def find(request: Request) -> HttpResponse:
    """The palette's results for `q`."""
    text = request.GET.get("q", "").replace("\0", "").strip()[:100]
    groups = [{"label": label, "items": items} for label, items in _groups(text, request.actor) if items]
    return render(request, "pages/components/palette_results.html", {"groups": groups, "query": text})


def _groups(text: str, actor: Actor) -> Iterable[tuple[str, list[Item]]]:
    prefix, rest = text[:1], text[1:].strip()
    if prefix == ">":
        yield _("Actions"), _actions(rest, actor)
    elif prefix == "#":
        yield _("Records"), _by_number(rest, actor) if rest else []
    elif text.lower().startswith(MINE):
        yield _("Mine"), _mine(text[len(MINE) :].strip(), actor)
    elif match := _CODE.fullmatch(text):
        yield _("Clauses"), _clauses(match[1])
        yield _("Records"), _records(text, actor)
    else:
        if not text:
            yield _("Pinned"), _named(recent.pinned_by(actor.person_id), actor)
            yield _("Opened lately"), _named(recent.opened_by(actor.person_id), actor)[:OTHERS]
        yield _("Records"), _records(text, actor) if text else []
        yield _("Pages"), _pages(text, actor)
        yield _("Actions"), _actions(text, actor)
        yield _("Clauses"), _clauses(text) if text else []


def _lists(actor: Actor) -> list[RecordPages]:
    """Record types with a list and a page of their own, which the reader sees anything of."""
    found = [one for one in registry.record_pages.values() if one.list and one.detail]
    return [one for one in found if is_open(one.model, actor)]


def _records(text: str, actor: Actor) -> list[Item]:
    condition = matches(text)
    if condition is None:
        return []
    found: list[Item] = []
    lists = _lists(actor)
    holders = holding([pages.model for pages in lists], text)
    for pages in lists:
        wanted = condition if pages.model in holders else None
        if (in_own := own_fields.holding(pages.model, actor, text, Pairs)) is not None:
            wanted = in_own if wanted is None else wanted | in_own
        if wanted is not None:
            found += _items(pages, actor, wanted, text)
    return found[:RECORDS]


def _by_number(text: str, actor: Actor) -> list[Item]:
    """Records whose number begins so, however it was typed: first the one whose number it is, then the highest.

    Most record types bear no such number: those are asked together, the others each through its own gate.
    """
    lists, whole, begun = _lists(actor), list[Item](), list[Item]()
    for typed in dict.fromkeys((text, text.upper())):
        borne = bearing([pages.model for pages in lists], typed)
        for pages in lists:
            if pages.model in borne:
                whole += _items(pages, actor, Q(number=typed), text)
                begun += _items(pages, actor, begins(typed) & ~Q(number=typed), text, by="number")
    return [*whole, *begun][:RECORDS]


def _mine(text: str, actor: Actor) -> list[Item]:
    """The newest of what the reader answers for, changed last first; with a text, what of it holds that."""
    condition = matches(text)
    found: list[tuple[Any, Item]] = []
    if actor.person_id is None or (text and condition is None):
        return []
    for pages in _lists(actor):
        if text and not has_search(pages.model):
            continue
        own = pages.model.objects.visible_to(actor).filter(condition or Q(), owner=actor.person_id)
        rows = list(own.defer(*deferred(pages.model)).order_by("-pk")[:RECORDS_EACH])
        changed = {str(row.public_id): row.changed_at for row in rows}
        found += [(changed[key], item) for key, item in _told(pages, actor, rows, text)]
    return [item for _changed, item in sorted(found, key=lambda one: one[0], reverse=True)[:RECORDS]]


def _named(wanted: Sequence[recent.Named], actor: Actor) -> list[Item]:
    """Records in the order given, as far as the reader still sees them: one query per record type."""
    found: dict[recent.Named, Item] = {}
    for pages in _lists(actor):
        keys = [key for name, key in wanted if name == pages.name]
        if keys:
            rows = pages.model.objects.visible_to(actor).filter(public_id__in=keys).defer(*deferred(pages.model))
            told = _told(pages, actor, list(rows), "")
            found |= {(pages.name, key): item for key, item in told}
    return [found[one] for one in wanted if one in found]


def _items(pages: RecordPages, actor: Actor, condition: Any, text: str, by: str = "pk") -> list[Item]:
    """What meets a condition, the highest by this column first."""
    rows: Any = []
    for _arm, arm_rows in pages.model.objects.visible_arms(actor):
        part = arm_rows.filter(condition).defer(*deferred(pages.model)).order_by(f"-{by}")[:RECORDS_EACH]
        rows += [row for row in part if row not in rows]
    rows = sorted(rows, key=lambda row: getattr(row, by), reverse=True)[:RECORDS_EACH]
    return [item for _key, item in _told(pages, actor, rows, text)]


def _told(pages: RecordPages, actor: Actor, rows: Sequence[Any], text: str) -> list[tuple[str, Item]]:
    """(public id, item) of each row."""
    if not rows:
        return []
    columns = _detail_columns(pages, actor)
    names = names_for(actor, columns, rows)
    assert pages.list is not None
    icon, kind = pages.list.icon, str(pages.model._meta.verbose_name)
    found = []
    for row in rows:
        told = [_plain(column.html(row, names)) for column in columns]
        name = str(row)
        label = f"{row.number} {name}" if row.number and not name.startswith(row.number) else name
        item = {
            "url": url(f"{pages.name}.detail", public_id=row.public_id),
            "icon": icon,
            "label": marked(label, text),
            "detail": " · ".join([kind, *[part for part in told if part and part not in ("—", name)]]),
            "code": f"§{pages.clause}",
        }
        found.append((str(row.public_id), item))
    return found


def _detail_columns(pages: RecordPages, actor: Actor) -> list[Drawn]:
    """What tells one record from another: who it is for, its state, its amount."""
    wanted = (Look.REFERENCE, Look.STATE, Look.MONEY)
    columns = [one for one in prepared(pages.model).columns if one.look in wanted and one.column.shown]
    return open_to(columns, pages.model, actor)[:3]


def _plain(html: str) -> str:
    """The words of a drawn value."""
    return strip_tags(html).strip()


def marked(label: str, text: str) -> SafeString:
    """The label with what was searched marked in it."""
    at = label.lower().find(text.lower())
    if not text or at < 0 or len(label.lower()) != len(label):
        return format_html("{}", label)
    end = at + len(text)
    return format_html("{}<mark>{}</mark>{}", label[:at], label[at:end], label[end:])


def _pages(text: str, actor: Actor) -> list[Item]:
    found = []
    for one in CHAPTERS:
        for entry in pages_under(one.code, actor):
            if text.lower() in str(entry["label"]).lower():
                label = marked(str(entry["label"]), text)
                code = f"§{entry['clause']}"
                found.append({"url": entry["url"], "icon": entry["icon"], "label": label, "code": code})
    return found[:OTHERS]


def _actions(text: str, actor: Actor) -> list[Item]:
    """What can be begun from anywhere: the making of records."""
    found = []
    for pages in registry.record_pages.values():
        one = actions.get(f"{pages.name}.create")
        address = url(f"{pages.name}.create")
        if one is None or not address or not one.offered_to(actor, None):
            continue
        label = _("New %(record)s") % {"record": pages.model._meta.verbose_name}
        if text.lower() in label.lower():
            found.append({"url": address, "icon": "plus", "label": marked(label, text), "code": f"§{one.clause}"})
    return found[:OTHERS]


def _clauses(text: str) -> list[Item]:
    chapters = [(one.code, one.title) for one in CHAPTERS]
    found = []
    for code, title in [*chapters, *CLAUSES.items()]:
        if code.startswith(text) or text.lower() in str(title).lower():
            name = "clause" if code in CLAUSES else "chapter"
            item: Item = {"url": url(name, code=code), "icon": "bookmark", "code": f"§{code}"}
            found.append({**item, "label": marked(str(title), text), "panel": name == "clause"})
    return found[:OTHERS]


page(Route("find", "find/", find, reason="each hit comes through its own record type's gate"))
