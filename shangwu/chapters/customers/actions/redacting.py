"""Clause 2.5.1: an erased person's name goes out of what was written about the customer; only an erasure does this."""

from django.utils.translation import gettext_lazy as _

from shangwu.chapters.customers.free_words import FREE_WORDS
from shangwu.foundation.access.predicates import nobody
from shangwu.foundation.actions.door import edit

for model, names in FREE_WORDS.items():
    edit(
        model, clause="2.5.1", may=nobody, fields=names, verb="redact", label=_("Take a person's name out"), undo=False,
        shown=False, archive_too=True, own=False,
    )  # fmt: skip
