"""Clause 2.7.3: what a post is usually judged by, kept as a library from which sheets begin."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from shangwu.chapters.analytics.performance import indicators
from shangwu.chapters.analytics.performance.access import keeps_library
from shangwu.chapters.analytics.performance.models import KpiLine, KpiSheet, KpiTemplate, KpiTemplateLine
from shangwu.foundation.actions.door import Refusal, archive, create, edit
from shangwu.foundation.measures.registry import measures
from shangwu.foundation.records.actors import Actor

Way, Level = KpiLine.Way, KpiSheet.Level
Usual = Mapping[int, list[KpiTemplateLine]]


def settle(template: KpiTemplate, by: Actor) -> None:
    """2.7.3: keep a post's usual indicators. Refuses `forbidden`, `invalid`, `measure`, `definition`, `weights`."""
    template.department_id = template.post.department_id
    if not keeps_library(by, template):
        raise Refusal("forbidden", _("This post is another department's. Its head keeps its indicators."))
    lines = list(template.lines.all())
    for place, line in enumerate(lines):
        _require_whole(line, f"lines.{place}")
    template.weight = sum((line.weight for line in lines), Decimal())
    if template.weight != 100:
        raise Refusal("weights", _("The weights come to %(sum)s together. Make it 100."), {"sum": template.weight})


def _require_whole(line: KpiTemplateLine, at: str) -> None:
    """A line says by itself what is counted: by its measure, or in words."""
    if line.way != Way.MANUAL:
        one = measures.get(line.measure)
        if one is None or not indicators.dimension_of(one, Level.PERSON):
            said = _("This can't be measured at this level. Choose another measure, or enter it by hand.")
            raise Refusal("measure", said, fields={f"{at}.measure": [said]})
        return
    line.measure = ""
    if not line.name.strip():
        raise Refusal("invalid", _("Name the indicator."), fields={f"{at}.name": [_("This is needed.")]})
    if not (line.definition.strip() and line.source.strip()):
        said = _("“%(name)s” is entered by hand: say what counts, and where it is read.")
        raise Refusal("definition", said, {"name": line.name})


FIELDS = ["name", "post"]
LINES = {"lines": ["way", "measure", "name", "definition", "source", "direction", "weight"]}

create(
    KpiTemplate, clause="2.7.3", may=keeps_library, fields=FIELDS, parts=LINES, reads=["post"], body=settle,
    label=_("New KPI template"), icon="list-check",
)  # fmt: skip
edit(
    KpiTemplate, clause="2.7.3", may=keeps_library, fields=FIELDS, parts=LINES, reads=["post"], body=settle, bulk=False,
)  # fmt: skip
archive(KpiTemplate, clause="2.7.3", may=keeps_library)


def usual(sheets: Sequence[KpiSheet], by: Actor, inputs: Sequence[Mapping[str, Any]]) -> Usual:
    """The `prepare`: the usual indicators of the posts whose holders these sheets are for, by post. One query."""
    posts = {sheet.owner.post_id for sheet in sheets if sheet.owner is not None}
    found = defaultdict(list)
    rows = KpiTemplateLine.objects.filter(template__post__in=posts - {None}, template__archived_at__isnull=True)
    for line in rows.select_related("template").order_by("template", "position"):
        found[line.template.post_id].append(line)
    return found


def by_post(sheet: KpiSheet, known: Usual) -> list[KpiLine]:
    """The usual indicators of the post of the sheet's owner, without targets; none where it has none."""
    post = sheet.owner.post_id if sheet.level == Level.PERSON and sheet.owner is not None else None
    return [
        KpiLine(
            sheet=sheet, position=place, way=one.way, measure=one.measure, name=one.name, definition=one.definition,
            source=one.source, direction=one.direction, weight=one.weight,
            adds_up=indicators.adds_up(one.measure, one.way),
        )
        for place, one in enumerate(known.get(post or 0, ()), start=1)
    ]  # fmt: skip
