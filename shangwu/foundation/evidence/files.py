"""Giving out a bundle's file: to its owner alone, whichever way they ask."""

import uuid

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _

from shangwu.foundation.audit.reading import How
from shangwu.foundation.evidence.models import Bundle
from shangwu.foundation.exchange.pages.files import given
from shangwu.foundation.pages.details.finding import record_of
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.refusals import missing


def file_of(by: Actor, public_id: uuid.UUID | str, how: How = How.PAGE) -> HttpResponse:
    """The file of a bundle as a download.

    Raises Refusal("missing") for another's bundle, whatever the reader sees of it, and while it is not made.
    """
    bundle: Bundle = record_of(by, Bundle, public_id, how)
    if bundle.blob is None or bundle.owner_id != by.person_id:
        raise missing(_("This bundle holds what its owner may see: only they are given it. Take one of your own."))
    return given(bundle.blob, bundle.file_name)
