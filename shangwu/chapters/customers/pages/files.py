"""Pages of clause 2.5: customers, contacts, communications."""

from django.utils.translation import gettext_lazy as _

from shangwu.chapters.customers.completeness import Asked, completeness
from shangwu.chapters.customers.models import Communication, Contact, Customer
from shangwu.chapters.customers.pages.duplicates import WATCHED
from shangwu.foundation.pages.kit import (
    Beside,
    DetailPage,
    Due,
    FormPage,
    Group,
    Hidden,
    Lines,
    ListPage,
    Money,
    Pages,
    Parts,
    Period,
    Progress,
    RowsPanel,
    View,
    Wide,
    my_day,
    panel,
    this_minute,
)

ListPage(
    Customer,
    clause="2.5.1",
    columns=[
        "name", "number", "state", "grade", "owner", "region", "industry", "last_contact_at", Due("protected_until"),
        Hidden("department"), Hidden("held_on"), Hidden("released_by"), Hidden("released_at"),
        Hidden("short_name"), Hidden("kind"), Hidden("source"), Hidden("channel"), Hidden("tags"),
        Hidden("verified_at"), Hidden("created_at"), Hidden("payment_days"), Hidden(Money("credit_limit", total=False)),
        Hidden("sector"), Hidden("area"), Hidden("size"), Hidden("segment"), Hidden("computed_grade"),
        Hidden("grade_until"),
        Hidden(
            Progress(
                "completeness", completeness, label=_("Complete"), needs=["kind", "verified_fields", *Asked.values]
            )
        ),
    ],
    filters=[
        "state", "grade", "owner", "department", "kind", "region", "industry", "source", "channel", "collaborators",
        "size", "sector", "area", "segment", "tags", Period("grade_until"), Period("last_contact_at"),
        Period("verified_at"),
        Period("created_at"), Period("protected_until"), Period("held_on"), Period("released_at"), "released_by",
    ],
    sorts=["sort_key", "protected_until"],
    views=[
        View("mine", _("Mine"), "owner=me"),
        View(
            "ends", _("Protection ends soon"), "owner=me&protected_until=next_14", sort="protected_until",
            columns=("name", "number", "state", "grade", "owner", "last_contact_at", "protected_until"),
        ),
        View(
            "pool", _("Pool"), "owner.empty=yes",
            columns=("name", "number", "state", "region", "industry", "released_by", "released_at", "last_contact_at"),
        ),
        View("shared", _("Shared with me"), "collaborators=me"),
        View("won", _("Won"), "state=won"),
    ],
    empty=_("No customers yet. Open the first file, or import a list."),
    icon="users",
    order=10,
    tab=True,
)  # fmt: skip
DetailPage(
    Customer,
    clause="2.5.1",
    title=["name"],
    track=["lead", "potential", "prospect", "won"],
    meta=["owner", "department", "collaborators"],
    facts=[
        Group(
            _("File"), "short_name", "kind", "identity_number", "jurisdiction", "industry", "size", "region", "source",
            "grade", "segment", "tags", "channel", "phone", "website", "verified_at", "last_contact_at",
        ),
        Group(_("Figures"), "sector", "headcount", "revenue", "assets", "figures_year", "area"),
        Group(
            _("Protection"), "held_on", "protected_until", "extra_days", "released_by", "released_at", clause="2.5.1"
        ),
        Group(_("Terms"), "credit_limit", "payment_days", "currency"),
        Group(_("Invoices"), "invoice_name", "invoice_address", "invoice_phone", "bank_name", "bank_account"),
        Group(_("Deliveries"), "ship_to_name", "ship_to_phone", "ship_to_address"),
        Group(_("Grade by hand"), "grade_until", "grade_reason"),
        Group(_("Note"), "note", "duplicate_reason"),
    ],
    parts=[Parts("addresses", "position", "receiver", "phone", "area", "address", "note")],
)  # fmt: skip
FormPage(
    "customers.customer.create",
    clause="2.5.1",
    beside=Beside("customers.likely", *WATCHED),
    groups=[
        Group(
            _("Who it is"), Wide("name", 4), Wide("short_name", 2), "kind", "jurisdiction", "identity_number", "phone",
            "website", clause="2.5.1",
            help=_("Number and name are compared with all files before a new one is opened."),
        ),
        Group(_("Market"), "sector", "area", "source", "industry", "region", "channel", "grade", Wide("tags", 4)),
        Group(
            _("Figures"), "headcount", "revenue", "assets", "figures_year", "size",
            help=_("Industry and figures decide the size; without them it stays as entered."),
        ),
        Group(_("Terms"), "credit_limit", "payment_days", "currency"),
        Group(
            _("Invoices"), "invoice_name", Wide("invoice_address", 4), "invoice_phone", "bank_name", "bank_account"
        ),
        Group(
            _("Deliveries"), "ship_to_name", "ship_to_phone", Wide("ship_to_address"),
            help=_("Of a person only what the delivery needs: it is kept for the contract (PIPL 13, 2)."),
        ),
        Group(
            _("Further delivery addresses"), Lines("addresses", "address", "receiver", "phone", "area", "note"),
        ),
        Group(_("Further"), "owner", "department", "duplicate_reason", Wide("note")),
    ],
)  # fmt: skip

