"""The numbers that the pool (2.5.1), surveys (2.5.2) and complaints (2.5.3) give to reports, scorecards, the board."""

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from shangwu.chapters.customers import (  # noqa: F401 -- they declare theirs
    contact_measures,
    follow_up_measures,
    opportunity_measures,
)
from shangwu.chapters.customers.complaint_access import counts_complaints
from shangwu.chapters.customers.models import Complaint, Customer, Survey
from shangwu.chapters.customers.survey_access import counts_surveys
from shangwu.foundation.measures.registry import Column, Dimension, FactSet, Measure, Term, Unit, declare, quotient
from shangwu.foundation.people.models import Person

COMPLAINTS = FactSet(
    name="customers.complaints",
    model=Complaint,
    # The first answer's duty says by when it was due: one deadline for lists, board and measure.
    source=(
        "customers_complaint r LEFT JOIN duties_duty d ON d.rule = '2.5.3.3' AND d.period = '00' "
        "AND d.subject_type = 'customers.complaint' AND d.subject_id = r.id"
    ),
    period="r.registered_on",
    where="r.state <> 'refused'",
    columns={
        "customer_id": Column("r.customer_id", "bigint"),
        "category": Column("r.category", "text"),
        "level": Column("r.level", "text"),
        "product_id": Column("r.article_id", "bigint"),
        "in_target": Column(
            "CASE WHEN r.target_at IS NULL THEN NULL WHEN r.accepted_at IS NOT NULL THEN r.accepted_at <= r.target_at "
            "WHEN r.target_at < now() THEN false END",
            "boolean",
        ),
        "is_repeat": Column("r.repeats_id IS NOT NULL", "boolean"),
        "on_time": Column(
            "CASE WHEN d.done_at IS NOT NULL THEN d.done_at <= d.due_at WHEN d.due_at < now() THEN false END",
            "boolean",
        ),
    },
    moments=("r.target_at", "d.due_at", "d.done_at"),
)

BASIS = _("Complaints that were accepted, by the day of their registration")
BY = ("complaint_category", "complaint_level", "complaint_product")

declare(
    COMPLAINTS,
    Dimension("complaint_category", _("Kind"), "category", choices=dict(Complaint.Category.choices)),
    Dimension("complaint_level", _("Severity"), "level", choices=dict(Complaint.Level.choices)),
    Dimension(
        "complaint_product", _("Product"), "product_id", model=Complaint._meta.get_field("article").related_model
    ),
    Measure(
        name="complaints.count",
        label=_("Number of complaints"),
        unit=Unit.COUNT,
        facts=COMPLAINTS.name,
        clause="2.5.3",
        basis=BASIS,
        definition=_("Number of complaints"),
        value=lambda complaints: complaints.count(),
        dimensions=BY,
        gate=counts_complaints,
    ),
    Measure(
        name="complaints.repeats",
        label=_("Repeated complaints"),
        unit=Unit.COUNT,
        facts=COMPLAINTS.name,
        clause="2.5.3",
        basis=BASIS,
        definition=_("Number of complaints that repeat an earlier one"),
        value=lambda complaints: complaints.is_repeat.sum(),
        dimensions=BY,
        gate=counts_complaints,
    ),
    Measure(
        name="complaints.taken_up_in_target",
        label=_("Complaints taken up within the target"),
        unit=Unit.RATIO,
        facts=COMPLAINTS.name,
        clause="2.5.3",
        basis=BASIS,
        definition=_("Share of complaints taken up within the target's working hours, of those taken up or beyond it"),
        value=lambda complaints: complaints.in_target.mean(),
        dimensions=BY,
        formula=quotient(
            Term("in_target", _("In time"), lambda complaints: complaints.in_target.sum()),
            Term("judged", _("Taken up or beyond the target"), lambda complaints: complaints.in_target.count()),
        ),
        gate=counts_complaints,
    ),
    Measure(
        name="complaints.reply_on_time",
        label=_("Complaints answered in time"),
        unit=Unit.RATIO,
        facts=COMPLAINTS.name,
        clause="2.5.3",
        basis=BASIS,
        definition=_("Share of first answers, sent with proof within the deadline, of those given or overdue"),
        value=lambda complaints: complaints.on_time.mean(),
        dimensions=BY,
        formula=quotient(
            Term("on_time", _("In time"), lambda complaints: complaints.on_time.sum()),
            Term("settled", _("Given or overdue"), lambda complaints: complaints.on_time.count()),
        ),
        parameters=("complaint.reply",),
        gate=counts_complaints,
    ),
)

POOL = FactSet(
    name="customers.pool",
    model=Customer,
    source="customers_customer r",
    period="r.released_on",
    where="r.released_on IS NOT NULL",
    columns={
        "former_id": Column("r.released_by_id", "bigint"),
        "waits": Column("r.owner_id IS NULL", "boolean"),
        "is_won": Column("r.won_at IS NOT NULL AND r.won_at > r.released_at", "boolean"),
    },
)

CAME = _("Customers that came to the pool, by the day on which they did so last")
CAME_FROM = ("former_owner",)

