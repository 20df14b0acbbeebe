"""Something to approve for tests: a post, by routes that each test lays out; and a small company to decide."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from functools import cached_property
from typing import Annotated, Any

from django.utils.translation import gettext_lazy as _

from shangwu.foundation.access.actors import actor_of
from shangwu.foundation.access.predicates import anyone
from shangwu.foundation.actions import registry
from shangwu.foundation.actions.door import Ask, Refusal, act, action, hand_over
from shangwu.foundation.actions.validation import compiled
from shangwu.foundation.approvals.access import by_decision
from shangwu.foundation.approvals.kinds import Fact, StepSpec, approvable, kinds
from shangwu.foundation.approvals.models import Request, Ticket
from shangwu.foundation.approvals.opening import Opening, opening
from shangwu.foundation.people.models import Department, Entity, Person, Post, decided
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records.actors import Actor
from tests.builders import HOUSE, a_department, a_person, an_entity

KIND = "tests.post"


@contextmanager
def asking(route: Sequence[StepSpec], **options: Any) -> Iterator[None]:
    """Within: posts can be asked for, by this route; what is decided is written into their names."""
    before = dict(registry.actions)
    compiled.cache_clear()  # choices of kinds are compiled once
    given: dict[str, Any] = {
        "on_approved": "people.post.grant", "on_rejected": "people.post.deny", "on_returned": "people.post.give_back",
        "on_withdrawn": "people.post.give_back",
    } | options  # fmt: skip
    approvable(
        KIND, model=Post, label=_("Post"), clause="3.5.1", route=route,
        facts={
            "urgent": Fact(_("Urgent"), lambda post: bool(post.extra.get("urgent"))),
            "tags": Fact(_("Tags"), lambda post: post.extra.get("tags", [])),
        },
        amount=lambda post: Decimal(post.extra["amount"]),
        **given,
    )  # fmt: skip
    _declare()
    try:
        yield
    finally:
        registry.actions.clear()
        registry.actions.update(before)
        del kinds[KIND], decided[KIND]
        compiled.cache_clear()


def _declare() -> None:
    @action(Post, "ask", clause="3.5.1", label=_("Ask"), may=anyone, prepare=opening(KIND))
    def ask(
        post: Post, by: Actor, opened: Opening, *, amount: Annotated[Decimal, Ask("x")] = Decimal(0),
        urgent: Annotated[bool, Ask("x")] = False, tags: Annotated[str, Ask("x")] = "",
    ) -> Any:  # fmt: skip
        """Ask for it."""
        post.extra = {"amount": str(amount), "urgent": urgent, "tags": tags.split()}
        return opened.request(post, by)

    hand_over(Post, clause="3.4.3", may=anyone)
    for verb, name in (("grant", "granted"), ("deny", "denied"), ("give_back", "given back")):
        _effect(verb, name)


def _effect(verb: str, name: str) -> None:
    @action(Post, verb, clause="3.5.1", label=_("Ask"), may=by_decision)
    def effect(post: Post, by: Actor, *, conditions: Annotated[str, Ask("x")] = "") -> None:
        """What was decided; a post called "locked" refuses."""
        if post.name == "locked":
            raise Refusal("locked", "It is locked.")
        post.name = f"{name} by {by.name}" + (f" if {conditions}" if conditions else "")


class Company:
    """A salesperson under a head under the executive, and others."""

    @cached_property
    def entity(self) -> Entity:
        return an_entity()

    @cached_property
    def department(self) -> Department:
        return a_department()

    def person(self, *roles: Role, superior: Person | None = None, **values: Any) -> Person:
        """Someone of the department."""
        if superior is not None:
            values["superior"] = superior
        return a_person(*roles, department=self.department, entity=self.entity, **values)

    @cached_property
    def gm(self) -> Person:
        return self.person(Role.EXECUTIVE, name="總")

    @cached_property
    def vice(self) -> Person:
        return self.person(Role.VICE_EXECUTIVE, superior=self.gm, name="副")

    @cached_property
    def head(self) -> Person:
        return self.person(Role.HEAD, superior=self.gm, name="主管")

    @cached_property
    def seller(self) -> Person:
        return self.person(Role.SALES, superior=self.head, name="業務")

    @cached_property
    def money(self) -> Person:
        return self.person(Role.FINANCE, superior=self.gm, name="財務")

    @cached_property
    def clerk(self) -> Person:
        return self.person(Role.SALES_SUPPORT, superior=self.head, name="助理")

    @cached_property
    def other(self) -> Person:
        return self.person(Role.SALES_SUPPORT, superior=self.head, name="另一助理")


def a_request(by: Person, **given: Any) -> Request:
    """A post of one's own department that is asked for."""
    post = act(HOUSE, "people.post.create", None, {"name": "新職位", "department": by.department}).record
    return ask(by, post, **given)


def ask(by: Person, post: Post, **given: Any) -> Request:
    """The request that asking for a post opens."""
    act(actor_of(by), "people.post.ask", post, given)
    return Request.objects.filter(subject_id=post.public_id).latest("pk")


def do(by: Person, verb: str, request: Request, **given: Any) -> str:
    """Do it; "done", or the code of the refusal."""
    reason = given.pop("reason", "because")
    try:
        act(actor_of(by), f"approvals.request.{verb}", request.fresh, given, reason=reason)
    except Refusal as refusal:
        return refusal.code
    return "done"


def waiting(request: Request) -> list[str]:
    """Names of those who are asked now."""
    found = request.fresh.waiting
    return sorted(Person.objects.filter(pk__in=found).values_list("name", flat=True))


def tickets(request: Request) -> list[tuple[str, str, str]]:
    """(person, how they came, decision) of all tickets."""
    rows = Ticket.objects.filter(request=request).order_by("position")
    return [(row.person.name, str(row.came), str(row.state)) for row in rows.select_related("person")]


def subject(request: Request) -> str:
    """What has become of the post."""
    return str(Post.objects.get(public_id=request.subject_id).name)
