"""Routes: by which steps a kind of request goes, from a day on. Each change is an edition; none is ever rewritten."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from shangwu.foundation.approvals.conditions import Comparison
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records.fields import StateField
from shangwu.foundation.records.models import Part, Record


class Link(models.TextChoices):
    """How a step stands to the one before it."""

    THEN = "then", _("after it")
    BESIDE = "beside", _("at the same time")
    JOINED = "joined", _("further approvers of the same step")


class Mode(models.TextChoices):
    """How many of a step's approvers must agree (依次, 會簽, 或簽)."""

    ANY = "any", _("one of them")
    ALL = "all", _("all of them")
    SEQUENTIAL = "sequential", _("one after the other")


class StepShape(Part):
    """What a step is, in a route and in a request that takes it.

    role: its holders for the subject's department. superior: the requester's superior at this level. person: by name.
    field: whoever stands in this field of the subject. share: per cent of the approvers who must agree, for `all`.
    advisory: an opinion is asked; an objection is noted and decides nothing by itself. from_above: the head and the
    executives above the role may decide it too. otherwise: it applies when no other step of its stage does.
    days: working days until the house reminds; null for the parameter `approve.node`.
    """

    name = models.CharField(_("Step"), max_length=60)
    link = models.CharField(_("Comes"), max_length=8, choices=Link.choices, default=Link.THEN)
    role = models.CharField(_("Role"), max_length=8, choices=Role.choices, blank=True)
    superior = models.PositiveSmallIntegerField(
        _("Superior, level"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(9)]
    )
    person = models.ForeignKey(
        "people.Person", models.PROTECT, null=True, blank=True, related_name="+", db_index=False,
        verbose_name=_("Person"),
    )  # fmt: skip
    field = models.CharField(_("Person in the field"), max_length=40, blank=True)
    mode = models.CharField(_("Decided by"), max_length=10, choices=Mode.choices, default=Mode.ANY)
    share = models.PositiveSmallIntegerField(
        _("Share that must agree, per cent"), default=100, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    advisory = models.BooleanField(_("Opinion only"), default=False)
    from_above = models.BooleanField(_("Those above may decide too"), default=False)
    otherwise = models.BooleanField(_("Only when nothing else applies"), default=False)
    days = models.PositiveSmallIntegerField(
        _("Working days"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(60)]
    )

    class Meta(Part.Meta):
        abstract = True


class Route(Record):
    """The route of one kind of request."""

    natural_keys = ("kind",)

    kind = models.CharField(_("Kind of request"), max_length=80, unique=True, db_collation="C")
    name = models.CharField(_("Name"), max_length=80)

    class Meta(Record.Meta):
        verbose_name = _("approval route")
        verbose_name_plural = _("approval routes")

    def __str__(self) -> str:
        return self.name


class RouteEdition(Record):
    """A route from a day on, until the next edition. Drawn up by one, put in force by another; then never changed."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        IN_FORCE = "in_force", _("In force")

    parts = ("steps", "conditions")

    state = StateField(State, facts=["in_force"])
    route = models.ForeignKey(Route, models.PROTECT, related_name="editions", verbose_name=_("Approval route"))
    effective_from = models.DateField(_("In force from"))
    reason = models.CharField(_("Why it changes"), max_length=300)

    class Meta(Record.Meta):
        verbose_name = _("edition of a route")
        verbose_name_plural = _("editions of routes")
        constraints = [
            # An edition ends where the next begins, so that two of them overlap only by beginning on one day.
            models.UniqueConstraint(
                fields=["route", "effective_from"],
                condition=Q(state="in_force"),
                name="route_editions_apart",
                violation_error_message=_("Another edition of this route begins on that day. Choose another day."),
            ),
            models.CheckConstraint(
                condition=Q(in_force_by__isnull=True) | ~Q(in_force_by=F("created_by")),
                name="route_edition_by_two",
                violation_error_code="own",
                violation_error_message=_("Nobody puts their own edition in force. Ask a colleague to do it."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.effective_from}"


class RouteStep(StepShape):
    """A step of an edition, in order of position."""

    parent = "edition"

    edition = models.ForeignKey(
        RouteEdition, models.CASCADE, related_name="steps", verbose_name=_("Edition of a route")
    )

    class Meta(StepShape.Meta):
        verbose_name = _("step")
        verbose_name_plural = _("steps")
        constraints = [
            models.CheckConstraint(
                condition=Q(share__gte=1) & Q(share__lte=100),
                name="route_step_share_in_bounds",
                violation_error_message=_("A share lies between 1 and 100 per cent. Correct it."),
            )
        ]

    def __str__(self) -> str:
        return self.name


class RouteCondition(Part):
    """When a step applies: all its conditions must hold. A value in braces names a parameter: `{discount.head}`."""

    parent = "edition"

    edition = models.ForeignKey(
        RouteEdition, models.CASCADE, related_name="conditions", verbose_name=_("Edition of a route")
    )
    step = models.PositiveSmallIntegerField(_("Of step"), validators=[MinValueValidator(1)])
    fact = models.CharField(_("Fact"), max_length=40)
    comparison = models.CharField(_("Comparison"), max_length=10, choices=Comparison.choices)
    value = models.CharField(_("Value or {parameter}"), max_length=120)

    class Meta(Part.Meta):
        verbose_name = _("condition")
        verbose_name_plural = _("conditions")

    def __str__(self) -> str:
        return f"{self.fact} {self.comparison} {self.value}"
