"""Clause 2.7.2: a language model may put a rule's sentence in other words. It is off until the administrator names
one on its page, or the operator in the settings.

It speaks as OpenAI's `chat/completions` does. It is told no more than it is cleared for: what lies above stands as a
mark in the sentence, and is put back into its answer. It decides nothing, and no number of its own gets through.
"""

import json
import re
import string
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from shangwu.chapters.analytics.reports.citing import require_known
from shangwu.chapters.analytics.reports.content import row_labels
from shangwu.chapters.analytics.reports.figures import figure
from shangwu.chapters.analytics.reports.models import LanguageModel, ReportFinding
from shangwu.chapters.analytics.reports.telling import SAID, numbers_of, unknown_numbers
from shangwu.foundation.outgoing.calling import CallFailed, fetch
from shangwu.foundation.records import gate
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.models import Secrecy
from shangwu.foundation.records.refusals import Refusal

SECONDS = 60.0
MOST_BYTES = 256 * 1024
MOST = 600
"""Characters of a sentence; who writes more has not put one in other words."""
NAMES = {"customer": Secrecy.SECRET, "salesperson": Secrecy.SECRET, "channel": Secrecy.SECRET}
"""How secret the names of rows are: whose customers they are is nobody else's business. Other rows are internal."""
_MARK = re.compile(r"\[\[[A-Z]\]\]")
_TASK = (
    "You edit one sentence of a company's sales report. Put it in clear, plain words in the language with the code "
    "{language}. Keep every number as it stands, and keep each mark such as [[A]] exactly once. Add no fact, no number "
    "and no judgement. Answer with the sentence alone."
)


@dataclass(frozen=True, slots=True)
class Chosen:
    """The model that is asked: where, which, and how secret what it is told may be."""

    address: str
    model: str
    clearance: int

    @property
    def key(self) -> str:
        """The operator's key; it goes to no other host than the operator's own, where one is named."""
        own = settings.WRITER_ADDRESS
        return settings.WRITER_KEY if not own or urlsplit(own).netloc == urlsplit(self.address).netloc else ""


def chosen(entity: int | None) -> Chosen | None:
    """The model of a legal entity: as an administrator named it, else the operator; None where nobody did."""
    with gate.free_reading():
        one = LanguageModel.objects.filter(entity=entity, archived_at=None).first()
    if one is not None:
        return Chosen(one.address, one.model, one.clearance)
    if settings.WRITER_ADDRESS and settings.WRITER_MODEL:
        return Chosen(settings.WRITER_ADDRESS.rstrip("/"), settings.WRITER_MODEL, settings.WRITER_CLEARANCE)
    return None


def _required(finding: ReportFinding) -> Chosen:
    """The model for a finding. Raises Refusal("off")."""
    found = chosen(finding.entity_id)
    if found is None:
        raise Refusal("off", _("No language model is named. The administrator does that under “Language models”."))
    return found


def require_fit(finding: ReportFinding) -> None:
    """Raises Refusal: `off` while no model is named, `secrecy` for a person's own words, whose secrets nobody knows,
    and for a report that is itself above what the model may be told."""
    if not finding.rule or finding.secrecy > max(_required(finding).clearance, Secrecy.INTERNAL):
        said = _("This may not be given to the language model. Put it in your own words.")
        raise Refusal("secrecy", said)


@dataclass(frozen=True, slots=True)
class Masked:
    """A sentence as it is sent, and what its marks stand for."""

    text: str
    marks: Mapping[str, str]

    def filled(self, answer: str) -> str:
        """The answer with its marks filled in. Raises Refusal("wording") unless each stands in it once."""
        if sorted(_MARK.findall(answer)) != sorted(self.marks):
            raise _unfit()
        return _MARK.sub(lambda found: self.marks[found[0]], answer)


def masked(finding: ReportFinding, actor: Actor, clearance: int) -> Masked:
    """The rule's sentence, with marks for what the model may not be told."""
    one = figure(finding.report.sheet, finding.figure)
    row = finding.facts.get("row")
    name = row_labels(actor, one).get(row, "") if one is not None and row is not None else ""
    letters = iter(string.ascii_uppercase)
    marks: dict[str, str] = {}
    places = {}
    levels = {**dict.fromkeys(numbers := _numbers(finding), finding.secrecy), "row": _level_of_rows(one)}
    for place, text in {**numbers, "row": name}.items():
        if levels[place] > clearance and f"%({place})s" in str(SAID[finding.rule]):
            mark = f"[[{next(letters)}]]"
            marks[mark], places[place] = text, mark
        else:
            places[place] = text
    return Masked(str(SAID[finding.rule]) % places, marks)


def _numbers(finding: ReportFinding) -> dict[str, str]:
    return numbers_of(finding.facts, finding.rule, finding.report.sheet["currency"])


def _level_of_rows(one: Any) -> int:
    by = one.kept["by"] if one is not None else ""
    return int(NAMES.get(by, Secrecy.INTERNAL))


def reworded(finding: ReportFinding, actor: Actor) -> str:
    """The model's wording of a finding, every number of it checked.

    Raises Refusal: `off`, `secrecy`, `writer` when it does not answer, `wording` or `number` when its answer can't be
    used; then the rule's sentence stays.
    """
    require_fit(finding)
    model = _required(finding)
    sent = masked(finding, actor, model.clearance)
    answer = _answer(model, sent.text)
    if unknown_numbers(_MARK.sub(" ", answer), _as_sent(finding, sent), sorted(_names(finding, actor))):
        raise _unfit()
    text = sent.filled(answer)
    require_known(text, finding.facts, finding.report, sorted(_names(finding, actor)))
    return text


def _as_sent(finding: ReportFinding, sent: Masked) -> dict[str, Any]:
    """The numbers that the model was told: none where they were marked."""
    told = [text for text in _numbers(finding).values() if text in sent.text]
    return finding.facts if told else {"values": {}}


def _names(finding: ReportFinding, actor: Actor) -> Iterator[str]:
    one = figure(finding.report.sheet, finding.figure)
    row = finding.facts.get("row")
    if one is not None and row is not None:
        yield row_labels(actor, one).get(row, "")


def _answer(model: Chosen, text: str) -> str:
    """What the model makes of a text. Raises Refusal("writer") or Refusal("wording")."""
    task = _TASK.format(language=get_language() or "zh-hant")
    asked = {
        "model": model.model, "temperature": 0,
        "messages": [{"role": "system", "content": task}, {"role": "user", "content": text}],
    }  # fmt: skip
    headers = {"Content-Type": "application/json"}
    if model.key:
        headers["Authorization"] = f"Bearer {model.key}"
    address = model.address + "/chat/completions"
    try:
        told = fetch(
            address, method="POST", body=json.dumps(asked, ensure_ascii=False).encode(), headers=headers,
            seconds=SECONDS, most_bytes=MOST_BYTES,
        )  # fmt: skip
    except CallFailed as error:
        raise _silent() from error
    if told.status != 200:
        raise _silent()
    return _content(told.body)


def _content(body: bytes) -> str:
    try:
        said = json.loads(body)["choices"][0]["message"]["content"]
    except (ValueError, LookupError, TypeError) as error:
        raise _silent() from error
    text = " ".join(str(said).split())
    if not text or len(text) > MOST:
        raise _unfit()
    return text


def _silent() -> Refusal:
    return Refusal("writer", _("The language model gave no answer. The rule's sentence stays; try again later."))


def _unfit() -> Refusal:
    said = _("The language model's answer says something that the figures don't. The rule's sentence stays.")
    return Refusal("wording", said)
