"""Who is new, stayed, came back or was lost between two periods: defined once, for pages, programs and reports (W7)."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from shangwu.foundation.records.refusals import Sentence

KINDS: Mapping[str, Sentence] = {
    "new": _("New"), "kept": _("Stayed"), "back": _("Back after a pause"), "lost": _("Lost"),
}  # fmt: skip
DEFINED = _(
    "New: the first order ever lies in the period. Stayed: bought in it and in the period of the same length before. "
    "Back after a pause: bought in it, not in the one before, but earlier. Lost: bought in the one before and nothing "
    "in this one; what they bought then is told of them."
)


def kind_of(*, now: bool, before: bool, is_first: bool) -> str:
    """What a customer is who bought in these periods. is_first: their first order lies in the later one."""
    if now:
        return "new" if is_first else "kept" if before else "back"
    return "lost" if before else ""
