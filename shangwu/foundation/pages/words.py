"""Sentences that the scripts say: one table per language, printed once as data into each page."""

import json
from functools import cache

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, override, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from shangwu.foundation.records.refusals import Sentence

WORDS: dict[str, Sentence] = {
    # what went wrong, and what to do
    "busy": _("The system is busy; nothing was changed."),
    "busy_help": _("It tries again by itself. What you typed is kept."),
    "offline": _("No connection to the server."),
    "offline_help": _("What you typed is kept. Check the network, then try again."),
    "slow": _("The server did not answer in time."),
    "slow_help": _("Try again: the same request never takes effect twice."),
    "signed_out": _("You are signed out."),
    "signed_out_help": _("Sign in in another tab, then try again here. What you typed is kept."),
    "forbidden": _("You may not do this."),
    "forbidden_help": _("Ask the owner of this record or your superior."),
    "missing": _("This is not there, or not for you."),
    "missing_help": _("It may have been moved or closed to you. Go back to the list and look again."),
    "too_large": _("That is too large."),
    "too_large_help": _("Send a smaller file, or split it."),
    "too_many": _("Too many requests."),
    "too_many_help": _("Wait a minute, then try again."),
    "broken": _("Something went wrong on our side."),
    "broken_help": _("It has been noted. What you typed is kept; try again, or tell the administrator."),
    "try_again": _("Try again"),
    "try_again_in": _("Try again (in {seconds} s)"),
    # dialogs, drafts, selection
    "confirm_yes": _("Go on"),
    "discard": _("Throw away what you typed here?"),
    "discard_yes": _("Throw away"),
    "copied": _("Copied."),
    "draft_saved": _("Saved as draft {time}"),
    "draft_here": _("Kept in this tab until the server answers"),
    "draft_restored": _("Restored what you typed before"),
    "chosen": _("{count} selected"),
    "chosen_all": _("all {count} of this filter selected"),
    # the list of keys
    "keys_everywhere": _("Everywhere"),
    "keys_list": _("In a list"),
    "keys_page": _("On this page"),
    "keys_go": _("Go to"),
    "keys_help": _("Show the keys"),
    "keys_submit": _("Send the form"),
    "keys_palette": _("Search and act"),
    "keys_close": _("Close the side panel"),
    "keys_next": _("Next row"),
    "keys_previous": _("Previous row"),
    "keys_select": _("Select the row"),
    "keys_peek": _("Open beside the list"),
    "keys_open": pgettext_lazy("a key opens it", "Open"),
    "keys_search": _("Search this list"),
    "keys_edit": _("Edit in the row"),
    "keys_clear": _("Clear the selection"),
    "keys_move": _("Move the card to another lane"),
    "key_space": _("Space"),
}
_ESCAPES = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}


def words() -> SafeString:
    """The table in the language of this page, as a data block that no policy forbids."""
    return _block(get_language() or "en")


@cache
def _block(language: str) -> SafeString:
    with override(language):
        table = json.dumps({key: str(sentence) for key, sentence in WORDS.items()}, ensure_ascii=False)
    text = mark_safe(table.translate(_ESCAPES))  # our own sentences, escaped for a data block
    return format_html('<script type="application/json" id="sw-words">{}</script>', text)
