"""Invented content for the gallery (gallery_samples.json): a valve maker's day, as in the drawn reference pages."""

import json
from pathlib import Path
from typing import Any

from django.utils.safestring import mark_safe

Sample = dict[str, Any]


def _markup(pairs: list[tuple[str, Any]]) -> Any:
    """`{"html": "…"}` in the file is markup that the page prints as it is."""
    found = dict(pairs)
    return mark_safe(found["html"]) if list(found) == ["html"] and isinstance(found["html"], str) else found


SAMPLES: Sample = json.loads(Path(__file__).with_suffix(".json").read_text(encoding="utf-8"), object_pairs_hook=_markup)
CLAUSE: Sample = SAMPLES["clause"]
PARTS: Sample = SAMPLES["parts"]


def frame(current: str = "2.6") -> Sample:
    """What the frame's context processor gives; `current` is a chapter or the label of a place."""
    found: Sample = dict(SAMPLES["frame"])
    found["places"] = [{**place, "current": place["label"] == current} for place in found["places"]]
    found["tabs"] = [{**tab, "current": tab["label"] == current} for tab in found["tabs"]]
    found["groups"] = [
        {**group, "entries": [{**entry, "current": entry["number"] == current} for entry in group["entries"]]}
        for group in found["groups"]
    ]
    return found


def page(title: str, clause: Sample | None = None, crumbs: tuple[str, ...] = ()) -> Sample:
    """Title, clause and way of a page."""
    return {"title": title, "clause": clause, "crumbs": [{"label": label, "url": "#"} for label in crumbs]}
