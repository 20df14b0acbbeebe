"""How one wishes to be told: which kinds by which ways, quiet hours, and one's names on chat platforms."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shangwu.foundation.notices.models import Browser, Channel, Choice, Kind, Manner
from shangwu.foundation.notices.quiet import house_slots, house_span, within
from shangwu.foundation.notices.readers import Reader, readers
from shangwu.foundation.pages import frame
from shangwu.foundation.pages.addresses import url
from shangwu.foundation.pages.reading import Request
from shangwu.foundation.pages.registry import Route, page
from shangwu.foundation.records.refusals import missing


class MannerForm(forms.ModelForm[Manner]):
    """Quiet hours and names; both ends of a span, or neither."""

    class Meta:
        model = Manner
        fields = ("quiet_from", "quiet_until", "rest_days", "wecom", "dingtalk", "feishu")
        labels = {
            "quiet_from": gettext_lazy("Quiet from"),
            "quiet_until": gettext_lazy("Quiet until"),
            "rest_days": gettext_lazy("Also on days off"),
            "wecom": gettext_lazy("My name on WeCom"),
            "dingtalk": gettext_lazy("My name on DingTalk"),
            "feishu": gettext_lazy("My name on Feishu"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            if name != "rest_days":
                field.widget.attrs["class"] = "form-control"
        for name in ("quiet_from", "quiet_until"):
            self.fields[name].widget = forms.TimeInput({"type": "time", "class": "form-control"}, format="%H:%M")
        self.fields["rest_days"].widget.attrs["class"] = "sw-check"

    def clean(self) -> dict[str, Any]:
        """One end alone is no span."""
        found = super().clean() or {}
        begins, ends = found.get("quiet_from"), found.get("quiet_until")
        if begins is None and ends is None:
            return found
        if begins is None or ends is None:
            self.add_error("quiet_until", _("Give both ends of the quiet hours, or neither."))
        elif all(within((begins, ends), at) for _slot, at in house_slots()):
            self.add_error("quiet_until", _("Leave the time of one digest outside the quiet hours, or no mail comes."))
        return found


def wishes(request: Request) -> HttpResponse:
    """The reader's own wishes; a POST keeps them."""
    person_id = request.actor.person_id or 0
    reader = readers([person_id]).get(person_id)
    if reader is None:
        raise missing()
    form = MannerForm(request.POST or None, instance=reader.manner)
    if request.method == "POST" and form.is_valid():
        form.save()
        _keep_choices(request, reader)
        return redirect("notices.wishes")
    from shangwu.foundation.notices.browsers.encrypting import house_public_key

    begins, ends = house_span()
    context: dict[str, Any] = {
        "page": frame.page_facts(_("How I am told"), crumbs=[{"label": _("Notices"), "url": url("notices")}]),
        "form": form,
        "channels": [(one, one.label, _why_not(reader, one)) for one in Channel],
        "rows": list(_rows(reader)),
        "house_quiet": f"{begins:%H:%M}–{ends:%H:%M}",
        "slots": [f"{at:%H:%M}" for _slot, at in reader.hours.slots],
        "browsers": list(Browser.objects.filter(person=person_id).order_by("-since")),
        "push_key": house_public_key(),
        "calendar_url": url("notices.feed.list"),
    }
    return render(request, "pages/notices/wishes.html", context, status=422 if form.errors else 200)


def _rows(reader: Reader) -> Iterator[tuple[str, list[tuple[str, str, bool]]]]:
    """For each kind its name, and for each way the field's name, its label and whether it is on."""
    for kind in Kind:
        ways = [
            (f"{kind.value}.{one.value}", f"{kind.label}: {one.label}", reader.chosen(kind, one)) for one in Channel
        ]
        yield str(kind.label), ways


def _why_not(reader: Reader, channel: Channel) -> str:
    """What is missing, so that nothing can go by a channel yet."""
    if channel is Channel.MAIL:
        return "" if reader.person.email else _("No mail address is known.")
    if channel is Channel.PUSH:
        return "" if reader.has_browsers else _("No browser yet.")
    return "" if channel in reader.robots else _("No robot speaks for your department.")


def _keep_choices(request: Request, reader: Reader) -> None:
    """Keep what differs from what holds anyway."""
    wanted = {(kind.value, one.value): f"{kind.value}.{one.value}" in request.POST for kind in Kind for one in Channel}
    changed = [
        Choice(person=reader.person, kind=kind, channel=channel, wanted=on)
        for (kind, channel), on in wanted.items()
        if on != reader.chosen(kind, channel)
    ]
    Choice.objects.bulk_create(
        changed, update_conflicts=True, unique_fields=["person", "kind", "channel"], update_fields=["wanted"]
    )


page(
    Route(
        "notices.wishes", "notices/settings/", wishes, methods=("GET", "POST"),
        reason="the reader's own wishes, kept for the reader alone",
    )
)  # fmt: skip
