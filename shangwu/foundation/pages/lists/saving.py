"""Saving what a list shows as a view: private or for everybody, as a tab, as the reader's own start."""

import uuid

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shangwu.foundation.pages.acting import answers
from shangwu.foundation.pages.lists import columns
from shangwu.foundation.pages.lists.show import Opened, opened
from shangwu.foundation.pages.lists.views import ALL, Tab
from shangwu.foundation.pages.models.preferences import prefer
from shangwu.foundation.pages.models.saved_views import QUERY_LENGTH, SavedView
from shangwu.foundation.pages.reading import Request
from shangwu.foundation.pages.registry import RecordPages
from shangwu.foundation.records.refusals import Refusal
from shangwu.foundation.text.normalise import stored_line

MOST = 50
"""Saved views of one person on one list; more help nobody to find one."""

NAME_LENGTH = 60


def views(pages: RecordPages, request: Request) -> HttpResponse:
    """GET: the dialog. POST: save a new view, change or delete an own one, choose the one to start with."""
    one = opened(pages, request)
    if request.method == "GET":
        return render(request, "pages/lists/save_view.html", _facts(one))
    if request.actor.person_id is None:
        raise Refusal("forbidden", _("Views belong to a person. Sign in as one."))
    act = {"delete": _delete, "start": _start, "change": _change}.get(request.POST.get("act", ""), _create)
    key = act(one, request)
    tab = next((tab for tab in opened(pages, request).tabs if tab.key == key), None)
    return answers.go(request, reverse(f"{pages.name}.list") + (tab.address if tab else f"?view={ALL}"))


def _facts(one: Opened) -> dict[str, object]:
    own = one.tab if one.tab and one.tab.own else None
    kept = columns.kept_of(one.prepared, one.actor)
    return {
        "own": own,
        "tab": one.tab,
        "is_start": kept.get("default") == one.view_key,
        "said": [condition.text for condition in one.question.conditions],
        "url": reverse(f"{one.prepared.pages.name}.views") + "?" + one.question.query(),
    }


def _name(request: Request) -> str:
    """The view's name. Raises Refusal for one that nobody could read in a tab."""
    try:
        name = stored_line(request.POST.get("name", ""))
    except ValidationError as error:
        raise Refusal("invalid", " ".join(error.messages), fields={"name": list(error.messages)}) from error
    if not name or len(name) > NAME_LENGTH:
        raise Refusal(
            "invalid",
            gettext_lazy("Give the view a name of at most %(most)s characters."),
            {"most": NAME_LENGTH},
            fields={"name": [gettext_lazy("1 to 60 characters.")]},
        )
    return name


def _require_free(one: Opened, name: str, besides: Tab | None = None) -> None:
    own = SavedView.objects.filter(person_id=one.actor.person_id or 0, page=one.prepared.pages.name)
    if besides is not None:
        own = own.exclude(public_id=besides.key)
    if own.filter(name=name).exists():
        said = gettext_lazy("You have a view of this name on this list. Choose another name, or change that view.")
        raise Refusal("taken", said, fields={"name": [said]})
    if own.count() >= MOST:
        raise Refusal("invalid", gettext_lazy("You have 50 views on this list. Delete one that you no longer use."))


def _create(one: Opened, request: Request) -> str:
    name = _name(request)
    _require_free(one, name)
    assert one.actor.person_id is not None
    made = SavedView.objects.create(
        person_id=one.actor.person_id or 0, page=one.prepared.pages.name, name=name, **_values(one, request)
    )
    if request.POST.get("start"):
        prefer(one.actor.person_id, columns.key_of(one.prepared), default=str(made.public_id))
    return str(made.public_id)


def _values(one: Opened, request: Request) -> dict[str, object]:
    query = one.question.query(view=False)
    if len(query) > QUERY_LENGTH:
        raise Refusal("invalid", gettext_lazy("This filter is too long to be saved. Choose fewer values."))
    return {
        "query": query,
        "columns": [column.name for column in one.columns],
        "shared": bool(request.POST.get("shared")),
        "pinned": bool(request.POST.get("pinned")),
    }


def _change(one: Opened, request: Request) -> str:
    """An own view takes on what the list now shows."""
    if one.tab is None or not one.tab.own:
        raise Refusal("missing", gettext_lazy("This view is not yours. Save what you see as a view of your own."))
    name = _name(request)
    _require_free(one, name, besides=one.tab)
    _own(one).update(name=name, **_values(one, request))
    columns.keep(one.prepared, one.actor, one.tab.key, None)
    return one.tab.key


def _delete(one: Opened, request: Request) -> str:
    _own(one).delete()
    return ALL


def _start(one: Opened, request: Request) -> str:
    """This view opens by itself; said again, the page's own start is back."""
    kept = columns.kept_of(one.prepared, one.actor)
    wanted = None if kept.get("default") == one.view_key else one.view_key
    assert one.actor.person_id is not None
    prefer(one.actor.person_id, columns.key_of(one.prepared), default=wanted)
    return one.view_key


def _own(one: Opened) -> QuerySet[SavedView]:
    key = one.tab.key if one.tab and one.tab.own else str(uuid.UUID(int=0))
    return SavedView.objects.filter(person_id=one.actor.person_id or 0, public_id=key)
