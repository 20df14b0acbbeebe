"""Clause 2.7.2: which language model may word findings, named by an administrator; none at first."""

from django.utils.translation import gettext_lazy as _

from shangwu.chapters.analytics.reports.access import names_models
from shangwu.chapters.analytics.reports.models import LanguageModel
from shangwu.foundation.actions.door import archive, create, edit
from shangwu.foundation.records.actors import Actor

FIELDS = ["address", "model", "clearance"]


def name_model(one: LanguageModel, by: Actor) -> None:
    """2.7.2: from now on this model may put findings in other words; archived, none is asked. Refuses `duplicate`."""
    one.address, one.model = one.address.strip().rstrip("/"), one.model.strip()
    one.entity_id = one.entity_id or by.entity_id


create(
    LanguageModel, clause="2.7.2", may=names_models, fields=[*FIELDS, "entity"], body=name_model,
    label=_("Name a language model"), icon="writing-sign", persons_only=True,
)  # fmt: skip
edit(LanguageModel, clause="2.7.2", may=names_models, fields=FIELDS, body=name_model, bulk=False)
archive(LanguageModel, clause="2.7.2", may=names_models)
