"""Which pages there are, and before whom each stands: from the registry's routes, with records of the demo."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.conf import settings
from django.db import models
from django.test import Client
from django.urls import reverse

from shangwu.config import urls  # noqa: F401 -- the registries are full once the addresses are made
from shangwu.foundation.access.actors import actor_of
from shangwu.foundation.actions.registry import actions
from shangwu.foundation.pages import registry
from shangwu.foundation.pages.registry import Route
from shangwu.foundation.people.models import Account
from shangwu.foundation.policy.clauses import CHAPTERS

FIRST_ASKED = ("head", "sales", "sup", "fin", "log", "chm", "adm", "aud", "gm", "hr", "seco")
"""Whose page it is, is asked in this order: who sees most of the work comes first."""

OWN_PAGES = (
    "account_change_password", "account_email", "account_logout", "account_reauthenticate", "mfa_index",
    "mfa_activate_totp", "mfa_list_webauthn", "mfa_add_webauthn", "mfa_generate_recovery_codes", "usersessions_list",
    "socialaccount_connections",
)  # fmt: skip
ENTRANCES = (
    "account_login", "account_signup", "account_reset_password", "account_reset_password_done", "account_inactive",
    "account_email_verification_sent", "account_reset_password_from_key_done", "socialaccount_login_error",
    "socialaccount_login_cancelled",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Place:
    """A page to visit. who: a demo sign-in, or "" before signing in. status: the answer that is right there."""

    name: str
    address: str
    who: str
    status: int = 200


class Visitors:
    """The demo's sign-ins, each with a session made for this visit."""

    @cached_property
    def accounts(self) -> dict[str, Account]:
        """User name to account, those who are asked first in front."""
        found = {one.username: one for one in Account.objects.filter(is_demo=True).select_related("person")}
        order = [name for name in FIRST_ASKED if name in found]
        return {name: found[name] for name in [*order, *sorted(set(found) - set(order))]}

    @cached_property
    def clients(self) -> dict[str, Client]:
        """User name to a browser without scripts that has signed in a moment ago."""
        return {name: self._signed_in(account) for name, account in self.accounts.items()}

    def session(self, who: str) -> str:
        """The value of the session cookie of `who`."""
        return str(self.clients[who].cookies[settings.SESSION_COOKIE_NAME].value)

    def _signed_in(self, account: Account) -> Client:
        client = Client(SERVER_NAME="localhost")
        client.force_login(account, backend=settings.AUTHENTICATION_BACKENDS[0])
        return client


def places(visitors: Visitors, wanted: Sequence[str] = ()) -> Iterator[Place]:
    """Every page once, or those whose name holds one of the wanted texts.

    Those of the registry in each state of its record, the account's own, and the errors.
    """

    def is_wanted(name: str) -> bool:
        return not wanted or any(text in name for text in wanted)

    yield from (one for one in _plain() if is_wanted(one.name))
    for route in registry.routes():
        if "GET" not in route.methods:
            continue
        if is_wanted(route.name) or any(text.startswith(f"{route.name}@") for text in wanted):
            yield from (one for one in _of_route(route, visitors) if is_wanted(one.name))


def _plain() -> Iterator[Place]:
    """Pages that no record type has."""
    for name in ENTRANCES:
        yield Place(name, reverse(name), "", 401 if name == "socialaccount_login_error" else 200)
    yield from (Place(name, reverse(name), "sales") for name in OWN_PAGES)
    for one in CHAPTERS:
        yield Place(f"chapter@{one.code}", reverse("chapter", kwargs={"code": one.code}), "head")
    for code in ("2.5.1", "2.6.1", "3.4.2"):
        yield Place(f"clause@{code}", reverse("clause", kwargs={"code": code}), "head")
    for who in ("sales", "sup", "fin", "log", "adm"):
        yield Place(f"my_day@{who}", reverse("my_day"), who)
    yield Place("error@404", "/nowhere/", "sales", 404)
    yield Place("error@403", reverse("do.people.entity.create"), "sales", 403)
    yield Place("sales.order.list@nothing", reverse("sales.order.list") + "?q=zzzz", "sales")


def _of_route(route: Route, visitors: Visitors) -> Iterator[Place]:
    """The route's page in each state that somebody may open; nothing when it answers with a part of a page only."""
    if route.model is None:
        yield from _first_page(route, None, visitors, list(visitors.accounts))
        return
    for state, source in _states(route):
        yield from _first_page(route, state, visitors, list(visitors.accounts), source)


def _states(route: Route) -> Iterator[tuple[str | None, frozenset[str] | None]]:
    """(name, states) of the records that a route's page is drawn with: a detail page once per state."""
    if route.model is None or not route.sample:
        yield None, None
    elif route.verb in actions:
        yield None, actions[route.verb].source
    elif route.name.endswith(".detail") and _has_state(route.model):
        for value in route.model._meta.get_field("state").choices or ():
            yield str(value[0]), frozenset({str(value[0])})
    else:
        yield None, None


def _has_state(model: type[models.Model]) -> bool:
    return any(field.name == "state" for field in model._meta.get_fields())


def _first_page(
    route: Route, state: str | None, visitors: Visitors, asked: list[str], source: frozenset[str] | None = None
) -> Iterator[Place]:
    name = f"{route.name}@{state}" if state else route.name
    for who in asked:
        record = _record(route, visitors.accounts[who], source) if route.model and route.sample else None
        if route.sample and record is None and any(not text.startswith("=") for text in route.sample.values()):
            continue
        address = reverse(route.name, kwargs=route.sample_arguments(record))
        if _is_page(visitors.clients[who].get(address)):
            yield Place(name, address, who)
            return


def _record(route: Route, account: Account, source: frozenset[str] | None) -> Any:
    """The newest record of the route's type that the person sees, in one of the states, with parts where it has any."""
    assert route.model is not None
    actor = actor_of(account.person)
    try:
        rows = route.model.objects.visible_to(actor)
    except LookupError:
        return None
    if source:
        rows = rows.filter(state__in=source)
    found = list(rows.order_by("-pk")[:20])
    verb = actions.get(route.verb)
    if verb is not None:
        found = [one for one in found if verb.offered_to(actor, one)]
    return found[0] if found else None


def _is_page(answer: Any) -> bool:
    """A whole page, not a part of one, a file or a way on."""
    return (
        answer.status_code == 200
        and answer["Content-Type"].startswith("text/html")
        and b"<!doctype html>" in answer.content[:200].lower()
    )
