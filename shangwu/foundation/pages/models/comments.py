"""What people write under a record, and which records they follow."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from shangwu.foundation.records.fields import PersonsField
from shangwu.foundation.records.models import Record


class Comment(Record):
    """A remark under a record of any type. It is seen by whoever sees that record.

    record_type: label of the record's model, as the log has it. mentions: persons named by @, who are told.
    """

    classes: ClassVar[dict[str, str]] = {"text": "personal"}

    record_type = models.CharField(_("Record type"), max_length=80, editable=False, db_collation="C")
    record_id = models.BigIntegerField(editable=False)
    text = models.TextField(_("Comment"), max_length=5000)
    mentions = PersonsField(verbose_name=_("Mentioned"))

    class Meta(Record.Meta):
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        indexes = [models.Index(fields=["record_type", "record_id", "-id"], name="comment_subject")]

    def __str__(self) -> str:
        return self.text[:60]


class Follow(models.Model):
    """A person wants to hear of a record. Comfort: it changes nothing that others see.

    muted: the person has asked not to be told any more; writing or being mentioned doesn't follow again.
    """

    person = models.ForeignKey("people.Person", models.CASCADE, related_name="+", db_index=False)
    record_type = models.CharField(max_length=80, db_collation="C")
    record_id = models.BigIntegerField()
    muted = models.BooleanField(default=False)
    since = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["record_type", "record_id", "person"], name="follow_once")]
        indexes = [models.Index(fields=["person", "-since"], name="follow_person")]
