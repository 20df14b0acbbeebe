"""Clause 2.6.3: the table of carriers, and what is known of their numbers."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from shangwu.chapters.customers.models.tables import Named
from shangwu.chapters.sales.carrier_numbers import fitting, has_s10_digit, validate_patterns
from shangwu.foundation.records.fields import searchable
from shangwu.foundation.records.models import search_index


class Carrier(Named):
    """Who carries our goods: couriers, freight lines, our own van, the customer who fetches them.

    rule: how far its numbers are known. patterns: as in `carrier_numbers`. tracking: by which way we learn where goods
    are; platform_code: how the tracking platform names it. needs_phone: it answers only to the last four digits of
    the recipient's phone. rank: smaller is suggested first.
    """

    class Rule(models.TextChoices):
        STRONG = "strong", pgettext_lazy("number rule", "Known for sure: a wrong number is refused")
        WEAK = "weak", pgettext_lazy("number rule", "Known roughly: only suggests the carrier")
        NONE = "none", pgettext_lazy("number rule", "There are no numbers: the receipt proves it")

    class Check(models.TextChoices):
        NONE = "", pgettext_lazy("check digit", "None")
        S10 = "s10", pgettext_lazy("check digit", "Postal (UPU S10)")

    class Tracking(models.TextChoices):
        MANUAL = "manual", pgettext_lazy("tracking", "People enter it")
        KUAIDI100 = "kuaidi100", pgettext_lazy("tracking", "By the platform Kuaidi100")

    natural_keys: ClassVar[tuple[str, ...]] = ("code",)
    caseless: ClassVar[tuple[str, ...]] = ("code",)
    named_by: ClassVar[tuple[str, ...]] = ("name", "name_hans", "name_en")

    code = models.CharField(_("Code"), max_length=12, db_collation="C")
    rule = models.CharField(_("Number rule"), max_length=6, choices=Rule.choices, default=Rule.WEAK)
    patterns = models.CharField(
        _("Patterns of numbers"), max_length=200, blank=True, validators=[validate_patterns], db_collation="C",
        help_text=_("Such as SF\\d{13}; several with spaces between."),
    )  # fmt: skip
    check_digit = models.CharField(_("Check digit"), max_length=4, choices=Check.choices, default="", blank=True)
    tracking = models.CharField(_("Tracked"), max_length=10, choices=Tracking.choices, default=Tracking.MANUAL)
    platform_code = models.CharField(_("Code on the platform"), max_length=40, blank=True, db_collation="C")
    needs_phone = models.BooleanField(_("Asks for the recipient's phone"), default=False)
    rank = models.PositiveSmallIntegerField(_("Rank"), default=50)

    search_text, search_bigrams = searchable("code", "name", "name_hans", "name_en")

    class Meta(Named.Meta):
        verbose_name = pgettext_lazy("shipping", "carrier")
        verbose_name_plural = pgettext_lazy("shipping", "carriers")
        ordering = ["rank", "code"]
        indexes = [search_index("carrier_search")]
        constraints = [
            models.UniqueConstraint(
                Upper("code"),
                name="carrier_code_once",
                violation_error_message=_("The table has this code already. Change that carrier, or bring it back."),
            ),
            models.CheckConstraint(
                condition=~Q(rule="strong") | ~Q(patterns=""),
                name="carrier_strong_has_patterns",
                violation_error_message=_("What is known for sure needs a pattern. Enter one, or choose another rule."),
            ),
            models.CheckConstraint(
                condition=~Q(rule="none") | (Q(patterns="") & Q(tracking="manual")),
                name="carrier_without_numbers",
                violation_error_message=_("Where there are no numbers there is neither a pattern nor a platform."),
            ),
            models.CheckConstraint(
                condition=~Q(tracking="kuaidi100") | ~Q(platform_code=""),
                name="carrier_on_platform",
                violation_error_message=_("The platform needs its own code of this carrier. Enter it."),
            ),
        ]

    def fitting(self, number: str) -> list[str]:
        """The patterns that a tidy number fits; none when its check digit is wrong."""
        found = fitting(self.patterns, number)
        return [] if found and self.check_digit == self.Check.S10 and not has_s10_digit(number) else found
