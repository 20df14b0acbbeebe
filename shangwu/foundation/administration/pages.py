"""Pages of the foundation's own records: entities, departments, posts, persons, roles, delegations."""

from django.utils.translation import gettext_lazy as _

from shangwu.foundation.administration import (  # noqa: F401 -- declare pages of their own
    editions,
    log,
    number_pages,
    parameter,
    proposals,
    signatures,
    telling,
)
from shangwu.foundation.administration.approving import chain, lists, opinions, trial_page  # noqa: F401 -- declares the pages of approvals
from shangwu.foundation.administration.deputies import begun_delegation
from shangwu.foundation.administration.handover import HANDOVER
from shangwu.foundation.administration.sign_ins import SIGN_INS
from shangwu.foundation.calendars.models import Calendar, CalendarEdition
from shangwu.foundation.own_fields.models import OwnField
from shangwu.foundation.pages.kit import (
    Column,
    FormPage,
    Group,
    Hidden,
    Lines,
    Look,
    Pages,
    Parts,
    RowsPanel,
    Wide,
    panel,
)
from shangwu.foundation.people.models import Delegation, Department, Entity, Person, Post, RoleAssignment

Pages(
    Entity,
    clause="3.1.1",
    columns=["code", "name", "jurisdiction", "zone", "currency", "identity_number"],
    groups=[
        Group(_("Legal entity"), "code", "name", "short_name", "identity_number"),
        Group(_("Place"), "jurisdiction", "zone", "currency"),
    ],
)
Pages(
    Department,
    clause="3.1.1",
    columns=["code", "name", "parent"],
    groups=[Group(_("Department"), "code", "name", "parent")],
)
Pages(
    Post,
    clause="3.5.1",
    columns=["name", "department"],
    groups=[Group(_("Post"), "name", "department")],
)
Pages(
    Person,
    clause="3.1.1",
    columns=["name", "staff_number", "department", "post", "superior", "deputy", "state", Hidden("joined_on")],
    filters=["department", "post", "superior", "state"],
    groups=[
        Group(_("Person"), "name", "staff_number", "email", "mobile"),
        Group(
            _("Place"),
            "entity",
            "department",
            "post",
            "superior",
            "deputy",
            "joined_on",
            help=_(
                "Another department ends the roles for the present one; you are told which. “Record a move” says the "
                "day."
            ),
        ),
        Group(_("Confidentiality"), "clearance", "confidentiality_signed_on"),
    ],
)
Pages(
    RoleAssignment,
    clause="3.4.2",
    columns=["person", "role", "reaches", "starts_on", "ends_on"],
    filters=["person", "role", "reaches"],
    groups=[Group(_("Role"), "person", "role", "reaches", "starts_on", "ends_on")],
)
Pages(
    Delegation,
    clause="3.4.2",
    columns=["absent", "deputy", "starts_on", "ends_on", "only_for", "reason"],
    filters=["absent", "deputy"],
)
FormPage(
    "people.delegation.create",
    clause="3.4.2",
    groups=[Group(_("Delegation"), "absent", "deputy", "starts_on", "ends_on", "only_for", "reason")],
    begins=begun_delegation,
)
Pages(
    Calendar,
    clause="3.1.2",
    columns=["code", "name", "jurisdiction", "kept_by", "weekdays", "hours"],
    groups=[
        Group(_("Calendar"), "code", "name", "jurisdiction", "kept_by"),
        Group(_("Working time"), "weekdays", "hours"),
    ],
)
Pages(
    CalendarEdition,
    clause="3.1.2",
    columns=[Column("year", look=Look.TEXT), "calendar", "published_on", "is_provisional", "source"],
    filters=["calendar", "is_provisional"],
    parts=[Parts("days", "day", "is_working", "name", "kind")],
    groups=[
        Group(_("Calendar year"), "calendar", "year", "published_on", "is_provisional", "source"),
        Group(_("Special days"), Lines("days", "day", "is_working", "name", "kind")),
    ],
)
Pages(
    OwnField,
    clause="3.4.2",
    columns=["label", "record_type", "key", "kind", "heading", "place", "needed_from", "since", "until",
             "seen_by", "kept_by", Hidden("help"), Hidden("label_hans"), Hidden("label_en")],
    filters=["record_type", "kind"],
    parts=[Parts("options", "key", "label", "label_hans", "label_en")],
    empty=_("Fields of your own stand in the pages, files and API of a record type like any other."),
    groups=[
        Group(_("Field"), "record_type", "key", "kind", "label", "label_hans", "label_en", Wide("help")),
        Group(_("Options of a choice"), Lines("options", "key", "label", "label_hans", "label_en")),
        Group(_("Where it stands"), "heading", "place"),
        Group(_("When"), "needed_from", "since", "until"),
        Group(_("Who"), "seen_by", "kept_by"),
    ],
)  # fmt: skip
panel(Calendar, RowsPanel("years", CalendarEdition, _("Years"), "calendar={record}"))
panel(Person, RowsPanel("roles", RoleAssignment, _("Roles"), "person={record}"), HANDOVER, SIGN_INS)
panel(Department, RowsPanel("people", Person, _("People"), "department={record}"))
