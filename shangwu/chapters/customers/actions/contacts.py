"""Clause 2.5.1: the persons at a customer, and their consent to what is done with their data (DOMAIN §2.4)."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from django.utils.translation import gettext_lazy as _

from shangwu.chapters.customers.access import speaks_with_customer
from shangwu.chapters.customers.completeness import note_contact
from shangwu.chapters.customers.mail_access import comes_by_mail
from shangwu.chapters.customers.models import Consent, Contact, Customer, Purpose, Way
from shangwu.chapters.customers.reaching import reached
from shangwu.foundation.access.predicates import nobody
from shangwu.foundation.actions.door import Ask, Refusal, action, archive, create, edit
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.text.phones import stored_phone

FIELDS = ["name", "post", "part", "phone", "email", "messenger", "birthday", "is_main", "note"]


def complete(contact: Contact, by: Actor) -> None:
    """2.5.1: a contact's phone is kept as the customer's country writes it. Refuses `erased` after an erasure."""
    _refuse_erased(contact)
    place = contact.customer.jurisdiction
    if contact.phone and place:
        contact.phone = stored_phone(contact.phone, place)


def _refuse_erased(contact: Contact) -> None:
    if contact.erased_at is not None:
        said = _("This person's data were erased at their request. Enter a new contact if they come back to us.")
        raise Refusal("erased", said)


create(Contact, clause="2.5.1", may=speaks_with_customer, fields=["customer", *FIELDS], body=complete)
edit(Contact, clause="2.5.1", may=speaks_with_customer, fields=FIELDS, reads=["customer"], body=complete)
archive(Contact, clause="2.5.1", may=speaks_with_customer)


Reached = frozenset[int]


def who_is_reached(records: Sequence[Any], by: Actor, inputs: Sequence[Mapping[str, Any]]) -> Reached:
    """The `prepare`: at which of these customers, or of the customers of these contacts, somebody can be reached."""
    return reached([one.customer_id if isinstance(one, Contact) else one.pk for one in records])


@action(
    Contact, "tell_file", clause="2.5.1", label=_("Tell the customer's file"), may=nobody, locks=["customer"],
    prepare=who_is_reached, shown=False, archive_too=True,
)  # fmt: skip
def tell_file(
    contact: Contact,
    by: Actor,
    found: Reached,
    *,
    is_compared: Annotated[bool, Ask(_("As it was compared with the customer"))] = True,
) -> None:
    """2.5.1: the file tells whether somebody can be reached whose part in decisions is known. Follows from contacts."""
    note_contact(contact.customer, stands=contact.customer_id in found, is_compared=is_compared)


@action(
    Customer, "count_contacts", clause="2.5.1", label=_("Contacts have moved"), may=nobody, prepare=who_is_reached,
    shown=False, archive_too=True,
)  # fmt: skip
def count_contacts(customer: Customer, by: Actor, found: Reached) -> None:
    """2.5.1: the same where contacts came along with a file, or went back with it."""
    note_contact(customer, stands=customer.pk in found, is_compared=True)


@action(
    Contact, "consent", clause="2.5.1", label=_("Consent given"), may=speaks_with_customer, icon="writing-sign",
    locks=["consents"], offered_when=lambda contact: contact.erased_at is None,
)  # fmt: skip
def consent(
    contact: Contact,
    by: Actor,
    *,
    text: Annotated[str, Ask(_("To what"), _("The text that was shown, and its version."))],
    purpose: Annotated[Purpose, Ask(_("Purpose"))] = Purpose.BUSINESS,
    kinds: Annotated[str, Ask(_("Kinds of data"), _("Such as name, phone, email."))] = "",
    way: Annotated[Way, Ask(_("How given"))] = Way.SPOKEN,
) -> list[Consent]:
    """2.5.1: the person agreed to one purpose; to which text is kept with the time and the way.

    Another purpose, or another text, is another consent. Refuses `given` while this very consent stands.
    """
    _refuse_erased(contact)
    given = list(contact.consents.all())
    for one in given:
        if one.withdrawn_at is None and (one.purpose, one.text_version) == (purpose, text[:200]):
            raise Refusal("given", _("This consent is on file. Enter another purpose, or another version of the text."))
    contact.consent, contact.consent_at = Contact.Consent.GIVEN, contact.changed_at
    contact.consent_text = text[:200]
    if purpose == Purpose.MARKETING:
        contact.marketing_refused_at = None
    made = Consent(
        contact=contact, position=len(given) + 1, purpose=purpose, kinds=kinds[:200], text_version=text[:200], way=way,
        given_at=contact.changed_at,
    )  # fmt: skip
    return [made]


@action(
    Contact, "withdraw_consent", clause="2.5.1", label=_("Consent withdrawn"), may=speaks_with_customer,
    icon="user-off", event="customers.contact.consent_withdrawn", locks=["consents"],
)  # fmt: skip
def withdraw_consent(
    contact: Contact,
    by: Actor,
    *,
    purpose: Annotated[Purpose | None, Ask(_("Purpose"), _("Empty: everything."))] = None,
    way: Annotated[Way, Ask(_("How withdrawn"))] = Way.SPOKEN,
) -> None:
    """2.5.1: withdrawing is as easy as giving, for one purpose or for all; past use stays valid."""
    standing = False
    for one in contact.consents.all():
        if one.withdrawn_at is None and purpose in (None, "", one.purpose):
            one.withdrawn_at, one.withdrawn_way = contact.changed_at, way
        standing = standing or one.withdrawn_at is None
    if not standing:
        contact.consent = Contact.Consent.WITHDRAWN
    contact.consent_at = contact.changed_at
    if purpose in (None, "", Purpose.MARKETING):
        contact.marketing_refused_at = contact.marketing_refused_at or contact.changed_at


@action(
    Contact, "refuse_marketing", clause="2.5.1", label=_("No advertisements"), may=speaks_with_customer,
    icon="circle-off", event="customers.contact.marketing_refused", locks=["consents"],
    offered_when=lambda contact: contact.marketing_refused_at is None,
)  # fmt: skip
def refuse_marketing(contact: Contact, by: Actor) -> None:
    """2.5.1: the person wants no advertisements and no profiles (PIPL 24); other contact goes on."""
    contact.marketing_refused_at = contact.changed_at
    for one in contact.consents.all():
        if one.withdrawn_at is None and one.purpose in (Purpose.MARKETING, Purpose.PROFILE):
            one.withdrawn_at, one.withdrawn_way = contact.changed_at, Way.SPOKEN


@action(
    Contact, "unsubscribe", clause="2.5.2", label=_("End advertisements or questions"), may=comes_by_mail,
    icon="circle-off", event="customers.contact.unsubscribed", locks=["consents"], shown=False,
)  # fmt: skip
def unsubscribe(
    contact: Contact, by: Actor, *, purpose: Annotated[Purpose, Ask(_("Purpose"))] = Purpose.MARKETING
) -> None:
    """2.5.2: the person has opened the way out that stands in each advertisement, and in each question whether they
    are content: their consent to that is withdrawn."""
    if purpose == Purpose.MARKETING:
        contact.marketing_refused_at = contact.marketing_refused_at or contact.changed_at
    standing = False
    for one in contact.consents.all():
        if one.withdrawn_at is None and one.purpose == purpose:
            one.withdrawn_at, one.withdrawn_way = contact.changed_at, Way.MAIL
        standing = standing or one.withdrawn_at is None
    if not standing and contact.consent == Contact.Consent.GIVEN:
        contact.consent, contact.consent_at = Contact.Consent.WITHDRAWN, contact.changed_at


def may_advertise(contact: Contact) -> bool:
    """Whether advertisements may be sent to this person: consented to, not refused since (2.5.2, last sentence)."""
    allowed = any(one.purpose == Purpose.MARKETING and one.withdrawn_at is None for one in contact.consents.all())
    return allowed and contact.marketing_refused_at is None and contact.erased_at is None
