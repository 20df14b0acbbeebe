"""Which columns a person sees: the view's, else their own choice, else the page's."""

from collections.abc import Sequence
from typing import Any

from shangwu.foundation.pages.drawing import Drawn
from shangwu.foundation.pages.lists.prepared import Prepared
from shangwu.foundation.pages.models.preferences import prefer, preference
from shangwu.foundation.records.actors import Actor


def key_of(prepared: Prepared) -> str:
    """Under which key a person's set-up of this list is kept."""
    return f"list:{prepared.pages.name}"


def chosen(prepared: Prepared, actor: Actor, wanted: Sequence[str]) -> list[Drawn]:
    """The columns to show, in order; the key column always first. Unknown and hidden names are left out."""
    open_columns = {one.name: one for one in prepared.columns_for(actor)}
    names = [name for name in wanted if name in open_columns] or [
        one.name for one in open_columns.values() if one.column.shown
    ]
    first = prepared.key if prepared.key in open_columns else next(iter(open_columns), "")
    ordered = dict.fromkeys([first, *names])
    return [open_columns[name] for name in ordered if name in open_columns]


def own_choice(kept: dict[str, Any], view: str) -> tuple[str, ...]:
    """The columns that a person has set up for a view, out of their preference."""
    by_view = kept.get("columns")
    columns = by_view.get(view) if isinstance(by_view, dict) else None
    return tuple(map(str, columns)) if isinstance(columns, list) else ()


def kept_of(prepared: Prepared, actor: Actor) -> dict[str, Any]:
    """The person's set-up of this list: columns, default view."""
    return preference(actor.person_id, key_of(prepared)) if actor.person_id else {}


def keep(prepared: Prepared, actor: Actor, view: str, names: Sequence[str] | None) -> None:
    """Keep a person's columns for a view; None puts the view's own back."""
    if actor.person_id is None:
        return
    known = {one.name for one in prepared.columns_for(actor)}
    wanted = [name for name in dict.fromkeys(names or ()) if name in known]
    by_view = dict(kept_of(prepared, actor).get("columns") or {})
    by_view.pop(view, None)
    if wanted:
        by_view[view] = wanted
    prefer(actor.person_id, key_of(prepared), columns=by_view or None)


def menu(prepared: Prepared, actor: Actor, shown: Sequence[Drawn]) -> dict[str, Any]:
    """What the menu of columns draws: the shown ones in their order, then the others."""
    names = [one.name for one in shown]
    others = [one for one in prepared.columns_for(actor) if one.name not in names]
    entries = [
        {"name": one.name, "label": one.label, "checked": one.name in names, "fixed": one.name == names[0]}
        for one in [*shown, *others]
    ]
    return {"columns": entries, "chosen": len(shown), "total": len(entries)}
