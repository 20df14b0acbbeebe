"""What we sell and for how much: products with their stock, price lists by customer, quantity and date."""

from decimal import Decimal

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from shangwu.foundation.money.fields import CurrencyField, QuantityField, UnitPriceField
from shangwu.foundation.records.fields import one_spelling, searchable
from shangwu.foundation.records.models import Part, Record, search_index


class Product(Record):
    """A thing or service that we sell. Prices and cost are in the legal entity's currency, per unit.

    stocked: whether its stock is counted; what is made to order or is a service is never reserved. made: it is made for
    each order, and leaves when quality has released it.
    code: people write it in any case, so no two differ in case alone.
    in_lots: all that is counted lies in batches, and the database keeps both equal. on_hand, reserved: kept by
    receiving, counting, confirming and shipping.
    """

    named_by = ("name",)
    natural_keys = ("code",)
    caseless = ("code",)
    tallies = ("on_hand", "reserved")

    code = models.CharField(_("Code"), max_length=40, unique=True, db_collation="C")
    name = models.CharField(_("Name"), max_length=200)
    category = models.CharField(_("Category"), max_length=60, blank=True)
    unit = models.CharField(_("Unit"), max_length=20, blank=True)
    tax_rate = models.DecimalField(_("Tax rate"), max_digits=5, decimal_places=4, default=0)
    list_price = UnitPriceField(_("List price"), default=0)
    minimum_price = UnitPriceField(_("Lowest price"), null=True, blank=True)
    cost = UnitPriceField(_("Cost"), null=True, blank=True)
    active = models.BooleanField(_("On sale"), default=True)
    stocked = models.BooleanField(_("Stock is counted"), default=True)
    made = models.BooleanField(_("Made to order"), default=False)
    in_lots = models.BooleanField(
        _("Kept by batch"), default=False, help_text=_("All of it lies in warehouses; none comes in without one.")
    )
    on_hand = QuantityField(_("On hand"), default=0, editable=False)
    reserved = QuantityField(_("Reserved"), default=0, editable=False)

    search_text, search_bigrams = searchable("code", "name", "category")

    class Meta(Record.Meta):
        verbose_name = _("product")
        verbose_name_plural = _("products")
        indexes = [
            search_index("product_search"),
            *(models.Index(fields=[sort, "id"], name=f"product_{sort}") for sort in ("name", "category", "list_price")),
        ]
        constraints = [
            one_spelling("code", name="product_code_once_in_any_case"),
            models.CheckConstraint(
                condition=Q(on_hand__gte=F("reserved")) & Q(reserved__gte=0),
                name="product_reserved_is_there",
                violation_error_code="stock",
                violation_error_message=_("There is not so much in stock. Take less, or wait for the next delivery."),
            ),
            models.CheckConstraint(
                condition=Q(tax_rate__gte=0) & Q(tax_rate__lt=1),
                name="product_tax_rate",
                violation_error_message=_("A tax rate lies between 0 and 1: 0.05 for five per cent."),
            ),
            models.CheckConstraint(
                condition=Q(list_price__gte=0)
                & (Q(cost__isnull=True) | Q(cost__gte=0))
                & (Q(minimum_price__isnull=True) | Q(minimum_price__gte=0)),
                name="product_prices_positive",
                violation_error_message=_("Prices and cost are not below zero."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def free(self) -> Decimal:
        """What can still be promised: on hand less reserved."""
        left: Decimal = self.on_hand - self.reserved
        return left


class PriceList(Record):
    """Agreed prices, for one customer or for all, from a day to a day. Currency and tax basis are the list's."""

    named_by = ("name",)
    parts = ("prices",)

    name = models.CharField(_("Name"), max_length=100)
    customer = models.ForeignKey(
        "customers.Customer", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("Only for")
    )
    currency = CurrencyField()
    valid_from = models.DateField(_("Valid from"))
    valid_until = models.DateField(_("Valid until"), null=True, blank=True)

    search_text, search_bigrams = searchable("name")

    class Meta(Record.Meta):
        verbose_name = _("price list")
        verbose_name_plural = _("price lists")
        indexes = [search_index("price_list_search")]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")),
                name="price_list_in_order",
                violation_error_message=_("The list ends before it begins. Correct one of the days."),
            )
        ]

    def __str__(self) -> str:
        return self.name


class Price(Part):
    """One product's price from a quantity on."""

    parent = "price_list"

    price_list = models.ForeignKey(PriceList, models.CASCADE, related_name="prices", verbose_name=_("Price list"))
    product = models.ForeignKey(Product, models.PROTECT, related_name="prices", verbose_name=_("Product"))
    least_quantity = QuantityField(_("From quantity"), default=0)
    price = UnitPriceField(_("Price"))

    class Meta(Part.Meta):
        verbose_name = _("price")
        verbose_name_plural = _("prices")
        constraints = [
            models.UniqueConstraint(
                fields=["price_list", "product", "least_quantity"],
                name="price_once",
                violation_error_message=_("The list has two prices for one product and quantity. Keep one."),
            ),
            models.CheckConstraint(
                condition=Q(price__gte=0) & Q(least_quantity__gte=0),
                name="price_positive",
                violation_error_message=_("Prices and quantities are not below zero."),
            ),
        ]
