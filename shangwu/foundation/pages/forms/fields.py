"""One field of a form: its label, its control drawn by kind, what was entered, and what is wrong with it."""

import datetime
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from django.db import models
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from shangwu.foundation.actions.inputs import Input, Kind
from shangwu.foundation.actions.registry import record_name
from shangwu.foundation.pages.forms.entries import Entries, last
from shangwu.foundation.pages.forms.shares import label_of
from shangwu.foundation.records.refusals import Sentence

LONG_TEXT = 120
"""From this length on a line of text gets two thirds of the form's width."""


@dataclass(slots=True)
class Field:
    """A field as the templates read it: named like Django's bound fields, because the components were made for those.

    name: in the form, `lines-2-quantity` for a part's. entries: what stands in the form. labelled: for a cell of a
    grid, whose column head is no label of its own.
    """

    one: Input
    name: str
    entries: Entries
    errors: list[Sentence] = field(default_factory=list)
    width: int = 2
    labelled: bool = False
    autofocus: bool = False

    @property
    def label(self) -> Sentence:
        """The words over the control."""
        return label_of(self.one)

    @property
    def help_text(self) -> Sentence:
        """The line under the control."""
        return self.one.help

    @property
    def id_for_label(self) -> str:
        """The id of the control, which errors link to."""
        return f"id_{self.name}"

    auto_id = id_for_label

    @property
    def field(self) -> Any:
        """What the component asks of the control: is it a box to tick, must it be filled?"""
        kind = "checkbox" if self.one.kind is Kind.BOOLEAN and not _may_be_open(self.one) else "text"
        return SimpleNamespace(required=self.needed, widget=SimpleNamespace(input_type=kind))

    @property
    def needed(self) -> bool:
        """Whether it must not be left empty."""
        return self.one.required or self.one.filled

    @property
    def value(self) -> str:
        """What was entered."""
        return last(self.entries, self.name)

    def __html__(self) -> str:
        return self.control()

    def __str__(self) -> str:
        return self.control()

    def control(self) -> SafeString:
        """The control, with what was entered, whatever that was."""
        match self.one.kind:
            case Kind.TEXT if self.one.multiline and not self.labelled:
                return format_html("<textarea{}>\n{}</textarea>", self._attributes("form-control"), self.value)
            case Kind.BOOLEAN if not _may_be_open(self.one):
                return self._box()
            case Kind.BOOLEAN:
                return self._select([("", "—"), ("true", _("Yes")), ("false", _("No"))])
            case Kind.CHOICE:
                return self._select([(str(value), label) for value, label in self._choices()])
            case Kind.REFERENCE:
                return pick(
                    self.one.model, self.name, self.value, last(self.entries, f"{self.name}_text"), self._said()
                )
            case Kind.REFERENCES:
                return self._picks()
            case Kind.FILE:
                return self._file()
            case _:
                return self._line()

    def _file(self) -> SafeString:
        """What chooses a file. One that was attached with a form that came back need not be chosen again."""
        control = format_html('<input type="file"{}>', self._attributes("form-control"))
        try:
            attached = uuid.UUID(self.value)
        except ValueError:
            return control
        said = _("The file is attached. Choose another only to send that one instead.")
        kept = format_html('<input type="hidden" name="{}" value="{}"><small>{}</small>', self.name, attached, said)
        return format_html("{}{}", kept, control)

    def _line(self) -> SafeString:
        kind, style, more = "text", "form-control", {}
        match self.one.kind:
            case Kind.INTEGER:
                style, more = "form-control sw-num", {"inputmode": "numeric"}
            case Kind.DECIMAL:
                style, more = "form-control sw-num", {"inputmode": "decimal"}
            case Kind.DATE if _is(datetime.date, self.value):
                kind = "date"
            case Kind.MOMENT if _is(datetime.datetime, self.value):
                kind = "datetime-local"
            case _ if self.one.secret:
                kind, more = "password", {"autocomplete": "new-password"}
            case _ if isinstance(self.one.field, models.EmailField):
                kind = "email"
        value = "" if self.one.secret else self.value
        return format_html('<input type="{}"{} value="{}">', kind, self._attributes(style, **more), value)

    def _box(self) -> SafeString:
        ticked = ' checked=""' if self.value == "true" else ""
        return format_html(
            '<input type="hidden" name="{}" value="false"><input type="checkbox"{} value="true"{}>',
            self.name,
            self._attributes("sw-check"),
            SafeString(ticked),
        )

    def _choices(self) -> Sequence[tuple[Any, Sentence]]:
        known = any(str(value) == self.value for value, _label in self.one.choices)
        if self.value and not known:
            return [(self.value, self.value), *self.one.choices]
        return self.one.choices if self.needed and self.value else [("", "—"), *self.one.choices]

    def _select(self, options: Sequence[tuple[str, Sentence]]) -> SafeString:
        drawn = format_html_join(
            "",
            '<option value="{}"{}>{}</option>',
            ((value, SafeString(" selected" if value == self.value else ""), label) for value, label in options),
        )
        return format_html("<select{}>{}</select>", self._attributes("form-select"), drawn)

    def _picks(self) -> SafeString:
        """Those chosen as ticked boxes, and a picker for one more, whose choice the script turns into a further box."""
        labels = self.entries.get(f"{self.name}_labels", [])
        boxes = format_html_join(
            "",
            '<label class="sw-choice"><input type="checkbox" class="sw-check" name="{}" value="{}" checked>'
            "<span>{}</span></label>",
            ((self.name, key, label) for key, label in zip(self.entries.get(self.name, []), labels, strict=False)),
        )
        more = pick(self.one.model, self.name, "", last(self.entries, f"{self.name}_text"), self._said())
        return format_html('<div class="sw-choices" data-sw-picks>{}</div>{}', boxes, more)

    def _said(self) -> dict[str, Any]:
        """What a picker needs besides its value."""
        return {
            "id": self.id_for_label,
            "required": False,
            "invalid": bool(self.errors),
            "described_by": self._described_by(),
            "label": self.label if self.labelled else "",
        }

    def _attributes(self, style: str, **more: object) -> SafeString:
        """Attributes that all controls have in common."""
        found: dict[str, object] = {
            "name": self.name,
            "id": self.id_for_label,
            "class": f"{style} is-invalid" if self.errors else style,
            "maxlength": self.one.max_length if self.one.kind is Kind.TEXT else None,
            "aria-invalid": "true" if self.errors else None,
            "aria-describedby": self._described_by() or None,
            "aria-required": "true" if self.needed else None,
            "aria-label": self.label if self.labelled else None,
            "autocomplete": "off",
            "autofocus": True if self.autofocus else None,
            **more,
        }
        return format_html_join("", ' {}="{}"', ((key, value) for key, value in found.items() if value is not None))

    def _described_by(self) -> str:
        said = [f"{self.auto_id}_error"] if self.errors else []
        return " ".join([*said, *([f"{self.auto_id}_helptext"] if self.help_text and not self.labelled else [])])


def pick(model: type[models.Model] | None, name: str, value: str, text: str, said: Mapping[str, Any]) -> SafeString:
    """A reference picker: searches the records of `model` that the person may see."""
    url = reverse("pick", kwargs={"record": record_name(model)}) if model else ""
    shown = {"name": name, "url": url, "value": value, "text": text, **said}
    return render_to_string("pages/components/pick.html", shown)


def width_of(one: Input) -> int:
    """Columns of six that an input takes when the page doesn't say."""
    if one.multiline or one.kind in (Kind.REFERENCES, Kind.PARTS):
        return 6
    long = one.kind is Kind.TEXT and (one.max_length or 0) >= LONG_TEXT and not isinstance(one.field, models.EmailField)
    return 4 if long else 2


def _may_be_open(one: Input) -> bool:
    """Whether yes and no are not all the answers: nobody may have said yet."""
    return one.default is None and not one.required and not one.filled


def _is(kind: Any, text: str) -> bool:
    """Whether the browser's own picker can show the text; what it can't show stays visible as text."""
    try:
        kind.fromisoformat(text)
    except ValueError:
        return not text
    return True
