"""Pages of chat robots, which the administrator keeps, and of everybody's own calendar addresses."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from shangwu.foundation.notices.models import Dispatch, Feed, Pace, Robot
from shangwu.foundation.pages.kit import DetailPage, FormPage, Group, ListPage, Pages, Panel, panel
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.models import Record

SHOWN = 20

Pages(
    Robot,
    clause="3.4.2",
    columns=["name", "platform", "department", "keyword", "active"],
    filters=["platform", "department", "active"],
    facts=["name", "platform", "department", "keyword", "active"],
    groups=[
        Group(_("Group"), "name", "platform", "department"),
        Group(_("How it is reached"), "address", "secret", "keyword"),
    ],
    empty=_("No robots yet. A robot tells a chat group what concerns its people, without secrets."),
    icon="messages",
)
ListPage(
    Feed,
    clause="3.4.2",
    columns=["name", "person", "created_at", "revoked_at"],
    filters=["person", "revoked_at"],
    title=_("My calendar addresses"),
    empty=_("No addresses yet. Your calendar program reads your duties and meetings at an address of its own."),
    icon="calendar",
    personal=True,
)
DetailPage(Feed, clause="3.4.2", facts=["name", "person", "created_at", "revoked_at"])
FormPage("notices.feed.create", groups=[Group(_("Calendar address"), "name")], clause="3.4.2")


def _course(actor: Actor, robot: Record | None) -> dict[str, Any]:
    """What the robot has said lately, how it went, and what it waits for. Never the words themselves."""
    sent = Dispatch.objects.filter(robot=robot.pk if robot else 0)
    return {
        "pace": Pace.objects.filter(robot=robot.pk if robot else 0).first(),
        "waiting": sent.filter(finished_at__isnull=True).count(),
        "sent": list(sent.filter(finished_at__isnull=False).order_by("-pk")[:SHOWN]),
    }


panel(Robot, Panel("course", _("Messages"), "administration/robot_course.html", _course, place="tab"))
