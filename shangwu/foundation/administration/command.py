"""What the command line asks of administration."""

from shangwu.foundation.actions.door import act
from shangwu.foundation.administration.calendar_years import seed_calendars
from shangwu.foundation.approvals.actions.routes import seed_routes
from shangwu.foundation.people.models import Entity
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records import actors, clock
from shangwu.foundation.records.actors import Source

HOME = {"code": "HQ", "name": "Headquarters", "short_name": "HQ", "jurisdiction": "TW"}
"""The legal entity that a fresh installation starts with; the administrator gives it its real name."""


def create_administrator(*, account: str, name: str, email: str, password: str) -> str:
    """Take on a person who administers, with an account; answers the person's public id. Raises Refusal."""
    by = actors.system(Source.COMMAND)
    entity = Entity.objects.order_by("pk").first() or act(by, "people.entity.create", None, HOME).record
    person = act(by, "people.person.join", None, {"name": name, "email": email, "entity": entity}).record
    today = clock.today(by.zone)
    seed_calendars(by, range(today.year - 1, today.year + 2))
    seed_routes(by)
    act(
        by,
        "people.roleassignment.create",
        None,
        {"person": person, "role": Role.ADMINISTRATOR, "starts_on": today},
    )
    act(by, "people.person.open_account", person, {"username": account, "password": password})
    return str(person.public_id)
