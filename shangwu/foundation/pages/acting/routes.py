"""Addresses of acting: every action of a record type that has pages, its forms, their sums and drafts, the undo."""

from collections.abc import Callable, Iterable
from functools import partial

from django.http import HttpResponse

from shangwu.foundation.actions.registry import Action, actions_of
from shangwu.foundation.pages.acting import undoing
from shangwu.foundation.pages.acting.endpoint import endpoint
from shangwu.foundation.pages.forms import draft_page, sums
from shangwu.foundation.pages.reading import Request
from shangwu.foundation.pages.registry import RecordPages, Route, family, page

KEY = {"public_id": "public_id"}


@family
def routes_of(pages: RecordPages) -> Iterable[Route]:
    """The forms of a record type, and one address for each of its verbs."""
    for one in actions_of(pages.model):
        if not one.shown:
            continue
        target = "" if one.makes else "<uuid:public_id>/"
        sample = {} if one.makes else KEY
        common = {"model": pages.model, "verb": one.name, "clause": one.clause, "sample": sample}
        act = partial(endpoint, one=one)
        yield Route(f"do.{one.name}", f"act/{one.name}/{target}", act, methods=("GET", "POST"), **common)  # type: ignore[arg-type]
        if one.inputs:
            tried = partial(sums.show, one=one)
            yield Route(f"preview.{one.name}", f"preview/{one.name}/{target}", tried, methods=("POST",), **common)  # type: ignore[arg-type]
    if maker := _maker(pages):
        show = _form(maker)
        yield Route(f"{pages.name}.create", f"{pages.path}/new/", show, model=pages.model, verb=maker.name)
    if editor := next((one for one in actions_of(pages.model) if one.verb == "edit"), None):
        path = f"{pages.path}/<uuid:public_id>/edit/"
        yield Route(f"{pages.name}.edit", path, _form(editor), model=pages.model, verb=editor.name, sample=KEY)


def _maker(pages: RecordPages) -> Action | None:
    """The action that makes records of this type from a page: `create`, or the only other one."""
    found = [one for one in actions_of(pages.model) if one.makes and one.shown]
    return next((one for one in found if one.verb == "create"), found[0] if found else None)


def _form(one: Action) -> Callable[..., HttpResponse]:
    def show(request: Request, public_id: object = None) -> HttpResponse:
        return endpoint(request, one=one, public_id=public_id)  # type: ignore[arg-type]

    return show


OWN_DRAFTS = "comfort: the reader's own unsent entries; the record named is read through its gate"

page(
    Route(
        "draft",
        "draft/<str:form>/",
        draft_page.keep,
        methods=("POST",),
        reason=OWN_DRAFTS,
        sample={"form": "=people.department.create"},
    )
)
page(
    Route(
        "draft_of",
        "draft/<str:form>/<uuid:public_id>/",
        draft_page.keep,
        methods=("POST",),
        reason=OWN_DRAFTS,
        sample={"form": "=people.department.edit", **KEY},
    )
)
page(
    Route(
        "undo",
        "undo/<int:entry>/",
        undoing.show,
        methods=("POST",),
        reason="the entry's records are gated by the door when it is taken back",
        sample={"entry": "=1"},
    )
)
