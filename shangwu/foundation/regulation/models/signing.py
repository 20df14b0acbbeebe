"""Who has read an edition and signed for it: one record for each employee and edition."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from shangwu.foundation.records.fields import StateField
from shangwu.foundation.records.models import Record
from shangwu.foundation.regulation.models.editions import Edition


class SignOff(Record):
    """That its owner reads an edition and signs for it (3.1.3: published to all): when opened, when confirmed.

    When the next edition begins, who is still within the time is asked for that one alone (superseded); who has let the
    time pass owes the signature until they sign for a later edition (carried, then signed_later): it was not kept.
    """

    class State(models.TextChoices):
        ASKED = "asked", _("Not yet opened")
        OPENED = "opened", _("Opened")
        CONFIRMED = "confirmed", _("Signed for")
        LAPSED = "lapsed", _("No longer asked")
        SUPERSEDED = "superseded", _("Superseded before its day")
        CARRIED = "carried", _("Not signed in time; owed with the next edition")
        SIGNED_LATER = "signed_later", _("Signed with a later edition")

    state = StateField(State, facts=["opened", "confirmed", "lapsed", "superseded", "signed_later"])
    edition = models.ForeignKey(
        Edition, models.PROTECT, related_name="sign_offs", verbose_name=_("Edition of the regulation")
    )
    name = models.CharField(_("Edition"), max_length=200, editable=False)

    class Meta(Record.Meta):
        verbose_name = _("sign-off of the regulation")
        verbose_name_plural = _("sign-offs of the regulation")
        constraints = [models.UniqueConstraint(fields=["edition", "owner"], name="signed_for_once")]
        indexes = [
            models.Index(fields=["owner", "-id"], name="signoff_owner"),
            models.Index(fields=["edition", "state", "-id"], name="signoff_edition"),
            models.Index(fields=["-id"], name="signoff_newest"),
            models.Index(fields=["department", "-id"], name="signoff_department"),
        ]

    def __str__(self) -> str:
        return self.name
