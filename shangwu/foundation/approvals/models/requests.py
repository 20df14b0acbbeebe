"""Requests: what is asked, which steps it takes, and one ticket for each person who is asked."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from shangwu.foundation.approvals.models import guards
from shangwu.foundation.approvals.models.routes import RouteEdition, StepShape
from shangwu.foundation.money.fields import AmountField, CurrencyField
from shangwu.foundation.records.fields import PersonsField, StateField
from shangwu.foundation.records.models import Part, Record


class Request(Record):
    """Someone asks for a decision about a record. Its owner is the requester.

    title: what the subject is called; a record may be called by a person.
    subject_type, subject_id, subject_version: the record as it was when the request was opened. facts: what the route
    asked of it then. edition: null when the route that the program ships was taken.
    concerned: persons who may never decide it. waiting: who is asked now. consulted: whose opinion is asked without a
    vote. above: roles that may decide now without being asked. involved: everyone who has been asked, copied or
    consulted; they see the request.
    stage: of the steps that are open; 0 when none is. round: goes up with each way back.
    due_at: the earliest deadline now running. stir_at: when the house looks at it next, to remind.
    """

    class State(models.TextChoices):
        RUNNING = "running", _("Running")
        APPROVED = "approved", _("Approved")
        REJECTED = "rejected", _("Rejected")
        RETURNED = "returned", _("Returned")
        WITHDRAWN = "withdrawn", _("Withdrawn")
        VOID = "void", _("Void")

    named_by = ("title",)
    classes: ClassVar[dict[str, str]] = {"title": "personal"}
    parts = ("steps", "tickets")

    state = StateField(State)
    kind = models.CharField(_("Kind of request"), max_length=80, db_collation="C", editable=False)
    title = models.CharField(_("What it is about"), max_length=200, editable=False)
    subject_type = models.CharField(_("Record type"), max_length=80, db_collation="C", editable=False)
    subject_id = models.UUIDField(_("Record"), editable=False)
    subject_version = models.PositiveIntegerField(_("Version of the record"), editable=False)
    requester = models.ForeignKey(
        "people.Person", models.PROTECT, null=True, related_name="+", db_index=False, editable=False,
        verbose_name=_("Requested by"),
    )  # fmt: skip
    amount = AmountField(_("Amount"), null=True, editable=False)
    currency = CurrencyField(blank=True, editable=False)
    facts = models.JSONField(_("Facts"), default=dict, editable=False)
    edition = models.ForeignKey(
        RouteEdition, models.PROTECT, null=True, related_name="+", db_index=False, editable=False,
        verbose_name=_("Edition of the route"),
    )  # fmt: skip
    stage = models.PositiveSmallIntegerField(_("Stage"), default=0, editable=False)
    round = models.PositiveSmallIntegerField(_("Round"), default=1, editable=False)
    concerned = PersonsField(verbose_name=_("Concerned"), editable=False)
    waiting = PersonsField(verbose_name=_("Waiting for"), editable=False)
    above = ArrayField(
        models.CharField(max_length=8), default=list, editable=False, verbose_name=_("May also be decided by")
    )
    involved = PersonsField(verbose_name=_("Involved"), editable=False)
    due_at = models.DateTimeField(_("Due"), null=True, editable=False)
    stir_at = models.DateTimeField(null=True, editable=False)
    closed_at = models.DateTimeField(_("Closed at"), null=True, editable=False)
    consulted = PersonsField(verbose_name=_("Consulted"), editable=False)
    reminded_at = models.DateTimeField(_("Reminded at"), null=True, editable=False)
    void_asked_at = models.DateTimeField(_("Asked to be voided at"), null=True, editable=False)

    class Meta(Record.Meta):
        verbose_name = _("approval request")
        verbose_name_plural = _("approval requests")
        indexes = [
            GinIndex(fields=["waiting"], name="request_waiting"),
            GinIndex(fields=["involved"], name="request_involved"),
            models.Index(fields=["subject_id", "-id"], name="request_subject"),
            models.Index(fields=["stir_at"], condition=Q(state="running"), name="request_stir"),
            models.Index(fields=["due_at", "id"], name="request_due"),
            models.Index(fields=["owner", "-id"], name="request_owner_new"),
            models.Index(fields=["department", "-id"], name="request_department_new"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "subject_id"],
                condition=Q(state="running"),
                name="request_once",
                violation_error_message=_("A request about this record is running already. Wait, or withdraw it."),
            ),
            models.CheckConstraint(
                condition=~Q(waiting__overlap=F("concerned")),
                name="request_not_own",
                violation_error_code="own",
                violation_error_message=_("Nobody approves their own. Name another approver."),
            ),
            models.CheckConstraint(
                condition=Q(state="running") & ~Q(waiting=[]) | ~Q(state="running") & Q(waiting=[]),
                name="request_waits_for_someone",
                violation_error_message=_("A running request waits for someone, and a closed one for nobody."),
            ),
        ]
        triggers = guards.ON_REQUESTS

    def __str__(self) -> str:
        return self.title


class Step(StepShape):
    """A step of a request, taken over from the route. when: its conditions, with the parameters' values of that day."""

    class State(models.TextChoices):
        AHEAD = "ahead", _("to come")
        OPEN = "open", _("open")
        PASSED = "passed", _("passed")
        SKIPPED = "skipped", _("does not apply")

    parent = "request"

    request = models.ForeignKey(Request, models.CASCADE, related_name="steps", verbose_name=_("Approval request"))
    stage = models.PositiveSmallIntegerField(_("Stage"))
    state = models.CharField(_("State"), max_length=8, choices=State.choices, default=State.AHEAD)
    when = models.JSONField(_("Applies when"), default=list)

    class Meta(StepShape.Meta):
        verbose_name = _("step")
        verbose_name_plural = _("steps")
        constraints = [models.UniqueConstraint(fields=["request", "position"], name="request_step_once")]

    def __str__(self) -> str:
        return self.name


