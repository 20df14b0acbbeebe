"""Unsent forms forget a person whose data are erased."""

import json

from django.db.models import Q, TextField
from django.db.models.functions import Cast

from shangwu.foundation.audit.erasing import Erased, forgets
from shangwu.foundation.pages.models import Draft


@forgets
def forget_drafts(erased: Erased) -> None:
    """Drafts about the record go, and those of any form in which one of the values was typed."""
    said = Q(target=erased.public_id)
    for value in erased.values:
        said |= Q(text__contains=json.dumps(value, ensure_ascii=False)[1:-1])
    Draft.objects.annotate(text=Cast("entries", TextField())).filter(said).delete()
