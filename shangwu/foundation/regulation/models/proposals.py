"""Proposals to change a parameter. One that is adopted holds from its day on; what held before stays readable."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shangwu.foundation.policy.parameters import Parameter, parameters
from shangwu.foundation.records.fields import StateField
from shangwu.foundation.records.models import Part, Record


class Proposal(Record):
    """A proposal that a parameter have another value from a day on.

    written: the new value as people write it. value, former: as `policy.reading.stored` writes them; former is what
    held on that day when it was proposed. sheet: what the proposal would have changed in the last twelve months, as
    `replaying` found it when it was proposed: rows of {"what", "params", "before", "after"}, and
    where records are named {"named", "changed"}.
    """

    parts = ("proofs",)

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        PROPOSED = "proposed", _("Proposed")
        ADOPTED = "adopted", _("Adopted")
        REFUSED = "refused", _("Refused")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    state = StateField(State, facts=["proposed", "adopted", "refused"])
    key = models.CharField(_("Parameter"), max_length=60, db_collation="C")
    clause = models.CharField(_("Clause"), max_length=8, db_collation="C", editable=False)
    value = models.JSONField(_("New value"), editable=False)
    former = models.JSONField(_("Former value"), editable=False)
    effective_from = models.DateField(_("From"))
    reason = models.CharField(_("Reason"), max_length=500)
    written = models.CharField(_("New value"), max_length=500)
    sheet = models.JSONField(_("What it would change"), default=list, editable=False)

    class Meta(Record.Meta):
        verbose_name = _("change of a parameter")
        verbose_name_plural = _("changes of parameters")
        constraints = [
            models.UniqueConstraint(
                fields=["key", "effective_from"],
                condition=Q(state="adopted"),
                name="proposal_one_value_a_day",
                violation_error_message=_("Another value holds from that day already. Choose a later day."),
            ),
        ]
        indexes = [
            models.Index(fields=["key", "-effective_from"], condition=Q(state="adopted"), name="proposal_values"),
            models.Index(fields=["-id"], name="proposal_newest"),
        ]

    @property
    def parameter(self) -> Parameter | None:
        """What is to be changed; None when no chapter declares it any more."""
        return parameters.get(self.key)

    @property
    def touches_pay(self) -> bool:
        """Whether it bears on pay or discipline, so that 3.1.3 asks for proofs."""
        return self.parameter is not None and self.parameter.touches_pay

    def __str__(self) -> str:
        return str(self.parameter.label) if self.parameter else self.key


class Proof(Part):
    """A proof that the law asks for before a rule on pay or discipline takes effect (3.1.3): a file of the proposal."""

    class Kind(models.TextChoices):
        CONSULTATION = "consultation", _("Record of the consultation with employees")
        PUBLICATION = "publication", _("Proof of publication")
        SIGNATURES = "signatures", _("Signatures of all employees")

    classes: ClassVar[dict[str, str]] = {}
    parent = "proposal"

    proposal = models.ForeignKey(Proposal, models.CASCADE, related_name="proofs", verbose_name=_("Proposal"))
    kind = models.CharField(_("Proof"), max_length=14, choices=Kind.choices)
    file = models.ForeignKey("files.StoredFile", models.PROTECT, related_name="+", verbose_name=_("File"))

    class Meta(Part.Meta):
        verbose_name = _("proof")
        verbose_name_plural = _("proofs")
        constraints = [models.UniqueConstraint(fields=["proposal", "kind"], name="proof_once")]
