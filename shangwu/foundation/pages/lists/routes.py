"""The addresses of lists, from their declarations."""

from collections.abc import Iterable
from functools import partial

from shangwu.foundation.pages.lists import bulk, cell, later, plain, saving, show
from shangwu.foundation.pages.registry import RecordPages, Route, family, page

BOTH = ("GET", "POST")


@family
def routes_of(pages: RecordPages) -> Iterable[Route]:
    """What a record type with a list answers."""
    if pages.list is None:
        return
    name, path, model = pages.name, pages.path, pages.model
    yield Route(f"{name}.list", f"{path}/", partial(show.show, pages), model, "list")
    yield Route(f"{name}.later", f"{path}/later/", partial(later.show, pages), model, "list")
    yield Route(f"{name}.columns", f"{path}/columns/", partial(plain.choose_columns, pages), model, "list", BOTH)
    yield Route(f"{name}.filter", f"{path}/filter/", partial(plain.add_filter, pages), model, "list")
    yield Route(f"{name}.views", f"{path}/views/", partial(saving.views, pages), model, "list", BOTH)
    yield Route(
        f"{name}.bulk",
        f"{path}/bulk/<str:verb>/",
        partial(bulk.bulk, pages),
        model,
        "bulk",
        ("POST",),
        sample={"verb": "=archive"},
    )
    yield Route(
        f"{name}.cell",
        f"{path}/<uuid:public_id>/cell/<str:field>/",
        partial(cell.cell, pages),
        model,
        f"{name}.edit",
        BOTH,
        sample={"public_id": "public_id", "field": "=owner"},
    )
    if pages.detail is not None:
        yield Route(
            f"{name}.number",
            f"{path}/<str:number>/",
            partial(plain.by_number, pages),
            model,
            "detail",
            sample={"number": "number"},
        )


page(
    Route(
        "pick",
        "pick/<str:record>/",
        plain.pick,
        reason="any record type; answers through that type's own gate",
        sample={"record": "=people.person"},
    )
)