class Ticket(Part):
    """One person is asked once. What has been decided never changes.

    step: position of the step it belongs to; 0 for what belongs to none. after: position of the ticket that comes
    first. advisory: as its step is. votes: False for who is only consulted, or remarks something. decided_by,
    acting_for: who decided, and for
    whom: `acting_for` is the absent `person` when a deputy did. came_from: who passed it on, or added this person.
    """

    class State(models.TextChoices):
        LATER = "later", _("not yet asked")
        WAITING = "waiting", _("asked")
        APPROVED = "approved", _("approved")
        CONDITION = "condition", _("approved on condition")
        OBJECTED = "objected", _("objected")
        REJECTED = "rejected", _("rejected")
        RETURNED = "returned", _("returned")
        PASSED_ON = "passed_on", _("passed on")
        ANSWERED = "answered", _("answered")
        DROPPED = "dropped", _("no longer asked")

    class Came(models.TextChoices):
        ROUTE = "route", _("by the route")
        SUPERIOR = "superior", _("as the superior, since nobody else may")
        ABOVE = "above", _("decided from above")
        MERGED = "merged", _("had just approved the step before")
        PASSED_ON = "passed_on", _("passed on")
        BEFORE = "before", _("added before")
        AFTER = "after", _("added after")
        BESIDE = "beside", _("added beside")
        LEAVER = "leaver", _("in place of one who left")
        CONSULTED = "consulted", _("consulted")
        REMARK = "remark", _("remark")

    parent = "request"

    request = models.ForeignKey(Request, models.CASCADE, related_name="tickets", verbose_name=_("Approval request"))
    step = models.PositiveSmallIntegerField(_("Step"), default=0)
    round = models.PositiveSmallIntegerField(_("Round"), default=1)
    person = models.ForeignKey(
        "people.Person", models.PROTECT, related_name="+", db_index=False, verbose_name=_("Person")
    )
    requester = models.ForeignKey(
        "people.Person", models.PROTECT, null=True, related_name="+", db_index=False, editable=False,
        verbose_name=_("Requested by"),
    )  # fmt: skip
    state = models.CharField(_("Decision"), max_length=10, choices=State.choices, default=State.WAITING)
    came = models.CharField(_("Asked"), max_length=10, choices=Came.choices, default=Came.ROUTE)
    came_from = models.ForeignKey(
        "people.Person", models.PROTECT, null=True, related_name="+", db_index=False, verbose_name=_("Through")
    )
    after = models.PositiveSmallIntegerField(null=True)
    votes = models.BooleanField(_("Decides"), default=True)
    advisory = models.BooleanField(_("Opinion only"), default=False)
    opinion = models.CharField(_("Opinion"), max_length=1000, blank=True)
    asked_at = models.DateTimeField(_("Asked at"), null=True)
    due_at = models.DateTimeField(_("Due"), null=True)
    decided_at = models.DateTimeField(_("Decided at"), null=True)
    decided_by = models.ForeignKey(
        "people.Person", models.PROTECT, null=True, related_name="+", db_index=False, verbose_name=_("Decided by")
    )
    acting_for = models.ForeignKey(
        "people.Person", models.PROTECT, null=True, related_name="+", db_index=False, verbose_name=_("In place of")
    )
    reminded_at = models.DateTimeField(_("Reminded at"), null=True)
    climbed_at = models.DateTimeField(_("Superior told at"), null=True)

    class Meta(Part.Meta):
        verbose_name = _("ticket")
        verbose_name_plural = _("tickets")
        constraints = [
            models.UniqueConstraint(fields=["request", "position"], name="ticket_once"),
            models.CheckConstraint(
                condition=Q(votes=False)
                | ~Q(person=F("requester"))
                & (Q(decided_by__isnull=True) | ~Q(decided_by=F("requester")))
                & (Q(acting_for__isnull=True) | ~Q(acting_for=F("requester"))),
                name="ticket_not_own",
                violation_error_code="own",
                violation_error_message=_("Nobody approves their own. Name another approver."),
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | Q(decided_by=F("person")) | Q(acting_for=F("person")),
                name="ticket_decided_in_a_name",
                violation_error_message=_("A decision is taken by the person asked, or in that person's place."),
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["approved", "condition", "objected", "rejected", "returned", "answered"])
                | Q(decided_by__isnull=False, decided_at__isnull=False),
                name="ticket_decided_by_someone",
                violation_error_message=_("A decision has an author and a time."),
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["condition", "objected", "rejected", "returned", "answered"]) | ~Q(opinion=""),
                name="ticket_says_why",
                violation_error_message=_("Say why."),
            ),
        ]
        triggers = guards.ON_TICKETS

    def __str__(self) -> str:
        return str(self.get_state_display())
