"""Clause 2.5.1 in contracts: an erasure that waits for what becomes of one."""

from django.db import models

from shangwu.chapters.sales.models.contracts import Contract


class PendingErasure(models.Model):
    """What an erasure has still to take out of a contract that was on its way to being signed. The request is a record;
    this goes when the contract is signed, or bears the person's name no more.

    pattern: what names or reaches the person (`redaction.pattern_of`). whole: the contract was to be with the person.
    """

    id = models.BigAutoField(primary_key=True)
    contract = models.ForeignKey(Contract, models.CASCADE, related_name="+")
    pattern = models.TextField()
    whole = models.BooleanField()
