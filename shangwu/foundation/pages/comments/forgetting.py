"""Remarks forget a person whose data are erased: those under their own record, and the name wherever else it stands."""

from typing import Any

from django.conf import settings
from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext as _

from shangwu.foundation.actions.door import act
from shangwu.foundation.audit.erasing import Erased, erase, forgets
from shangwu.foundation.pages.models import Comment
from shangwu.foundation.records.actors import Source, system
from shangwu.foundation.records.history import history_models
from shangwu.foundation.text.redaction import pattern_of, without

_ERASED = "a person's data are erased wherever they lie, whoever wrote them"


@forgets
def forget_comments(erased: Erased) -> None:
    """What was written about the person under their own record goes; elsewhere their name and numbers go."""
    under = Q(record_type=erased.model._meta.label_lower, record_id=erased.pk)
    pattern = pattern_of(erased.values)
    naming = Q(text__iregex=pattern) if pattern else Q(pk__in=[])
    former: Any = history_models[Comment]._default_manager
    rows: Any = Comment.objects.unscoped(reason=_ERASED)
    ever = former.filter(naming).values_list("pgh_obj_id", flat=True).distinct() if pattern else []
    with translation.override(settings.LANGUAGE_CODE):
        mask = _("Deleted, kept by law")
    for one in rows.filter(under | naming | Q(pk__in=list(ever))).order_by("pk"):
        is_theirs = (one.record_type, one.record_id) == (erased.model._meta.label_lower, erased.pk)
        text = mask if is_theirs else without(one.text, pattern, mask)
        if text != one.text:
            act(system(Source.EVENT), "pages.comment.blank", one, {"text": text})
        erase(one, {"text": text}, [])
