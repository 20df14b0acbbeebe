"""A clause leads to its duties: who, by when, proved by what, and whether anything can prove it yet."""

import datetime
from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from shangwu.foundation.duties.rules import EVERYBODY, OWNER, Rule, rules
from shangwu.foundation.people.roles import Role
from shangwu.foundation.policy.parameters import parameters, policy
from shangwu.foundation.policy.saying import said
from shangwu.foundation.regulation.tracing import Trace, thread


def who_of(rule: Rule) -> str:
    """Who has the duty, in the reader's language."""
    words = {OWNER: pgettext("who has a duty", "the owner"), EVERYBODY: pgettext("who has a duty", "everybody")}
    return pgettext("between names", ", ").join(
        str(one.label) if isinstance(one, Role) else words[one] for one in rule.who
    )


def deadline_of(rule: Rule, on: datetime.date | None = None) -> str:
    """The parameters of the deadline with their values on a day; "" where none is a number."""
    return pgettext("between facts", "; ").join(
        f"{parameters[key].label} {said(parameters[key], policy(key, on))}" for key in rule.keys
    )


def standing_of(rule: Rule) -> str:
    """Whether it is proved by records, keeps itself, or is not yet connected."""
    if rule.keeps_itself:
        return _("kept by itself: without it the next step is refused")
    return "" if rule.is_connected else _("not yet connected")


@thread("duties")
def _duties(code: str) -> Iterable[Trace]:
    for one in rules.values():
        if one.clause == code:
            told = (who_of(one), deadline_of(one), str(one.evidence), standing_of(one))
            yield Trace(one.code, str(one.label), " · ".join(each for each in told if each))
