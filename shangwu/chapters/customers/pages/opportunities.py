"""Pages of clause 2.5.2: opportunities as a list and as a board, the tables of their stages and reasons."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from shangwu.chapters.customers.models import Customer, Opportunity, OutcomeReason, ProductRange, Stage
from shangwu.foundation.pages.kit import (
    Board,
    Column,
    Computed,
    DetailPage,
    Due,
    Filter,
    FormPage,
    Group,
    Hidden,
    ListPage,
    Look,
    Money,
    Pages,
    Period,
    Range,
    RowsPanel,
    Step,
    View,
    Wide,
    my_day,
    panel,
)

OPEN = (Opportunity.State.OPEN,)
WEIGHTED = Column("weighted", _("Weighted amount"), Look.MONEY, value=lambda one: one.weighted, currency="currency",
                  needs=("amount", "probability"), edit=False)  # fmt: skip


def step_to(stage: Stage) -> Step:
    """How an opportunity comes to a stage: it is moved there, or won, or lost, which ask why."""
    match stage.kind:
        case Stage.Kind.WON:
            return Step("win")
        case Stage.Kind.LOST:
            return Step("lose")
    return Step("move", {"stage": str(stage.public_id)})


def learnt(stage: Any) -> str:
    """Won and closed ones that the own history knows of a stage."""
    return f"{stage.learnt['won']} / {stage.learnt['closed']}" if stage.learnt.get("closed") else ""


ListPage(
    Opportunity,
    clause="2.5.2",
    columns=[
        "name", "customer", "stage", Money("amount"), "probability", Due("expected_on", open_while=OPEN), "owner",
        "next_step", Due("next_on", open_while=OPEN), Hidden("number"), Hidden("state"), Hidden(WEIGHTED),
        Hidden("stage_since"), Hidden("department"), Hidden("product_range"), Hidden("further_ranges"),
        Hidden("products"), Hidden("source"), Hidden("competitor"), Hidden("closed_on"), Hidden("outcome_reason"),
        Hidden("outcome_words"), Hidden("order_reference"), Hidden("created_at"),
    ],
    filters=[
        "state", "stage", "customer", "owner", "department", Period("expected_on"), Period("next_on"), Range("amount"),
        Range("probability"), Period("closed_on"), Period("stage_since"), "outcome_reason", "source", "competitor",
        Filter("product_range", also="further_ranges"), "products", Period("created_at"),
    ],
    sorts=["expected_on"],
    board=Board("stage", step_to),
    views=[
        View("mine", _("Mine"), "owner=me&state=open"),
        View("board", pgettext_lazy("opportunity", "Board"), "state=open&group=stage&look=board"),
        View("open", _("Open"), "state=open"),
        View("overdue", _("Next step overdue"), "state=open&next_on=past"),
        View("won", pgettext_lazy("opportunity", "Won"), "state=won"),
        View("lost", pgettext_lazy("opportunity", "Lost"), "state=lost"),
    ],
    compact=("name", "amount"),
    empty=_("No opportunities yet. Enter what a customer may buy, and when."),
    icon="target-arrow",
    order=15,
)  # fmt: skip
DetailPage(
    Opportunity,
    clause="2.5.2",
    title=["name"],
    meta=["owner", "department", "customer"],
    facts=[
        "customer", "stage", "stage_since", "amount", "currency", "probability", WEIGHTED,
        Due("expected_on", open_while=OPEN), "product_range", "further_ranges", "products", "source",
        "competitor",
        Group(_("Next step"), Wide("next_step"), Due("next_on", open_while=OPEN)),
        Group(_("Outcome"), "closed_on", "outcome_reason", Wide("outcome_words"), "order_reference"),
    ],
)  # fmt: skip
FormPage(
    "customers.opportunity.create",
    clause="2.5.2",
    groups=[
        Group(
            _("Opportunity"), Wide("customer", 3), Wide("name", 3), "amount", "currency", "expected_on", "stage",
            "source", Wide("competitor", 2), "product_range", "further_ranges", Wide("products", 4),
            clause="2.5.2",
        ),
        Group(_("Next step"), Wide("next_step", 4), "next_on"),
    ],
)  # fmt: skip
Pages(
    Stage,
    clause="2.5.2",
    columns=[
        "position", "name", "kind", "share", Computed("won_of_closed", learnt, label=_("Won of closed ones")),
        "learnt_on", Hidden("name_hans"), Hidden("name_en"),
    ],
    filters=["kind"],
    title=["name"],
    empty=_("There are no stages. Enter how far opportunities come, one after the other."),
    icon="list-check",
    order=80,
    groups=[
        Group(_("Stage"), "kind", "position", "share", clause="2.5.2"),
        Group(_("Name"), "name", "name_hans", "name_en"),
    ],
)  # fmt: skip
Pages(
    OutcomeReason,
    clause="2.5.2",
    columns=["kind", "position", "name", Hidden("name_hans"), Hidden("name_en")],
    filters=["kind"],
    title=["name"],
    empty=_("There are no reasons. Enter why opportunities are won and lost."),
    icon="tags",
    order=81,
    groups=[
        Group(_("Reason"), "kind", "position", clause="2.5.2"),
        Group(_("Name"), "name", "name_hans", "name_en"),
    ],
)  # fmt: skip
Pages(
    ProductRange,
    clause="2.5.2",
    columns=["position", "name", Hidden("name_hans"), Hidden("name_en")],
    title=["name"],
    empty=_("There are no product ranges. Enter what you sell, as the forecast should tell it apart."),
    icon="tags",
    order=82,
    groups=[Group(_("Name"), "position", "name", "name_hans", "name_en", clause="2.5.2")],
)
panel(
    Customer,
    RowsPanel(
        "opportunities", Opportunity, _("Opportunities"), "customer={record}", order=15, clause="2.5.2",
        columns=("name", "stage", "amount", "probability", "expected_on", "owner", "next_step", "next_on"),
    ),
)  # fmt: skip
my_day(
    RowsPanel(
        "opportunity_steps", Opportunity, _("Next steps overdue"), "owner=me&state=open&next_on=past",
        columns=("name", "next_step", "next_on"), sort="expected_on", place="side", order=31, clause="2.5.2",
    )
)  # fmt: skip
