"""Pages of 2.5.1: likely duplicates, told while a file is entered, listed after all were compared; whose a file is."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from shangwu.chapters.customers.access import makes_customers, merges_customers
from shangwu.chapters.customers.likely import Likely, likely
from shangwu.chapters.customers.models import Comparison, Customer, Likeness
from shangwu.chapters.customers.scanning import SCAN
from shangwu.chapters.customers.similarity import NAME, NUMBER, PHONE, SIMILAR
from shangwu.foundation.actions.door import act
from shangwu.foundation.jobs.models import Job
from shangwu.foundation.pages import frame
from shangwu.foundation.pages.kit import Computed, Group, Pages, Panel, Period, Range, Route, View, page, panel
from shangwu.foundation.pages.reading import Request
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.models import Record
from shangwu.foundation.records.refusals import Refusal
from shangwu.foundation.text.jurisdictions import Jurisdiction

REASONS = {
    NUMBER: gettext_noop("same number"), NAME: gettext_noop("same name"), PHONE: gettext_noop("same phone"),
    SIMILAR: gettext_noop("similar name"),
}  # fmt: skip


def said(codes: Any) -> str:
    """Reasons for people."""
    return _(", ").join(_(REASONS[code]) for code in codes if code in REASONS)


def _nothing_alike() -> str:
    """Why there are no pairs: none are alike, or nobody has looked."""
    if Job.objects.filter(name=SCAN, state=Job.State.DONE).exists():
        return _("All files have been compared and none are alike. They are compared again each week.")
    return _("The files have not been compared lately. Choose “Compare all files”, or wait: it is done each week.")


Pages(
    Likeness,
    clause="2.5.1",
    path="customers/duplicates",
    columns=[
        "first", "second", "score", Computed("because", lambda one: said(one.reasons.split()),
        label=gettext_lazy("Because of"), needs=["reasons"]), "state", "department",
    ],
    filters=["state", Range("score"), "department"],
    sorts=["-score"],
    views=[View("open", gettext_lazy("To look at"), "state=open", sort="-score")],
    facts=[Group(
        gettext_lazy("Likely duplicate"), "first", "second", "score",
        Computed("because", lambda one: said(one.reasons.split()), label=gettext_lazy("Because of"), needs=["reasons"]),
    )],
    empty=lazy(_nothing_alike, str)(),
    icon="copy",
    order=40,
)  # fmt: skip

Pages(
    Comparison,
    clause="2.5.1",
    path="customers/comparisons",
    columns=["created_at", "created_by", "state", "pairs", "made", "lapsed", "done_at", "department"],
    filters=["state", Period("created_at")],
    title=["created_at"],
    facts=[Group(gettext_lazy("Comparison"), "created_at", "created_by", "pairs", "made", "lapsed", "done_at")],
    empty=gettext_lazy("Nobody has had the files compared out of turn. They are compared each week by themselves."),
    icon="copy",
    order=45,
)  # fmt: skip

WATCHED = ("name", "identity_number", "phone", "jurisdiction", "kind")
"""Fields of the form that the fragment over it follows."""
SHOWN = ("name", "number", "kind", "identity_number", "phone", "region", "industry", "source", "verified_at")


def _both(actor: Actor, record: Record | None) -> dict[str, Any] | None:
    """The two files beside each other, as far as the reader sees them, and the way to the merge."""
    assert isinstance(record, Likeness)
    files = list(Customer.objects.visible_to(actor).filter(pk__in=[record.first_id, record.second_id]).order_by("pk"))
    if len(files) < 2 or record.state != Likeness.State.OPEN:
        return None
    fields = [Customer._meta.get_field(name) for name in SHOWN]
    rows = [{"label": field.verbose_name, "values": [_shown(one, field.name) for one in files]} for field in fields]  # type: ignore[union-attr]
    merge = reverse("customers.compare", kwargs={"public_id": files[0].public_id})
    return {"rows": rows, "url": f"{merge}?with={files[1].public_id}", "may": merges_customers(actor, files[0])}


def _shown(one: Customer, name: str) -> Any:
    display = getattr(one, f"get_{name}_display", None)
    return display() if display else getattr(one, name) or ""


panel(
    Likeness,
    Panel("both", gettext_lazy("Beside each other"), "customers/both.html", _both, order=5, clause="2.5.1"),
)


def tell_likely(request: Request) -> HttpResponse:
    """The fragment over the form: files that are likely of the same customer."""
    if not makes_customers(request.actor, None):
        raise Refusal("forbidden", _("This is not among your duties. Ask the head of the department."))
    given = {name: request.GET.get(name, "")[:200] for name in WATCHED}
    besides = Customer.objects.visible_to(request.actor).filter(public_id=_key(request.GET.get("besides", "")))
    found = likely(
        request.actor,
        name=given["name"],
        number=given["identity_number"],
        phone=given["phone"],
        place=given["jurisdiction"],
        kind=given["kind"],
        besides=besides.values_list("pk", flat=True).first() or 0,
    )
    return render(request, "customers/likely.html", {"found": [_facts(one) for one in found]})


def _key(text: str) -> str:
    return text if len(text) == 36 else "00000000-0000-0000-0000-000000000000"


def _facts(one: Likely) -> dict[str, Any]:
    facts: dict[str, Any] = {"score": one.score, "reasons": said(one.reasons), "pooled": one.pooled}
    if one.record is None:
        return facts | {"owner": one.keeper.said}
    return facts | {
        "name": one.record.name,
        "number": one.record.number,
        "url": reverse("customers.customer.detail", kwargs={"public_id": one.record.public_id}),
    }


def whose(request: Request) -> HttpResponse:
    """Who has this customer? Asked by the whole name, the number or the phone; answered as far as the rule allows."""
    may = makes_customers(request.actor, None)
    asked = request.GET.get("q", "").strip()[:200] if may else ""
    found: dict[int, Likely] = {}
    for place in ("", *Jurisdiction.values) if asked else ():
        for one in likely(request.actor, name=asked, number=asked, phone=asked, place=place):
            found.setdefault(one.record.pk if one.record else -len(found) - 1, one)
            if one.record is None:
                break
    facts = {
        "page": frame.page_facts(_("Whose is this customer?"), clause="2.5.1"),
        "asked": asked,
        "may": may,
        "found": [_held(one) for one in _once(found.values())],
        "create_url": reverse("customers.customer.create"),
    }
    return render(request, "customers/whose.html", facts)


def _once(found: Any) -> list[Likely]:
    """Each answer once: a hidden file is found anew by each way of reading the phone."""
    kept: dict[Any, Likely] = {}
    for one in found:
        kept.setdefault(one.record.pk if one.record else (one.keeper, *one.reasons), one)
    return list(kept.values())


def _held(one: Likely) -> dict[str, Any]:
    return _facts(one) | {"until": one.record.protected_until if one.record else None}


def compare_files(request: Request) -> HttpResponse:
    """Let all files be compared now; the job's page shows how far it is."""
    may = merges_customers(request.actor, None)
    if request.method != "POST":
        open_url = reverse("customers.likeness.list") + "?view=open&state=open"
        facts = {"page": frame.page_facts(_("Compare all files"), clause="2.5.1"), "open_url": open_url, "may": may}
        return render(request, "customers/compare_files.html", facts)
    if not may:
        raise Refusal("forbidden", _("This is not among your duties. Ask the head of the department."))
    try:
        act(request.actor, "customers.comparison.create")
    except Refusal as refusal:
        if refusal.code != "running" or not _mine(request.actor).exists():
            raise  # a form that is sent twice leads to the work that it has started
    return redirect("job", public_id=_mine(request.actor).latest("pk").public_id)


def _mine(by: Actor) -> Any:
    """The comparison that the reader has under way."""
    return Job.objects.filter(name=SCAN, person_id=by.person_id or 0, state__in=Job.OPEN)


page(
    Route(
        "customers.likely", "customers/likely/", tell_likely, clause="2.5.1",
        reason="tells of files through the reader's gate, and of hidden ones only whom to ask",
    )
)  # fmt: skip
page(
    Route(
        "customers.whose", "customers/whose/", whose, label=gettext_lazy("Whose is this customer?"), clause="2.5.1",
        icon="search", reason="tells of files through the reader's gate, and of hidden ones only whom to ask",
    )
)  # fmt: skip
page(
    Route(
        "customers.compare_files", "customers/compare/", compare_files, methods=("GET", "POST"), clause="2.5.1",
        label=gettext_lazy("Compare all files"), icon="copy",
        reason="starts a job that tells nothing; who may is asked in the view",
    )
)  # fmt: skip
