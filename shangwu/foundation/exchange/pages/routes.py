"""The addresses of the exchange, and the list of imports."""

from collections.abc import Iterable
from functools import partial

from django.utils.translation import gettext_lazy as _

from shangwu.foundation.exchange.declarations import importers
from shangwu.foundation.exchange.models import Import
from shangwu.foundation.exchange.pages import (
    attachments,
    begin,
    course,
    exports,
    jobs,
    pasting,  # noqa: F401 -- it declares its own
)
from shangwu.foundation.pages.kit import Hidden, ListPage
from shangwu.foundation.pages.registry import RecordPages, Route, family, page

CLAUSE = "2.7.1"
IMPORT = {"public_id": "public_id"}
JOBS = "one's own jobs: found by person"

ListPage(
    Import,
    clause=CLAUSE,
    columns=["name", "record_type", "state", "rows", "accepted", "refused", Hidden("owner"), "created_at"],
    filters=["state", "record_type"],
    bulk=[],
    title=_("Imports"),
    icon="file-import",
    personal=True,
    empty=_("No file has been imported yet. Open a list and choose “Import”."),
)


@family
def routes_of(pages: RecordPages) -> Iterable[Route]:
    """Every list can be taken out; what is declared as importable can come in."""
    name, path, model = pages.name, pages.path, pages.model
    if pages.list is not None:
        yield Route(f"{name}.export", f"{path}/export/", partial(exports.show, pages), model, "list", ("GET", "POST"))
    if pages.detail is not None:
        yield Route(
            f"{name}.files",
            f"{path}/<uuid:public_id>/files/",
            partial(attachments.show, pages),
            model,
            "detail",
            ("GET", "POST"),
            sample={"public_id": "public_id"},
        )
    importer = importers.get(name)
    if importer is not None:
        verb = f"{name}.{importer.verb}"
        yield Route(f"{name}.import", f"{path}/import/", partial(begin.begin, importer), model, verb, ("GET", "POST"))


page(
    Route("exchange.import.detail", "exchange/imports/<uuid:public_id>/", course.show, Import, "detail", sample=IMPORT)
)
page(
    Route(
        "exchange.import.do",
        "exchange/imports/<uuid:public_id>/<str:step>/",
        course.do,
        Import,
        "exchange.import.map",
        ("POST",),
        sample={**IMPORT, "step": "=save"},
    )
)
page(
    Route(
        "exchange.import.download",
        "exchange/imports/<uuid:public_id>/download/<str:which>/",
        course.download,
        Import,
        "detail",
        sample={**IMPORT, "which": "=file"},
    )
)
page(
    Route(
        "file",
        "files/<uuid:public_id>/",
        attachments.download,
        reason="a file's gate is that of the record it hangs on, asked by the page itself",
        sample={"public_id": "public_id"},
    )
)
page(Route("job", "jobs/<uuid:public_id>/", jobs.show, methods=("GET", "POST"), reason=JOBS, sample=IMPORT))
page(Route("job.download", "jobs/<uuid:public_id>/file/", jobs.download, reason=JOBS, sample=IMPORT))
