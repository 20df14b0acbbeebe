"""Every page of the house, and before whom each stands: from the resolver and the registries, so that none escapes."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.conf import settings
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import NoReverseMatch, reverse

from shangwu.foundation.access.actors import actor_of
from shangwu.foundation.actions.registry import actions
from shangwu.foundation.pages import registry
from shangwu.foundation.pages.registry import Route
from shangwu.foundation.people.models import Account, Person
from shangwu.foundation.people.roles import SEPARATE, Role
from shangwu.foundation.records import clock, gate
from tests.authorisation.addresses import all_routes, ungated
from tests.authorisation.relations import World
from tests.builders import HOUSE, unique
from tests.face.told import LETTERS, PERSONS

FIRST_ASKED = ("head", "sales", "adm", "aud")
"""Whose page it is, is asked in this order; the last of all is `whoever`, who holds every role."""
WHOEVER = "whoever"

DRAWN_ALIKE = 5
"""Of a family of pages that one template draws for all records (prints, exports, dialogs of verbs, the forms of what is
there already) every fifth is asked for, unless all are wanted; lists, records, forms and pages of their own always."""
OF_THEIR_OWN = frozenset({"list", "detail", "create"})

BY_HAND = (
    ("head", "/sales/orders/?group=state"), ("head", "/board/?by=person"), ("head", "/board/?by=department"),
    ("head", "/sales/orders/?q=zzzz"), ("sales", "/nowhere/"), ("sales", "/act/people.entity.create/"),
)  # fmt: skip
"""Pages in another guise: lanes, what finds nothing, errors."""


@dataclass
class Found:
    """pages: (name, address, who). closed: what nobody could open of verbs and pages of their own."""

    pages: list[tuple[str, str, str]] = field(default_factory=list)
    closed: dict[str, int] = field(default_factory=dict)


class Visitors:
    """Some of the demo's sign-ins, and one who holds every role and owns a row of each record type."""

    def __init__(self) -> None:
        self.world = World()
        for role in [one for one in Role if one not in SEPARATE] + [Role.ADMINISTRATOR]:
            given = {"person": self.world.me, "role": role, "starts_on": clock.now().date()}
            _through_the_door("people.roleassignment.create", given)
        accounts = Account.objects.filter(is_demo=True, username__in=FIRST_ASKED).select_related("person")
        found = {one.username: one for one in accounts}
        self.accounts = {name: found[name] for name in FIRST_ASKED}
        self.accounts[WHOEVER] = Account.objects.create_user(
            username=unique("u"), person=self.world.me, language="zh-hant"
        )
        self.clients = {name: _signed_in(one) for name, one in self.accounts.items()}

    @cached_property
    def actors(self) -> dict[str, Any]:
        """Sign-in to the one who acts."""
        return {name: actor_of(Person.objects.get(pk=one.person_id)) for name, one in self.accounts.items()}

    def told(self, route: str) -> Iterator[tuple[str, Client, str]]:
        """(who, their browser, address) of a route whose address no registry tells."""
        if route in LETTERS:
            yield "", Client(SERVER_NAME="localhost"), LETTERS[route]()
        if route in PERSONS:
            yield "head", self.clients["head"], PERSONS[route](self.accounts["head"].person)

    def sessions(self) -> dict[str, str]:
        """Sign-in to the value of its session cookie."""
        return {name: str(client.cookies[settings.SESSION_COOKIE_NAME].value) for name, client in self.clients.items()}


def _through_the_door(verb: str, given: dict[str, Any]) -> None:
    from shangwu.foundation.actions.door import act

    act(HOUSE, verb, None, given)


def _signed_in(account: Account) -> Client:
    """A browser that has said its password a moment ago, so that it is not asked again."""
    client = Client(SERVER_NAME="localhost")
    client.force_login(account, backend=settings.AUTHENTICATION_BACKENDS[0])
    session = client.session
    said = {"method": "password", "at": clock.now().timestamp(), "username": account.username}
    session["account_authentication_methods"] = [said]
    session.save()
    return client


