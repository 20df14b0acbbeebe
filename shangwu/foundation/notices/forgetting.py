"""Notices forget a person whose data are erased."""

import json

from django.db.models import Q, TextField
from django.db.models.functions import Cast

from shangwu.foundation.audit.erasing import Erased, forgets
from shangwu.foundation.notices.models import Notice


@forgets
def forget_notices(erased: Erased) -> None:
    """Notices about the record go, and those in which one of the values is named."""
    said = Q(record_public_id=erased.public_id) if erased.public_id else Q(pk__in=[])
    for value in erased.values:
        said |= Q(text__contains=json.dumps(value, ensure_ascii=False)[1:-1])
    Notice.objects.annotate(text=Cast("params", TextField())).filter(said).delete()
