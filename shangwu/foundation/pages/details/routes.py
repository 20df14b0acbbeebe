"""Addresses of the page of a record and what hangs on it."""

from collections.abc import Iterable
from functools import partial

from shangwu.foundation.pages.comments import pages as comments
from shangwu.foundation.pages.details import around, page, pinning, readers, why  # noqa: F401 -- readers declares its card
from shangwu.foundation.pages.registry import RecordPages, Route, family

KEY = {"public_id": "public_id"}


@family
def routes_of(pages: RecordPages) -> Iterable[Route]:
    """What a record type with a detail page answers."""
    if pages.detail is None:
        return
    name, model = pages.name, pages.model
    own = f"{pages.path}/<uuid:public_id>/"
    yield Route(f"{name}.detail", own, partial(page.show, pages), model, "detail", sample=KEY)
    for part, view in (("steps", around.steps), ("print", around.printed), ("why", why.show)):
        yield Route(f"{name}.{part}", f"{own}{part}/", partial(view, pages), model, "detail", sample=KEY)
    for part, change in (("comment", comments.write), ("follow", comments.follow), ("pin", pinning.pin)):
        yield Route(f"{name}.{part}", f"{own}{part}/", partial(change, pages), model, "detail", ("POST",), sample=KEY)
    yield Route(
        f"{name}.uncomment",
        f"{own}comment/<uuid:comment>/",
        partial(comments.take_away, pages),
        model,
        "detail",
        ("POST",),
        sample={**KEY, "comment": "public_id"},
    )
