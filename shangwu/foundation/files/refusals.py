"""The sentences for `Unfit` codes and notices: what is wrong, and what to do."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrPromise

from shangwu.foundation.files.unfit import Unfit

REASONS: dict[str, StrPromise] = {
    "empty": _("The file is empty. Check it on your computer and choose it again."),
    "damaged": _(
        "The file is damaged (%(part)s can't be read). Open it in its own program, save it anew and upload that."
    ),
    "damaged_part": _(
        "The file is damaged inside (%(part)s, line %(line)s). "
        "Open it in its own program, save it anew and upload that."
    ),
    "encrypted": _("The file is locked with a password, so it can't be checked. Save it without a password first."),
    "entities": _(
        "%(part)s declares entities, as attacks do and Office programs never do. "
        "Save the document anew in Word or Excel."
    ),
    "bomb": _(
        "Unpacked, the file would be far too large (the limit is %(most)s MB and %(members)s parts). "
        "Split it or send a part."
    ),
    "nested": _("%(part)s is an archive inside an archive inside an archive. Unpack it and upload what is in it."),
    "traversal": _("The archive holds a file that would land outside its folder: %(part)s. Pack it anew."),
    "duplicate_member": _(
        "The archive holds %(part)s twice, so that two readers could see two documents. Pack it anew."
    ),
    "packing": _("%(part)s is packed in a way that we can't check. Pack it anew as an ordinary zip."),
    "opaque": _("Archives of the kind %(kind)s can't be checked. Send a zip, or the files one by one."),
    "program": _("Programs and shortcuts are not taken. If it was a document, save it in a document format first."),
    "program_inside": _("The file holds a program: %(part)s. Take it out and upload the rest."),
    "unknown_kind": _(
        "We can't tell what kind of file this is. Save it as PDF, Word, Excel or text, or pack it as a zip."
    ),
    "mismatch": _(
        "The name ends in .%(extension)s, but the content is: %(kind)s. Rename it to .%(right)s and upload it again."
    ),
    "too_much_memory": _("The file needs more memory than one file may use. Split it; a table can be saved as CSV."),
    "too_slow": _("Reading the file takes longer than one file may take. Split it; a table can be saved as CSV."),
    "unreadable": _("The file made its reader stop. Open it in its own program, save it anew and upload that."),
}

NOTICES: dict[str, StrPromise] = {
    "macros": _("Contains macros. They never run here; think twice before you allow them on your computer."),
    "links": _("Fetches content from other files or addresses when it is opened."),
    "dde": _("Contains a DDE field, which can start a program when it is opened. Don't confirm its question."),
    "embedded": _("Contains embedded files."),
    "active": _("Contains scripts or actions that start by themselves. Open it in a viewer that ignores them."),
    "locked": _("Is locked with a password, so its content could not be checked."),
    "download_only": _("Is a page that a browser would run: it is given out as a download only, never shown."),
    "renamed": _("The name did not fit the content; it is kept with the right ending."),
}


def refusal(unfit: Unfit) -> ValidationError:
    """The verdict as an error for people, with the same code and params."""
    params: dict[str, object] = dict(unfit.params)
    if "kind" in params:
        params["kind"] = _(str(params["kind"]))
    return ValidationError(REASONS.get(unfit.code, REASONS["unreadable"]), code=unfit.code, params=params)
