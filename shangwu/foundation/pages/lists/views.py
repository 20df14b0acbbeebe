"""Views of a list: those that come with the page, and those that people save, private or for everybody."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from shangwu.foundation.pages.lists.asked import Asked, asked, lists_of
from shangwu.foundation.pages.lists.prepared import Prepared
from shangwu.foundation.pages.models.saved_views import SavedView
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.refusals import Sentence

ALL = "all"
TABS = 12


@dataclass(frozen=True, slots=True)
class Tab:
    """A view as the page shows it. own: the reader made it. pinned: it stands as a tab, else in the menu."""

    key: str
    label: Sentence
    query: str
    columns: tuple[str, ...] = ()
    own: bool = False
    shared: bool = False
    pinned: bool = True

    @property
    def address(self) -> str:
        """The link that opens it: the whole filter, and which view it started from."""
        return "?" + "&".join(filter(None, [f"view={self.key}", self.query]))


def tabs(prepared: Prepared, actor: Actor) -> list[Tab]:
    """The views that the reader may use, those of the page first."""
    found = [Tab(ALL, _("All"), "")]
    for view in prepared.page.views:
        query = view.query + (f"&sort={view.sort}" if view.sort else "")
        found.append(Tab(view.key, view.label, query, tuple(view.columns)))
    if actor.person_id is not None:
        for saved in SavedView.objects.usable_by(actor.person_id, prepared.pages.name)[:100]:
            found.append(_tab(saved, actor))
    return found


def _tab(saved: SavedView, actor: Actor) -> Tab:
    own = saved.person_id == actor.person_id
    return Tab(str(saved.public_id), saved.name, saved.query, tuple(saved.columns), own, saved.shared, saved.pinned)


def current(found: list[Tab], question: Asked) -> Tab | None:
    """The tab that the question started from; "all" for an open question."""
    return next((tab for tab in found if tab.key == (question.view or ALL)), None)


def started_from(tab: Tab, prepared: Prepared, actor: Actor) -> Asked:
    """The question that a view asks."""
    return asked(prepared, {**lists_of(tab.query), "view": [tab.key]}, actor)


def differs(tab: Tab, question: Asked, prepared: Prepared, actor: Actor) -> bool:
    """Whether the reader has changed the question since choosing the view."""
    return started_from(tab, prepared, actor).pairs(view=False) != question.pairs(view=False)


def default_of(kept: dict[str, Any], found: list[Tab]) -> Tab | None:
    """The view that opens by itself, when the person has set one."""
    return next((tab for tab in found if tab.key == kept.get("default")), None)
