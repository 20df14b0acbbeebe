"""A notice to one person. The sentence is kept with its places, so that each reader reads it in their language."""

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    """What a notice is about: people choose for each kind where else they are told of it."""

    DUTY = "duty", _("Duties and deadlines")
    APPROVAL = "approval", _("Approvals")
    MENTION = "mention", _("Mentions of me")
    CHANGE = "change", _("Records that I follow")
    ISSUED = "issued", _("What I must read")
    OTHER = "other", _("Everything else")


class Notice(models.Model):
    """One thing that one person should know.

    message: the English source sentence with %(places)s; params fill it; one whose name begins with `said_` is a source
    sentence itself. record_type and record_public_id: what it is about, as in addresses. secrecy: of that record;
    personal: the record is about a person. Neither kind is ever named outside the house. must_read: opening it is not
    enough, it is confirmed; sender and issue: who asked for that, and which sending it was, for the receipts.
    posted_at: since then it is settled by which ways it goes outside.
    """

    id = models.BigAutoField(primary_key=True)
    person = models.ForeignKey("people.Person", models.CASCADE, related_name="notices", db_index=False)
    at = models.DateTimeField(_("At"))
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.OTHER, db_collation="C")
    message = models.CharField(max_length=300)
    params = models.JSONField(default=dict)
    record_type = models.CharField(max_length=80, blank=True, db_collation="C")
    record_public_id = models.UUIDField(null=True)
    secrecy = models.PositiveSmallIntegerField(default=0)
    personal = models.BooleanField(default=False)
    urgent = models.BooleanField(default=False)
    must_read = models.BooleanField(default=False)
    sender = models.ForeignKey("people.Person", models.CASCADE, null=True, related_name="+", db_index=False)
    issue = models.UUIDField(null=True)
    read_at = models.DateTimeField(null=True)
    confirmed_at = models.DateTimeField(null=True)
    posted_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["person", "-id"], name="notice_person"),
            models.Index(fields=["person"], condition=models.Q(read_at__isnull=True), name="notice_unread"),
            models.Index(fields=["id"], condition=models.Q(posted_at__isnull=True), name="notice_unposted"),
            models.Index(fields=["sender", "-id"], condition=models.Q(must_read=True), name="notice_receipts"),
            models.Index(
                fields=["person"],
                condition=models.Q(must_read=True, confirmed_at__isnull=True),
                name="notice_unconfirmed",
            ),
        ]

    @property
    def sentence(self) -> str:
        """The notice in the reader's language."""
        said = gettext(self.message)
        if not self.params:
            return said
        return said % {
            name: gettext(self.params[name]) if name.startswith("said_") else value
            for name, value in self.params.items()
        }

    @property
    def stays_inside(self) -> bool:
        """Whether it must not be named outside the house: a trade secret, or somebody's personal data."""
        return self.secrecy > 0 or self.personal

    def __str__(self) -> str:
        return self.sentence