Pages(
    Contact,
    clause="2.5.1",
    columns=[
        "name", "customer", "post", "part", "phone", "email", "is_main", "consent", Hidden("messenger"),
        Hidden("birthday"), Hidden("marketing_refused_at"), Hidden("erased_at"),
    ],
    filters=["customer", "part", "consent", "is_main", Period("marketing_refused_at")],
    title=["name"],
    empty=_("No contacts yet. Enter whom you speak with."),
    icon="address-book",
    order=20,
    facts=[
        "customer", "post", "part", "phone", "email", "messenger", "birthday", "is_main", "consent", "consent_at",
        "consent_text", "marketing_refused_at", "erased_at", "note",
    ],
    groups=[
        Group(_("Contact"), "customer", "name", "post", "part", "is_main"),
        Group(
            _("Reached by"), "phone", "email",
            help=_("Kept because the contract with the customer needs it (PIPL 13, 2)."),
        ),
        Group(
            _("By consent"), "messenger", "birthday", Wide("note"),
            help=_("Kept only while the person consents (PIPL 13, 1): enter the consent on their page."),
        ),
    ],
    parts=[Parts("consents", "purpose", "text_version", "kinds", "way", "given_at", "withdrawn_at", "withdrawn_way")],
)  # fmt: skip

Pages(
    Communication,
    clause="2.5.2",
    columns=[
        "customer", "method", "at", "contact", "summary", "next_step", Due("next_on"), "owner", Hidden("next_by"),
        Hidden("next_done_at"),
    ],
    filters=["customer", "method", "owner", "next_by", "visit", Period("at"), Period("next_on"), "next_done_at"],
    views=[
        View("mine", _("Mine"), "owner=me"),
        View("next", _("My next steps"), "next_by=me&next_on.empty=no&next_done_at.empty=yes"),
    ],
    title=["customer", "method"],
    empty=_("Nothing logged yet. Log the first call."),
    icon="messages",
    order=30,
    facts=[
        "customer", "contact", "method", "at", "visit", "summary", "message", "next_step", "next_on", "next_by",
        "next_done_at",
    ],
    begins=this_minute("at"),
    groups=[
        Group(_("Contact"), "customer", "contact", "method", "at", Wide("summary"), clause="2.5.2"),
        Group(_("Next step"), Wide("next_step", 4), "next_on"),
    ],
)  # fmt: skip

panel(
    Customer,
    RowsPanel("communications", Communication, _("Communications"), "customer={record}", order=20, clause="2.5.2"),
    RowsPanel("contacts", Contact, _("Contacts"), "customer={record}", order=30),
)
my_day(
    RowsPanel(
        "next_steps", Communication, _("Follow-ups"), "next_by=me&next_on.empty=no&next_done_at.empty=yes",
        columns=("customer", "next_step", "next_on"), place="side", order=30, clause="2.5.2",
    )
)  # fmt: skip