def all_places(visitors: Visitors, *, full_count: bool) -> Found:
    """Ask each address that answers GET; parts of pages, files and ways on are no pages of their own."""
    found = Found()
    families: Counter[str] = Counter()
    for name in ungated()["open"]:
        _library_page(name, visitors, found)
    found.pages += [(address, address, who) for who, address in BY_HAND]
    # What is edited and made has its own page; the action's address draws the same form.
    routes = [one for one in all_routes() if "GET" in one.methods]
    drawn = {one.verb for one in routes if one.name.endswith((".create", ".edit")) and not one.name.startswith("do.")}
    for route in routes:
        if route.name.startswith("do.") and route.verb in drawn:
            continue
        family = _family(route)
        families[family] += 1
        if full_count or not family or families[family] % DRAWN_ALIKE == 1:
            _of_route(route, visitors, found)
    return found


def _family(route: Route) -> str:
    """The family whose template draws the page; "" for a page of its own."""
    if route in registry.plain_routes():
        return ""
    kind = "do" if route.name.startswith("do.") else route.name.rpartition(".")[2]
    return "" if kind in OF_THEIR_OWN else kind


def _library_page(name: str, visitors: Visitors, found: Found) -> None:
    try:
        address = reverse(name)
    except NoReverseMatch:
        return  # it needs a key that only a mail tells
    for who, client in (("", Client(SERVER_NAME="localhost")), ("sales", visitors.clients["sales"])):
        if _is_page(client.get(address)):
            found.pages.append((name, address, who))


def _of_route(route: Route, visitors: Visitors, found: Found) -> None:
    status = 0
    for who, client, address in visitors.told(route.name):
        answer = client.get(address)
        status = answer.status_code
        if status < 400:
            if _is_page(answer):
                found.pages.append((route.name, address, who))
            return
    for who, client in visitors.clients.items():
        for record in _records(route, who, visitors):
            address = reverse(route.name, kwargs=route.sample_arguments(record))
            answer = client.get(address)
            status = answer.status_code
            if status < 400:
                if _is_page(answer):
                    found.pages.append((route.name, address, who))
                return
    if status in (0, 403, 404, 409, 422) and _family(route) in ("", "do"):
        found.closed[route.name] = status


def _records(route: Route, who: str, visitors: Visitors) -> Iterator[Any]:
    """The records with which a route may be drawn for somebody: the newest that fits, at last one made for it."""
    if all(source.startswith("=") for source in route.sample.values()):
        yield None
        return
    if route.model is None:
        yield type("Nothing", (), {"public_id": "00000000-0000-4000-8000-000000000000", "number": "X-0000"})
        return
    if who == WHOEVER:
        yield from _made(route, visitors.world)
        return
    actor, verb = visitors.actors[who], actions.get(route.verb)
    try:
        rows = route.model.objects.visible_to(actor)  # type: ignore[attr-defined]
    except LookupError:
        return
    if verb is not None and verb.source:
        rows = rows.filter(state__in=verb.source)
    fitting = (one for one in rows.order_by("-pk")[:20] if verb is None or verb.offered_to(actor, one))
    yield from (one for one in [next(fitting, None)] if one is not None)


def _made(route: Route, world: World) -> Iterator[Any]:
    """Rows of the world, in each state from which the verb starts."""
    verb = actions.get(route.verb)
    relation = "archived" if route.verb.endswith(".unarchive") else "own"
    yield world.row(route.model, relation)
    for state in sorted(verb.source) if verb is not None and verb.source else ():
        if row := _or_none(lambda state=state: _in_state(world, route.model, state)):  # type: ignore[misc]
            yield row


def _in_state(world: World, model: Any, state: str) -> Any:
    row = world._made(model, "own")
    with gate.door():
        model._base_manager.filter(pk=row.pk).update(state=state)
    return model._base_manager.get(pk=row.pk)


def _or_none(make: Callable[[], Any]) -> Any:
    """What is made; None where the table does not admit it."""
    try:
        with transaction.atomic():
            return make()
    except DatabaseError:
        return None


def _is_page(answer: Any) -> bool:
    """A whole page, not a part of one, a file or a way on."""
    return (
        not answer.streaming
        and answer["Content-Type"].startswith("text/html")
        and b"<!doctype html>" in answer.content[:200].lower()
    )
