"""The file of an audit bundle through the API, for whose rights it was made alone, as on its page."""

from collections.abc import Mapping

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _

from shangwu.foundation.api.naming import is_public_id
from shangwu.foundation.api.readings import Reading, reading
from shangwu.foundation.audit.reading import How
from shangwu.foundation.evidence.files import file_of
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.refusals import missing


def bundle_file(by: Actor, given: Mapping[str, str], *, public_id: str) -> HttpResponse:
    """The bytes. Raises Refusal("missing") for whom they were not made, and while they are not there."""
    if not is_public_id(public_id):
        raise missing()
    return file_of(by, public_id, How.API)


reading(
    Reading(
        "evidence.bundle.file",
        "evidence/bundle/{public_id}/file/",
        bundle_file,
        "evidence.bundle:read",
        _("File of an audit bundle"),
        "The signed file, once the bundle is made. It holds what its owner may see: only they are given it.",
        None,
        names={"public_id": "5f3c2a9e-6b1d-4c8f-9a70-2d4e6f8a1b3c"},
    )
)
