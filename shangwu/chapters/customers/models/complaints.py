"""Clause 2.5.3: a complaint, from the first word to the last check, with its 8D."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _

from shangwu.chapters.customers.models.files import Customer
from shangwu.foundation.money.fields import AmountField, CurrencyField
from shangwu.foundation.records.fields import PersonsField, StateField, promised_when, searchable
from shangwu.foundation.records.models import Record, scope_indexes, search_index


class Complaint(Record):
    """A complaint. Its owner is who has taken it up; its department answers for it.

    order_reference: number of an order or batch as people say it; this room knows no orders.
    article: the product, where it is known which; product: what the customer calls it.
    claim: what is asked, in kind. goods_received_on: the day from which a return without a reason is counted;
    return_until: its last day. target_at: until when it should be taken up, well before it must.
    registered_at: when its terms began; registered_on: the business day of it. clock_start: registered_at, moved on by
    the working days that `Pause`s took.
    paused_at: since when the customer's papers are awaited; paused_minutes: working time of pauses that have ended.
    round: how often it was opened again; reopened_at: when, the last time.
    compensation_asked: what a request for a decision says; compensation: what was granted.
    reply_round: how often the customer was answered; a link asks about one answer only.
    repeats: the first complaint of which this is a repeat. cause_opened_at, cause_settled_at: of the first one, since
    when its cause is looked at anew, and when another was found.
    """

    class State(models.TextChoices):
        REGISTERED = "registered", _("Registered")
        ACCEPTED = "accepted", _("Taken up")
        INVESTIGATING = "investigating", _("Under investigation")
        PROPOSED = "proposed", _("Solution laid out")
        AGREED = "agreed", _("Solution agreed")
        CARRYING_OUT = "carrying_out", _("Being carried out")
        REPLIED = "replied", _("Answered")
        CONFIRMED = "confirmed", _("Confirmed by the customer")
        WATCHING = "watching", _("Effect watched")
        CLOSED = "closed", _("Closed")
        REFUSED = "refused", _("Not accepted")

    class Source(models.TextChoices):
        PHONE = "phone", _("Phone")
        MAIL = "mail", _("Mail")
        PAGE = "page", _("Form")
        MESSENGER = "messenger", _("Messenger")
        VISIT = "visit", _("Visit")
        LETTER = "letter", _("Letter")
        PLATFORM = "platform", _("Shopping platform")
        AUTHORITY = "authority", _("Authority")

    class Category(models.TextChoices):
        QUALITY = "quality", _("Quality of goods")
        DELIVERY = "delivery", _("Delivery date")
        SERVICE = "service", _("Service")
        PRICE = "price", _("Price")
        LOGISTICS = "logistics", _("Logistics")
        CONTRACT = "contract", _("Contract")

    class Claim(models.TextChoices):
        REPAIR = "repair", _("Repair")
        EXCHANGE = "exchange", _("Exchange")
        REFUND = "refund", _("Money back")
        PRICE = "price", _("Lower price")
        FREE_RETURN = "free_return", _("Return without a reason, bought online")
        OTHER = "other", _("Something else")

    class Level(models.TextChoices):
        NORMAL = "normal", _("Ordinary")
        MAJOR = "major", _("Serious")
        URGENT = "urgent", _("Urgent: danger")

    named_by = ("number",)
    classes = {
        "claimant_name": "personal", "claimant_phone": "personal", "claimant_email": "personal",
        "description": "personal", "demand": "personal", "answer": "personal", "agreed_proof": "personal",
        "reply_proof": "personal", "confirmed_proof": "personal", "reopened_because": "personal", "effect": "personal",
        "containment": "personal", "root_cause": "personal", "solution": "personal", "prevention": "personal",
        "lesson": "personal",
    }  # fmt: skip
    parts = ("whys", "causes", "remedies", "pauses", "letters")

    state = StateField(State, facts=["accepted", "refused", "proposed", "replied", "confirmed", "closed"])
    source = models.CharField(_("Came by"), max_length=10, choices=Source.choices, default=Source.PHONE)
    customer = models.ForeignKey(
        Customer, models.PROTECT, null=True, blank=True, related_name="complaints", db_index=False,
        verbose_name=_("Customer"),
    )  # fmt: skip
    claimant_name = models.CharField(_("Who complains"), max_length=60, blank=True)
    claimant_phone = models.CharField(_("Their phone"), max_length=40, blank=True)
    claimant_email = models.EmailField(_("Their email"), blank=True)
    is_consumer = models.BooleanField(_("Bought for private use"), default=False)
    order_reference = models.CharField(_("Order or batch"), max_length=60, blank=True)
    product = models.CharField(_("Product"), max_length=100, blank=True)
    article = models.ForeignKey(
        "sales.Product", models.PROTECT, null=True, blank=True, related_name="+", db_index=False,
        verbose_name=_("Product on file"),
    )  # fmt: skip
    category = models.CharField(_("Kind"), max_length=10, choices=Category.choices, blank=True)
    level = models.CharField(_("Severity"), max_length=10, choices=Level.choices, default=Level.NORMAL)
    description = models.TextField(_("What happened"), max_length=8000)
    demand = models.TextField(_("What is asked"), max_length=2000, blank=True)
    claim = models.CharField(_("Asked in kind"), max_length=11, choices=Claim.choices, blank=True)
    goods_received_on = models.DateField(_("Goods received on"), null=True, blank=True)
    return_until = models.DateField(_("Return without a reason until"), null=True, editable=False)
    received_at = models.DateTimeField(_("Received at"), blank=True)
    registered_at = models.DateTimeField(_("Registered at"), editable=False)
    registered_on = models.DateField(_("Registered on"), editable=False)
    clock_start = models.DateTimeField(editable=False)
    target_at = models.DateTimeField(_("To be taken up by, as a target"), null=True, editable=False)
    paused_at = models.DateTimeField(_("Papers awaited since"), null=True, editable=False)
    paused_minutes = models.PositiveIntegerField(default=0, editable=False)
    round = models.PositiveSmallIntegerField(_("Opened again"), default=0, editable=False)
    reopened_at = models.DateTimeField(_("Opened again at"), null=True, editable=False)
    reopened_because = models.CharField(_("Opened again because"), max_length=500, blank=True, editable=False)
    team = PersonsField(verbose_name=_("D1 Team"))
    containment = models.TextField(_("D3 Contained by"), max_length=2000, blank=True)
    contained_at = models.DateTimeField(_("Contained at"), null=True, editable=False)
    root_cause = models.TextField(_("D4 Root cause"), max_length=2000, blank=True)
    solution = models.TextField(_("D5 Solution"), max_length=4000, blank=True)
    prevention = models.TextField(_("D7 So that it does not happen again"), max_length=2000, blank=True)
    lesson = models.TextField(_("D8 What we have learnt"), max_length=2000, blank=True)
    agreed_proof = models.CharField(_("Proof of consent"), max_length=250, blank=True, editable=False)
    currency = CurrencyField(blank=True)
    price_paid = AmountField(_("Price paid"), null=True, blank=True)
    is_fraud = models.BooleanField(_("The consumer was deceived"), default=False)
    compensation_asked = AmountField(_("Compensation asked for"), null=True, editable=False)
    compensation = AmountField(_("Compensation"), null=True, editable=False)
    answer = models.TextField(_("Answer"), max_length=4000, blank=True, editable=False)
    reply_proof = models.CharField(_("Proof of sending"), max_length=250, blank=True, editable=False)
    reply_round = models.PositiveSmallIntegerField(default=0, editable=False)
    confirmed_by_link = models.BooleanField(_("Confirmed by the customer's own hand"), default=False, editable=False)
    confirmed_proof = models.CharField(_("Proof of confirmation"), max_length=250, blank=True, editable=False)
    effect_checked_at = models.DateTimeField(_("Effect checked at"), null=True, editable=False)
    effect = models.TextField(_("What the check showed"), max_length=2000, blank=True, editable=False)
    repeats = models.ForeignKey(
        "self", models.PROTECT, null=True, editable=False, related_name="repeated_by", verbose_name=_("Repeat of")
    )
    repeat_count = models.PositiveSmallIntegerField(_("Repeated"), default=0, editable=False)
    cause_opened_at = models.DateTimeField(_("Cause looked at anew since"), null=True, editable=False)
    cause_settled_at = models.DateTimeField(_("Cause found anew at"), null=True, editable=False)

    search_text, search_bigrams = searchable(
        "number", "order_reference", "product", Cast("description", models.CharField())
    )

    class Meta(Record.Meta):
        verbose_name = _("complaint")
        verbose_name_plural = _("complaints")
        indexes = [
            search_index("complaint_search"),
            *scope_indexes("complaint", "registered_on", by_state=True),
            models.Index(fields=["customer", "category", "-id"], name="complaint_customer"),
            models.Index(fields=["article", "-id"], condition=Q(article__isnull=False), name="complaint_article"),
        ]
        constraints = [
            promised_when(
                ["accepted", "investigating", "proposed", "agreed", "carrying_out", "replied", "watching", "closed"],
                "customer",
                "accepted_at",
                name="complaint_taken_up_for_someone",
                say=_("A complaint that is taken up needs its customer. Choose or open the customer's file."),
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["replied", "watching", "closed"]) | (~Q(reply_proof="") & ~Q(answer="")),
                name="complaint_answer_proved",
                violation_error_message=_("An answer counts only with its proof of sending."),
            ),
            models.CheckConstraint(
                condition=~Q(claim="free_return") | (Q(goods_received_on__isnull=False) & Q(is_consumer=True)),
                name="complaint_return_counted",
                violation_error_message=_(
                    "A return without a reason is a consumer's, and counted from the day on which the goods came."
                ),
            ),
            models.CheckConstraint(
                condition=(Q(compensation__isnull=True) | Q(compensation__gte=0))
                & (Q(compensation_asked__isnull=True) | Q(compensation_asked__gt=0)),
                name="complaint_compensation_positive",
                violation_error_message=_("A compensation is not below zero."),
            ),
        ]

    def __str__(self) -> str:
        return self.number or str(self.public_id)
