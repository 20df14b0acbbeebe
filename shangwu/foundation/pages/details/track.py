"""The state track: the smooth course of a record, what is behind it and what is next."""

from typing import Any

from shangwu.foundation.pages import formats
from shangwu.foundation.pages.registry import DetailPage

Step = dict[str, Any]


def track(page: DetailPage, record: Any) -> list[Step]:
    """A step for each state of the declared course; a state beside it (held, cancelled) stands where it cut in."""
    state = getattr(record, "state", None)
    if not page.track or state is None:
        return []
    labels = dict(type(record)._meta.get_field("state").flatchoices)
    course = [str(each) for each in page.track]
    if state in course:
        reached = course.index(state)
        return [_step(record, name, labels, _status(place, reached)) for place, name in enumerate(course)]
    passed = [name for name in course if _when(record, name) is not None] or course[:1]
    left = [name for name in course if name not in passed]
    return [
        *(_step(record, name, labels, "done") for name in passed),
        _step(record, state, labels, "now"),
        *(_step(record, name, labels, "void") for name in left),
    ]


def _status(place: int, reached: int) -> str:
    if place == reached:
        return "now"
    return "done" if place < reached else ""


def _step(record: Any, name: str, labels: dict[Any, Any], status: str) -> Step:
    moment = _when(record, name) if status in ("done", "now") else None
    return {
        "label": labels.get(name, name),
        "detail": formats.moment(moment, brief=True) if moment else "",
        "status": status,
    }


def _when(record: Any, name: str) -> Any:
    """When the record came into a state: the stored fact, or its birth for the first one."""
    first = str(type(record)._meta.get_field("state").default)
    return getattr(record, f"{name}_at", None) or (record.created_at if name == first else None)
