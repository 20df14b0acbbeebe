"""The compliance report of a month: the sheet that is signed, and its paper (A4, PDF)."""

import datetime
import hashlib
import json
import re
from importlib.resources import files
from pathlib import Path
from typing import Any

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from shangwu.foundation.actions.door import Refusal
from shangwu.foundation.board import reporting
from shangwu.foundation.board.counting import Tally
from shangwu.foundation.board.drawing import Drawn, lateness
from shangwu.foundation.duties.models import Duty
from shangwu.foundation.duties.rules import rules
from shangwu.foundation.evidence.models import Report
from shangwu.foundation.evidence.telling import names_of
from shangwu.foundation.evidence.verify import canonical
from shangwu.foundation.pages import formats
from shangwu.foundation.records import clock
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.models import Secrecy
from shangwu.foundation.regulation.shipped import LANGUAGES, REFERENCE
from shangwu.foundation.regulation.texts import wording

MOST_LATE = 500
_MONTH = re.compile(r"(20\d{2})-(0[1-9]|1[0-2])", re.ASCII)
_FONTS = "manimgx_fonts_cjk"
Sheet = dict[str, Any]


def sheet_of(by: Actor, month: str) -> Sheet:
    """How the duties of a month that is over stand, as far as `by` sees them. Refuses `month`."""
    found = _MONTH.fullmatch(month)
    today = clock.today(by.zone)
    if found is None or datetime.date(int(found[1]), int(found[2]), 1) >= today.replace(day=1):
        said = _("Name a month that is over, such as 2026-10.")
        raise Refusal("month", said, fields={"month": [said]})
    one = reporting.month_of(by, month)
    whole = one.whole
    return {
        "month": month,
        "as_of": one.as_of.isoformat(),
        "whole": {"kept": whole.kept, "late": whole.late, "open": whole.open, "waived": sum(one.waived.values())},
        "rows": [
            {
                "clause": each["code"], "kept": each["tally"].kept, "late": each["tally"].late,
                "open": each["tally"].open, "waived": each["waived"], "connected": each["connected"],
            }
            for each in reporting.rows_of(one)
        ],
        "late": _late(by, list(one.late[:MOST_LATE])),
        "often_late": reporting.often_late_of(by, one),
        "unconnected": sum(not each.is_connected for each in rules.values()),
    }  # fmt: skip


def _late(by: Actor, duties: list[Duty]) -> list[dict[str, str]]:
    drawn = Drawn(by, duties)
    return [
        {
            "rule": one.rule, "who": drawn.who(one), "due": _moment(one.due_at), "done": _moment(one.done_at),
            "by": lateness(one, drawn.moment),
            "about": drawn.subject(one).label if one.secrecy < Secrecy.SECRET else "",
        }
        for one in duties
    ]  # fmt: skip


def _moment(moment: datetime.datetime | None) -> str:
    return moment.isoformat() if moment is not None else ""


def digest_of(sheet: Sheet) -> str:
    """What stands on the paper for the sheet."""
    return hashlib.sha256(canonical(sheet)).hexdigest()


def paper_of(report: Report, by: Actor) -> bytes:
    """The report on A4, as PDF, with who signed it and when."""
    import typst

    template: bytes = (Path(__file__).parent / "templates" / "evidence" / "report.typ").read_bytes()
    fonts = Path(str(files(_FONTS)))
    compiled: Any = typst.compile  # its stubs leave the kind of input open
    pdf = compiled(
        template,
        font_paths=[str(fonts)],
        ignore_system_fonts=True,
        sys_inputs={"report": json.dumps(_told(report, by), ensure_ascii=False)},
        timestamp=int(report.created_at.timestamp()),
    )
    assert isinstance(pdf, bytes)
    return pdf


def _told(report: Report, by: Actor) -> dict[str, Any]:
    """Everything that the paper says, in the reader's language."""
    sheet = report.sheet
    names = names_of(by, (report.owner_id, report.signed_by_id, report.noted_by_id))
    return {
        "language": language_of(),
        "organisation": reporting.organisation(by),
        "heading": _("Compliance report, %(month)s") % {"month": report.month},
        "number": report.number or "",
        "words": _words(),
        "summary": _summary(sheet["whole"]),
        "unconnected": ngettext(
            "%(count)s duty is not yet connected and counts as neither.",
            "%(count)s duties are not yet connected and count as neither.",
            sheet["unconnected"],
        )
        % {"count": sheet["unconnected"]},
        "as_of": _shown(sheet["as_of"]),
        "rows": rows_of(report),
        "late": late_of(report),
        "often_late": _(", ").join(f"{one['name']} ({one['count']})" for one in sheet["often_late"]),
        "signatures": [
            [_("Prepared by"), names.get(report.owner_id or 0, ""), formats.moment(report.created_at)],
            [_("Head"), *_signature(report, "signed", names)],
            [_("Executive"), *_signature(report, "noted", names)],
        ],
        "sha256": report.sha256,
        "remark": report.remark,
    }  # fmt: skip


def _summary(whole: dict[str, int]) -> str:
    tally = Tally(whole["kept"], whole["late"], whole["open"])
    said = _(
        "%(kept)s of %(settled)s duties were kept (%(rate)s); %(late)s were late or are overdue; "
        "%(waived)s were waived."
    )
    return said % {**whole, "settled": tally.settled, "rate": reporting.rate(tally)}


def rows_of(report: Report) -> list[list[str]]:
    """Each clause: number, title, in time, late, open, waived, per cent kept."""
    return [_row(one) for one in report.sheet["rows"]]


def late_of(report: Report) -> list[list[str]]:
    """What was late: clause, duty and record, holder, due, done, by how much."""
    return [
        [_clause(one["rule"]), f"{_duty(one['rule'])} {one['about']}", one["who"], _shown(one["due"]),
         _shown(one["done"]) or "—", one["by"]]
        for one in report.sheet["late"]
    ]  # fmt: skip


def _signature(report: Report, state: str, names: dict[int, str]) -> tuple[str, str]:
    person, at = getattr(report, f"{state}_by_id"), getattr(report, f"{state}_at")
    return names.get(person or 0, ""), formats.moment(at) if at is not None else ""


def _row(one: dict[str, Any]) -> list[str]:
    tally = Tally(one["kept"], one["late"], one["open"])
    rate = reporting.rate(tally) if one["connected"] else _("not yet connected")
    counts = (str(one[name]) for name in ("kept", "late", "open", "waived"))
    return [one["clause"], wording(one["clause"], language_of()).title, *counts, rate]


def language_of() -> str:
    """The language in which the regulation speaks to the reader."""
    spoken = get_language() or ""
    return spoken if spoken in LANGUAGES else REFERENCE


def _clause(code: str) -> str:
    return code.rpartition(".")[0]


def _duty(code: str) -> str:
    return str(rules[code].label) if code in rules else code


def _shown(text: str) -> str:
    return formats.moment(datetime.datetime.fromisoformat(text)) if text else ""


def _words() -> dict[str, str]:
    return {
        "clause": _("Clause"), "kept": _("In time"), "late": _("Late"), "open": _("Open"), "waived": _("Waived"),
        "rate": _("Kept"), "duty": _("Duty"), "holder": _("Holder"), "due": _("Due"), "done": _("Done"),
        "by": _("Late by"), "remark": _("Remark of the head"),
        "as_of": _("As of"), "often_late": _("Late three times or more"),
        "fact": _("A fact to be read with its reasons; it sets no score."), "page": _("Page"),
    }  # fmt: skip
