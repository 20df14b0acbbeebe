"""Files that hang on records: the row that says whose they are, beside the bytes that lie under their hash."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from shangwu.foundation.files.kinds import KINDS, Kind
from shangwu.foundation.files.refusals import NOTICES
from shangwu.foundation.files.storage import Blob
from shangwu.foundation.records.models import Record
from shangwu.foundation.records.refusals import Sentence


class StoredFile(Record):
    """A file attached to a record of any type. It is seen by whoever sees that record, and by nobody else.

    record_type: label of the record's model, as the log has it. kind: code of `kinds.KINDS`, by content.
    kept_for: key of the entity whose blob it is. notices: codes of what its reader should know, in one text.
    """

    classes: ClassVar[dict[str, str]] = {"name": "personal", "note": "personal"}

    record_type = models.CharField(_("Record type"), max_length=80, editable=False, db_collation="C")
    record_id = models.BigIntegerField(editable=False)
    name = models.CharField(_("Name"), max_length=200)
    kind = models.CharField(_("Kind"), max_length=10, editable=False, db_collation="C")
    size = models.BigIntegerField(_("Size"), editable=False)
    kept_for = models.BigIntegerField(editable=False)
    sha256 = models.CharField(max_length=64, editable=False, db_collation="C")
    notices = models.CharField(max_length=200, blank=True, editable=False)
    note = models.CharField(_("Note"), max_length=200, blank=True)

    class Meta(Record.Meta):
        verbose_name = _("file")
        verbose_name_plural = _("files")
        indexes = [
            models.Index(fields=["record_type", "record_id", "-id"], name="file_subject"),
            models.Index(fields=["sha256"], name="file_content"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def blob(self) -> Blob:
        """The file's bytes."""
        return Blob(self.kept_for, self.sha256, self.size)

    @property
    def content(self) -> Kind:
        """What the file is."""
        return KINDS[self.kind]

    @property
    def label(self) -> Sentence:
        """What the file is, in the reader's language."""
        return _(self.content.label)

    def sentences(self) -> list[Sentence]:
        """The notices for people."""
        return [NOTICES[code] for code in self.notices.split() if code in NOTICES]
