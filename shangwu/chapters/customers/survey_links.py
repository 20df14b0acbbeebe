"""The signed link to one survey (2.5.2): it works once, because the survey is answered then, and for its time."""

import uuid

from django.core import signing
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from shangwu.chapters.customers.links import LinkRefusal
from shangwu.chapters.customers.models import Survey

_SALT = "shangwu.customers.survey"


def for_survey(survey: Survey) -> str:
    """The address at which a survey is answered."""
    said = [survey.public_id.hex, survey.entity_id or 0]
    return reverse("satisfaction", kwargs={"token": signing.dumps(said, salt=_SALT)})


def survey_of(token: str) -> tuple[uuid.UUID, int]:
    """(survey, legal entity) that a link says. Raises LinkRefusal `forged`."""
    try:
        survey, entity = signing.loads(token, salt=_SALT)
        return uuid.UUID(survey), int(entity)
    except (signing.BadSignature, ValueError, TypeError):
        raise LinkRefusal("forged", _("This link is not complete, or was changed. Open it as we sent it.")) from None
