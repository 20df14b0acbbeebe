"""Whose rules a number, a telephone or a calendar follows."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Jurisdiction(models.TextChoices):
    """The three places whose rules the house knows."""

    MAINLAND = "CN", _("Mainland China")
    TAIWAN = "TW", _("Taiwan")
    HONG_KONG = "HK", _("Hong Kong")