declare(
    POOL,
    Dimension("former_owner", _("Former owner"), "former_id", model=Person),
    Measure(
        name="pool.came",
        label=_("Came to the pool"),
        unit=Unit.COUNT,
        facts=POOL.name,
        clause="2.5.1",
        basis=CAME,
        definition=_("Number of customers that came to the pool"),
        value=lambda customers: customers.count(),
        dimensions=CAME_FROM,
    ),
    Measure(
        name="pool.waiting",
        label=_("Still in the pool"),
        unit=Unit.COUNT,
        facts=POOL.name,
        clause="2.5.1",
        basis=CAME,
        definition=_("Number of those that nobody has claimed since"),
        value=lambda customers: customers.waits.sum(),
        dimensions=CAME_FROM,
    ),
    Measure(
        name="pool.claimed",
        label=_("Claimed from the pool"),
        unit=Unit.COUNT,
        facts=POOL.name,
        clause="2.5.1",
        basis=CAME,
        definition=_("Number of those that somebody has again"),
        value=lambda customers: (~customers.waits).sum(),
        dimensions=CAME_FROM,
    ),
    Measure(
        name="pool.won",
        label=_("Won out of the pool"),
        unit=Unit.COUNT,
        facts=POOL.name,
        clause="2.5.1",
        basis=CAME,
        definition=_("Number of those that have ordered for the first time since"),
        value=lambda customers: customers.is_won.sum(),
        dimensions=CAME_FROM,
    ),
)

WON = FactSet(
    name="customers.won",
    model=Customer,
    source="customers_customer r",
    period=f"(r.won_at AT TIME ZONE '{settings.TIME_ZONE}')::date",
    where="r.won_at IS NOT NULL",
    columns={"region": Column("r.region", "text"), "grade": Column("r.grade", "text")},
)

declare(
    WON,
    Dimension("customer_owner", _("Customer of"), "owner_id", model=Person),
    Dimension("customer_region", _("Region"), "region"),
    Measure(
        name="customers.won",
        label=_("New customers"),
        unit=Unit.COUNT,
        facts=WON.name,
        clause="2.5.1",
        basis=_("Customers by the day of their first order, with whoever looks after them"),
        definition=_("Number of customers who ordered for the first time"),
        value=lambda customers: customers.count(),
        dimensions=("customer_owner", "customer_region"),
    ),
)

SURVEYS = FactSet(
    name="customers.surveys",
    model=Survey,
    source="customers_survey r",
    period="r.answered_on",
    where="r.state = 'answered'",
    columns={
        "customer_id": Column("r.customer_id", "bigint"),
        "occasion": Column("r.occasion", "text"),
        "content": Column("r.content", "smallint"),
        "is_content": Column("r.content >= 4", "boolean"),
        "recommends": Column(
            "CASE WHEN r.would_recommend >= 9 THEN 100 WHEN r.would_recommend <= 6 THEN -100 "
            "WHEN r.would_recommend IS NOT NULL THEN 0 END",
            "smallint",
        ),
    },
)
ANSWERS = _("Surveys that were answered, by the day of the answer")
ASKED = ("survey_occasion", "survey_owner")
CONTENT_ANSWERS = Term("answers", _("Answers from one to five"), lambda surveys: surveys.content.count())

declare(
    SURVEYS,
    Dimension("survey_occasion", _("Occasion"), "occasion", choices=dict(Survey.Occasion.choices)),
    Dimension("survey_owner", _("Customer of"), "owner_id", model=Person),
    Measure(
        name="satisfaction.answers",
        label=_("Answers to surveys"),
        unit=Unit.COUNT,
        facts=SURVEYS.name,
        clause="2.5.2",
        basis=ANSWERS,
        definition=_("Number of answered surveys"),
        value=lambda surveys: surveys.count(),
        dimensions=ASKED,
        gate=counts_surveys,
    ),
    Measure(
        name="satisfaction.content",
        label=_("Content customers (CSAT)"),
        unit=Unit.RATIO,
        facts=SURVEYS.name,
        clause="2.5.2",
        basis=ANSWERS,
        definition=_("Share of answers four and five, of one to five"),
        value=lambda surveys: surveys.is_content.mean(),
        dimensions=ASKED,
        formula=quotient(
            Term("content", _("Fours and fives"), lambda surveys: surveys.is_content.sum()), CONTENT_ANSWERS
        ),
        gate=counts_surveys,
    ),
    Measure(
        name="satisfaction.mean",
        label=_("Contentment, mean"),
        unit=Unit.QUANTITY,
        facts=SURVEYS.name,
        clause="2.5.2",
        basis=ANSWERS,
        definition=_("Mean of the answers from one to five"),
        value=lambda surveys: surveys.content.mean(),
        dimensions=ASKED,
        formula=quotient(
            Term("total", _("Sum of the answers"), lambda surveys: surveys.content.sum()), CONTENT_ANSWERS
        ),
        gate=counts_surveys,
    ),
    Measure(
        name="loyalty.recommend",
        label=_("Recommendation (NPS)"),
        unit=Unit.QUANTITY,
        facts=SURVEYS.name,
        clause="2.5.2",
        basis=ANSWERS,
        definition=_("Per cent of answers nine and ten less per cent of nought to six, of yearly answers"),
        value=lambda surveys: surveys.recommends.mean(),
        dimensions=ASKED,
        formula=quotient(
            Term(
                "balance",
                _("100 for each nine and ten, less 100 for each nought to six"),
                lambda surveys: surveys.recommends.sum(),
            ),
            Term("answers", _("Yearly answers"), lambda surveys: surveys.recommends.count()),
        ),
        gate=counts_surveys,
    ),
)
