"""The demo's channels and two thousand customers, their contacts and what was said to them."""

import datetime
import random

from shangwu.chapters.customers.models import Contact, Customer
from shangwu.demo import names
from shangwu.demo.people import Staff
from shangwu.foundation.actions.door import Row, act_many
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records.actors import Actor

COUNT, BARE_SHARE, KNOWN_SHARE = 2000, 0.12, 0.4


def unified_number(chance: random.Random) -> str:
    """A business number that passes the check of the Taiwanese Ministry of Finance (2023: modulo five)."""
    while True:
        digits = [chance.randrange(10) for _place in range(8)]
        total = sum(
            sum(divmod(digit * weight, 10)) for digit, weight in zip(digits, (1, 2, 1, 2, 1, 2, 4, 1), strict=True)
        )
        if total % 5 == 0:
            return "".join(map(str, digits))


def make(
    by: Actor, chance: random.Random, staff: Staff, began: datetime.datetime, until: datetime.datetime
) -> list[Customer]:
    """Open the customers' files, most before the first order; one in ten lies in the pool."""
    sellers, figures = staff.holders(Role.SALES), random.Random(len(staff.people))
    rows, compared = [], []
    for name, short in names.companies(chance, COUNT):
        owner = None if chance.random() < 0.1 else chance.choice(sellers)
        when = began + (until - began) * (chance.random() ** 4) * 0.9
        region = chance.choice(names.REGIONS)
        given = {
            "name": name, "short_name": short, "jurisdiction": "TW", "identity_number": unified_number(chance),
            "industry": chance.choice(names.INDUSTRIES), "size": chance.choice(["large", "medium", "small", "micro"]),
            "region": region, "source": chance.choice(names.SOURCES), "grade": chance.choice("AABBBCCCCC"),
            "phone": f"0{chance.randrange(2, 9)}-{chance.randrange(2_000_000, 9_000_000)}",
            "credit_limit": chance.choice([500_000, 1_000_000, 3_000_000, 8_000_000]),
            "payment_days": chance.choice([30, 45, 60]), "currency": "TWD",
            "ship_to_address": f"{region}市工業區{chance.randrange(1, 99)}號", "ship_to_name": names.person(chance),
            "owner": owner,
            "department": owner.department if owner else staff.departments["BD"],
        }  # fmt: skip
        given |= _billed(name, str(given["ship_to_address"]), figures)
        given |= {"sector": str(given["industry"])[1:3], "area": names.AREAS[region]}
        if figures.random() < KNOWN_SHARE:
            people = round(10 ** figures.uniform(0.6, 3.2))
            given |= {"headcount": people, "revenue": people * figures.randrange(40, 220), "figures_year": began.year}
        compared.append(name)
        if chance.random() < BARE_SHARE:
            compared.pop()
            # Taken up in a hurry; the rest of the file follows after the first order, or is forgotten.
            given |= {"phone": "", "ship_to_address": "", "source": ""}
        rows.append(Row(given, occurred_at=when))
    rows.sort(key=lambda row: row.occurred_at or began)
    made = [one.record for one in act_many(by, "customers.customer.create", rows).done]
    known = set(compared)
    looked = [Row(target=one, occurred_at=one.created_at) for one in made if one.name in known]
    compared_with = {one.record.pk: one.record for one in act_many(by, "customers.customer.verify", looked).done}
    return [compared_with.get(one.pk, one) for one in made]


def _billed(name: str, address: str, figures: random.Random) -> dict[str, object]:
    """What stands on the customer's invoices."""
    return {
        "invoice_name": name, "invoice_address": address, "bank_name": figures.choice(names.BANKS),
        "bank_account": f"{figures.randrange(10**11, 10**12)}",
    }  # fmt: skip


def make_contacts(by: Actor, chance: random.Random, customers: list[Customer], when: datetime.datetime) -> int:
    """One contact per customer, with a mobile number of a range that is kept for examples; half have consented."""
    parts = random.Random(len(customers))
    rows = [
        Row(
            {
                "customer": customer, "name": names.person(chance),
                "post": chance.choice(["採購經理", "廠務主任", "工程師", "總務"]),
                "phone": f"09{chance.randrange(10_000_000, 99_999_999)}",
                "part": parts.choice(Contact.Part.values), "is_main": True,
            },
            occurred_at=when,
        )
        for customer in customers
    ]  # fmt: skip
    made = [one.record for one in act_many(by, "customers.contact.create", rows).done]
    text = {"text": "個人資料告知書 2026-01 版", "kinds": "姓名、電話、即時訊息", "way": "paper"}
    act_many(by, "customers.contact.consent", [Row(text, one, occurred_at=when) for one in made[::2]])
    asked = {
        "contact": made[1],
        "kind": "copy",
        "way": "mail",
        "asked_at": when,
        "words": "請提供貴公司保存的本人資料。",
    }
    act_many(by, "customers.personalrequest.create", [Row(asked, occurred_at=when)])
    return len(made)


def value(by: Actor, until: datetime.date) -> None:
    """Ask for a valuation of all customers; the worker does it when the demo runs."""
    act_many(by, "customers.valuation.create", [Row({"until": until})])
