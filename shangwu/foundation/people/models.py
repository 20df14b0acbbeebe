"""Who works here, where, as what, and who stands in for whom."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from shangwu.foundation.people.roles import SEPARATE, Role
from shangwu.foundation.records import gate
from shangwu.foundation.records.fields import never_at_once, searchable
from shangwu.foundation.records.models import Record, search_index
from shangwu.foundation.records.refusals import Sentence
from shangwu.foundation.text.jurisdictions import Jurisdiction


class Entity(Record):
    """A legal entity of the company; time zone, currency, calendar and number series follow from it."""

    named_by = ("short_name",)

    code = models.CharField(_("Code"), max_length=10, unique=True, db_collation="C")
    name = models.CharField(_("Name"), max_length=120)
    short_name = models.CharField(_("Short name"), max_length=30)
    jurisdiction = models.CharField(_("Jurisdiction"), max_length=2, choices=Jurisdiction.choices)
    zone = models.CharField(_("Time zone"), max_length=40, default="Asia/Taipei")
    currency = models.CharField(_("Currency"), max_length=3, default="TWD")
    identity_number = models.CharField(_("Registration number"), max_length=20, blank=True)

    class Meta(Record.Meta):
        verbose_name = _("legal entity")
        verbose_name_plural = _("legal entities")

    def __str__(self) -> str:
        return self.short_name


class Department(Record):
    """A department in the tree. `path` holds the codes from the root, for one-step subtree questions."""

    named_by = ("name",)

    code = models.CharField(_("Code"), max_length=20, unique=True, db_collation="C")
    name = models.CharField(_("Name"), max_length=60)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("Belongs to")
    )

    class Meta(Record.Meta):
        verbose_name = _("department")
        verbose_name_plural = _("departments")
        constraints = [
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | ~Q(parent=F("id")),
                name="department_not_its_own_parent",
                violation_error_message=_("A department can't belong to itself. Choose another one."),
            )
        ]

    def __str__(self) -> str:
        return self.name


class Post(Record):
    """A post in a department; a person holds one, and each post names its deputy seat (B角)."""

    named_by = ("name",)

    name = models.CharField(_("Post"), max_length=60)

    class Meta(Record.Meta):
        verbose_name = _("post")
        verbose_name_plural = _("posts")

    def __str__(self) -> str:
        return self.name


class Person(Record):
    """An employee. Rights come from role assignments, never from the post's name."""

    named_by = ("name",)
    classes: ClassVar[dict[str, str]] = {"mobile": "personal", "email": "personal"}

    class State(models.TextChoices):
        ACTIVE = "active", _("At work")
        LEFT = "left", _("Left")

    name = models.CharField(pgettext_lazy("person", "Name"), max_length=60)
    sort_key = models.CharField(_("Sort key"), max_length=120, blank=True, editable=False, db_collation="C")
    staff_number = models.CharField(_("Staff number"), max_length=20, unique=True, null=True, db_collation="C")
    post = models.ForeignKey(
        Post, models.PROTECT, null=True, blank=True, related_name="holders", verbose_name=_("Post")
    )
    superior = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="reports", verbose_name=_("Superior")
    )
    deputy = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="deputises_for", verbose_name=_("Deputy")
    )
    email = models.EmailField(_("Email"), blank=True)
    mobile = models.CharField(_("Mobile"), max_length=20, blank=True)
    state = models.CharField(_("State"), max_length=10, choices=State.choices, default=State.ACTIVE, editable=False)
    joined_on = models.DateField(_("Joined on"), null=True, blank=True)
    moved_on = models.DateField(_("Moved on"), null=True, blank=True, editable=False)
    left_on = models.DateField(_("Left on"), null=True, blank=True, editable=False)
    clearance = models.PositiveSmallIntegerField(_("Clearance"), default=1)
    confidentiality_signed_on = models.DateField(_("Confidentiality agreement signed on"), null=True, blank=True)

    search_text, search_bigrams = searchable("name", "staff_number")

    class Meta(Record.Meta):
        verbose_name = _("person")
        verbose_name_plural = _("persons")
        indexes = [search_index("person_search")]
        constraints = [
            models.CheckConstraint(
                condition=Q(superior__isnull=True) | ~Q(superior=F("id")),
                name="person_not_own_superior",
                violation_error_message=_("Nobody is their own superior. Choose another person."),
            ),
            models.CheckConstraint(
                condition=Q(deputy__isnull=True) | ~Q(deputy=F("id")),
                name="person_not_own_deputy",
                violation_error_message=_("Nobody is their own deputy. Choose another person."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class RoleAssignment(Record):
    """A role held by a person from a day to a day, for a department's subtree or the whole company."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="assignments", verbose_name=_("Person"))
    role = models.CharField(_("Role"), max_length=8, choices=Role.choices)
    reaches = models.ForeignKey(
        Department, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("For department")
    )
    starts_on = models.DateField(_("From"))
    ends_on = models.DateField(_("Until"), null=True, blank=True)

    class Meta(Record.Meta):
        verbose_name = _("role assignment")
        verbose_name_plural = _("role assignments")
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="assignment_ends_after_start",
                violation_error_message=_("The last day lies before the first. Correct one of them."),
            ),
            never_at_once(
                "person",
                starts="starts_on",
                ends="ends_on",
                condition=Q(role__in=sorted(SEPARATE), archived_at__isnull=True),
                name="three_officers_are_three_people",
                say=_("System administrator, secrecy officer and auditor are three people. End the other role first."),
            ),
        ]

    def __str__(self) -> str:
        # Who sees the assignment sees whose it is: the directory is open.
        with gate.free_reading():
            return f"{self.person} {self.get_role_display()}"


decided: dict[str, Sentence] = {}
"""Kinds of requests that a deputy may decide, with their names: `approvals` fills it as chapters declare them."""


def delegable() -> list[tuple[str, Sentence]]:
    """The choices of what a deputy is named for."""
    return sorted(decided.items())


class Delegation(Record):
    """An absent person's work in another's hands, for a period (DOMAIN §2.1). Never passed on.

    only_for: the kind of requests that the deputy decides; empty for the whole work, roles and records included.
    """

    absent = models.ForeignKey(Person, models.PROTECT, related_name="delegations", verbose_name=_("Absent person"))
    deputy = models.ForeignKey(Person, models.PROTECT, related_name="delegated", verbose_name=_("Stands in"))
    starts_on = models.DateField(_("From"))
    ends_on = models.DateField(_("Until"))
    only_for = models.CharField(
        _("Only to decide"), max_length=80, blank=True, db_collation="C", choices=delegable,
        help_text=_("Empty: the whole work of the absent person."),
    )  # fmt: skip
    reason = models.CharField(_("Reason"), max_length=200, blank=True)

    class Meta(Record.Meta):
        verbose_name = _("delegation")
        verbose_name_plural = _("delegations")
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="delegation_ends_after_start",
                violation_error_message=_("The last day lies before the first. Correct one of them."),
            ),
            models.CheckConstraint(
                condition=~Q(absent=F("deputy")),
                name="delegation_to_another",
                violation_error_message=_("Nobody stands in for themselves. Choose another person."),
            ),
        ]


class AccountManager(BaseUserManager["Account"]):
    """Makes sign-ins. Records are made by actions; an account is comfort around a person."""

    def create_user(self, username: str, password: str | None = None, **values: Any) -> "Account":
        """A new account with a hashed password."""
        account = self.model(username=username, **values)
        account.set_password(password)
        account.save(using=self._db)
        return account

    def get_by_natural_key(self, username: str | None) -> "Account":
        return self.get(username=username)


class Account(AbstractBaseUser):
    """A sign-in, one to one with a person. Rights hang on the person's roles, so there are no superusers."""

    username = models.CharField(_("User name"), max_length=60, unique=True, db_collation="C")
    email = models.EmailField(_("Email"), blank=True)
    person = models.OneToOneField(Person, models.PROTECT, related_name="account", null=True, verbose_name=_("Person"))
    is_active = models.BooleanField(_("May sign in"), default=True)
    must_change_password = models.BooleanField(_("Password given by another"), default=False, db_default=False)
    is_demo = models.BooleanField(_("Demo sign-in"), default=False)
    language = models.CharField(_("Language"), max_length=10, blank=True)
    preferences = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"

    objects = AccountManager()

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")

    @property
    def is_staff(self) -> bool:
        """There is no second door for staff."""
        return False
