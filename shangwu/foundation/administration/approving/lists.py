"""The inbox and the pages of requests and routes."""

from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from shangwu.foundation.approvals.kinds import kinds
from shangwu.foundation.approvals.models import Request, Route, RouteEdition
from shangwu.foundation.pages.kit import (
    Column,
    Computed,
    DetailPage,
    Due,
    Group,
    Hidden,
    Lines,
    ListPage,
    Look,
    Money,
    Pages,
    Parts,
    Period,
    RowsPanel,
    View,
    Wide,
    my_day,
    panel,
    words_of,
)
from shangwu.foundation.people.roles import Role
from shangwu.foundation.policy.clauses import INTRODUCTION

DUE = Due("due_at", open_while=["running"], look=Look.MOMENT)


def kind_label(one: Request | Route) -> str:
    """What people call the kind of a request."""
    found = kinds.get(one.kind)
    return str(found.label) if found else one.kind


words_of(Request, "above", dict(Role.choices))

ListPage(
    Request,
    clause=INTRODUCTION,
    columns=[
        Column("title", look=Look.KEY), Computed("sort", kind_label, label=_("Kind of request"), needs=["kind"]),
        "requester", "state", Money("amount", total=False), DUE, Hidden("department"), Hidden("closed_at"),
        Hidden("created_at"),
    ],
    filters=["state", "waiting", "requester", "department", Period("created_at"), "owner", "consulted"],
    views=[
        View("waiting", _("Waiting for me"), "state=running&waiting=me"),
        View("consulted", _("My opinion is asked"), "state=running&consulted=me"),
        View("mine", _("Mine"), "owner=me"),
    ],
    title=_("Approvals"),
    empty=_("Nothing waits for a decision."),
    icon="rubber-stamp",
    compact=["title", "state"],
    bulk=["approve"],
    rail="waiting",
    order=5,
)  # fmt: skip
DetailPage(
    Request,
    clause=INTRODUCTION,
    title=["title"],
    facts=[
        Group(
            _("Request"), Computed("sort", kind_label, label=_("Kind of request"), needs=["kind"]),
            "requester", Money("amount", total=False), DUE, "created_at", "closed_at",
        ),
    ],
    meta=["department"],
)  # fmt: skip


def _told(count: int) -> str:
    return ngettext("%(count)s approval waits for you.", "%(count)s approvals wait for you.", count) % {"count": count}


my_day(
    RowsPanel(
        "approvals_waiting", Request, _("Approvals waiting"), "state=running&waiting=me",
        columns=("title", "sort", "requester", "amount", "due_at"), place="main", order=5, clause=INTRODUCTION,
        told=_told,
    ),
)  # fmt: skip
Pages(
    Route,
    clause=INTRODUCTION,
    columns=["name", Computed("sort", kind_label, label=_("Kind of request"), needs=["kind"])],
    icon="route",
)
STEPS = Lines(
    "steps", "name", "link", "role", "superior", "person", "field", "mode", "share", "advisory", "from_above",
    "otherwise", "days",
)  # fmt: skip
CALLED = Computed("called", lambda step: gettext(step.name), label=_("Step"), needs=["name"])
"""Shipped steps are kept in the source language (approvals/drawing.py)."""
Pages(
    RouteEdition,
    clause=INTRODUCTION,
    columns=["route", "effective_from", "state", "reason", "in_force_by"],
    filters=["route", "state"],
    facts=[Group(_("Edition of a route"), "route", "effective_from", "reason", "in_force_by")],
    parts=[
        Parts(
            "steps", "position", CALLED, "link", "role", Column("superior", _("Level")), "person",
            Column("field", _("Field")), "mode", Column("share", _("Agree, %")), Column("advisory", _("Opinion")),
            Column("from_above", _("Above too")), Column("otherwise", _("Else")), Column("days", _("Days")),
        ),
        Parts("conditions", "step", "fact", "comparison", "value"),
    ],
    groups=[
        Group(_("Edition of a route"), "route", "effective_from", Wide("reason")),
        Group(_("Steps"), STEPS),
        Group(
            _("Conditions"), Lines("conditions", "step", "fact", "comparison", "value"),
            help=_("All conditions of a step must hold. A value in braces is a parameter: {discount.head}."),
        ),
    ],
    icon="route",
)  # fmt: skip
panel(Route, RowsPanel("editions", RouteEdition, _("Editions"), "route={record}"))
