"""Stored answers, so that a repeated request has exactly one effect."""

from django.db import models


class Answer(models.Model):
    """What was answered to a form token or Idempotency-Key. Kept for a while, then cleared away.

    digest: of the action and its inputs; the same key with other data is refused.
    """

    person_key = models.CharField(max_length=40, db_collation="C")
    key = models.CharField(max_length=80, db_collation="C")
    digest = models.CharField(max_length=64, db_collation="C")
    answer = models.JSONField()
    created_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person_key", "key"], name="answer_once")]
