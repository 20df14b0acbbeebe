"""What may be done to robots, which the administrator keeps, and to one's own calendar addresses."""

import hashlib
import secrets
from typing import Annotated

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from shangwu.foundation.access.predicates import anyone, holds, predicate
from shangwu.foundation.actions.door import Ask, Refusal, action, archive, create, edit
from shangwu.foundation.actions.inputs import Input, Kind, from_field
from shangwu.foundation.actions.registry import register
from shangwu.foundation.notices.models import Feed, Robot
from shangwu.foundation.notices.sealing import seal
from shangwu.foundation.outgoing.calling import validate_url
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records.actors import Actor

keeps_robots = holds(Role.ADMINISTRATOR)


ADDRESS = Ask(
    _("Webhook address"),
    _("The webhook address that the platform shows. Whoever knows it can write to the group."),
    secret=True,
)
SECRET = Ask(_("Signing secret"), _("Where the group is guarded by a signature."), secret=True)


def _equip_robot(robot: Robot, by: Actor) -> None:
    """Let a robot speak in a group (3.4.2); its address is not shown again. Refuses `url`."""
    _seal(robot, robot.address, robot.secret)


def _seal(robot: Robot, address: str, secret: str) -> None:
    try:
        validate_url(address.strip())
    except ValidationError as unfit:
        raise Refusal("url", unfit.messages[0], fields={"address": [*unfit.messages]}) from unfit
    robot.sealed_address, robot.sealed_secret = seal(address.strip()), seal(secret.strip())


register(
    Robot,
    "create",
    "3.4.2",
    label=_("New chat robot"),
    may=keeps_robots,
    body=_equip_robot,
    makes=True,
    icon="plus",
    persons_only=True,
    inputs=(
        *(from_field(Robot, one) for one in ("name", "platform", "department")),
        Input("address", Kind.TEXT, ADDRESS.label, help=ADDRESS.help, max_length=1000, secret=True),
        Input(
            "secret", Kind.TEXT, SECRET.label, help=SECRET.help, max_length=200, required=False, default="", secret=True
        ),
        from_field(Robot, "keyword"),
    ),
    description=(_equip_robot.__doc__ or "").strip(),
)
edit(Robot, clause="3.4.2", may=keeps_robots, fields=["name", "department", "keyword"], bulk=False)
archive(Robot, clause="3.4.2", may=keeps_robots)


@action(Robot, "readdress", clause="3.4.2", label=_("New address"), may=keeps_robots, icon="key", persons_only=True)
def readdress(
    robot: Robot,
    by: Actor,
    *,
    address: Annotated[str, ADDRESS],
    secret: Annotated[str, SECRET] = "",
) -> None:
    """Replace address and secret as a whole (3.4.2): what was there before is not shown. Refuses `url`."""
    _seal(robot, address, secret)


@action(Robot, "suspend", clause="3.4.2", label=_("Suspend"), may=keeps_robots, icon="player-pause")
def suspend(robot: Robot, by: Actor) -> None:
    """Say nothing more in this group (3.4.2). Refuses `suspended`."""
    if not robot.active:
        raise Refusal("suspended", _("This robot is suspended already. There is nothing left to do."))
    robot.active = False


@action(Robot, "resume", clause="3.4.2", label=_("Resume"), may=keeps_robots, icon="player-play")
def resume(robot: Robot, by: Actor) -> None:
    """Speak again from now on (3.4.2); what happened meanwhile is not told later."""
    robot.active = True


@action(Robot, "test", clause="3.4.2", label=_("Send a test"), may=keeps_robots, icon="send")
def test(robot: Robot, by: Actor) -> None:
    """Say one sentence in the group (3.4.2). Refuses `suspended`."""
    if not robot.active:
        raise Refusal("suspended", _("This robot is suspended. Resume it first."))


@predicate
def is_its_person(by: Actor, record: Feed | None) -> bool:
    """Whose calendar address it is."""
    return by.is_system or (by.person_id is not None and (record is None or record.person_id == by.person_id))


watches_over_it = is_its_person | holds(Role.ADMINISTRATOR, Role.SECRECY_OFFICER)


def digest_of(key: str) -> str:
    """What is kept of a key."""
    return hashlib.sha256(key.encode()).hexdigest()


def _equip(feed: Feed, by: Actor) -> None:
    """Make a calendar address, which is shown once (3.4.2)."""
    assert by.person_id is not None
    key = secrets.token_urlsafe(32)
    feed.person_id, feed.digest = by.person_id, digest_of(key)
    feed.disclosed = {"address": f"{settings.SITE_ADDRESS}/calendar/{key}.ics"}


create(
    Feed, clause="3.4.2", may=anyone, fields=["name"], label=_("New calendar address"), body=_equip, persons_only=True
)


@action(
    Feed, "revoke", clause="3.4.2", label=_("Revoke"), may=watches_over_it, icon="ban", bulk=True,
    danger=_("Calendars that read this address get nothing more. It can't be brought back."),
)  # fmt: skip
def revoke(feed: Feed, by: Actor) -> None:
    """Close an address for ever (3.4.2). Refuses `revoked`."""
    if feed.revoked_at is not None:
        raise Refusal("revoked", _("This address was revoked before. There is nothing left to do."))
    feed.revoked_at = feed.changed_at


archive(Feed, clause="3.4.2", may=watches_over_it)
