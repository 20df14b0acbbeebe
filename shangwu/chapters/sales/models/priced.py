"""What the lines of an order and of a quotation have in common (2.6.1): one product, its price and its amounts."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from shangwu.chapters.sales.models.products import Product
from shangwu.foundation.money.fields import AmountField, CurrencyField, DiscountField, QuantityField, UnitPriceField
from shangwu.foundation.records.models import Part


class PricedLine(Part):
    """One product with its price. cost: of the whole line, in the entity's currency; it stands behind a gate.

    list_price: what the product cost on the list that day, from which the discount is judged.
    wanted_on: the day for which the customer wants this line, where it is another than the document's.
    """

    product = models.ForeignKey(Product, models.PROTECT, null=True, related_name="+", verbose_name=_("Product"))
    description = models.CharField(_("Description"), max_length=200, blank=True)
    quantity = QuantityField(_("Quantity"))
    unit = models.CharField(_("Unit"), max_length=20, blank=True)
    unit_price = UnitPriceField(_("Unit price"), null=True, blank=True)
    list_price = UnitPriceField(_("List price"), null=True, editable=False)
    discount = DiscountField(_("Discount"), default=0)
    tax_rate = models.DecimalField(_("Tax rate"), max_digits=5, decimal_places=4, null=True, blank=True)
    wanted_on = models.DateField(_("Wanted on"), null=True, blank=True)
    prices_with_tax = models.BooleanField(default=False, editable=False)
    currency = CurrencyField(editable=False)
    net = AmountField(_("Net"), null=True, blank=True)
    tax = AmountField(_("Tax"), null=True, blank=True)
    gross = AmountField(_("Total"), null=True, blank=True)
    base_net = AmountField(_("Net in own currency"), editable=False, default=0)
    cost = AmountField(_("Cost"), null=True, blank=True)

    class Meta(Part.Meta):
        abstract = True
