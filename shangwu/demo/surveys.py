"""The demo's surveys: answers of the last weeks in all grades, some still open; last year's result finished."""

import datetime
import random
from dataclasses import replace

from shangwu.chapters.customers.models import Contact, Customer, Message, SatisfactionReport, Survey
from shangwu.chapters.customers.survey_access import by_link
from shangwu.demo.mails import buyers
from shangwu.demo.people import Staff
from shangwu.foundation.access.actors import actor_of
from shangwu.foundation.actions.door import Row, act, act_many
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records.actors import Source, system

COUNT = 40
DAY = datetime.timedelta(days=1)
ANSWERED_SHARE = 0.75
CONTENT, RECOMMEND = (5, 5, 5, 4, 4, 4, 3, 3, 2, 1), (10, 10, 9, 9, 9, 8, 8, 7, 6, 3)
WORDS = ("交期準時，謝謝。", "客服回覆很快。", "包裝可以再牢固一些。", "報價有點慢。", "")


def make(chance: random.Random, staff: Staff, customers: list[Customer], until: datetime.datetime) -> int:
    """Surveys of two years, and the results; how many surveys."""
    house, service = system(Source.DEMO), replace(actor_of(staff.holders(Role.SERVICE)[0]), source=Source.DEMO)
    served = buyers(customers)
    chosen = chance.sample(served, min(COUNT, len(served)))
    began = until - 430 * DAY
    for place, customer in enumerate(chosen):
        contact = Contact.objects.visible_to(service).filter(customer=customer).first()
        if contact is None:
            continue
        if not contact.email:
            mail = {"email": f"asked{place + 1}@customer{place + 1}.example"}
            contact = act(house, "customers.contact.edit", contact, mail, occurred_at=began).record
        agreed = {"text": "滿意度調查告知書 2026-01 版", "purpose": "survey", "way": "form"}
        act_many(house, "customers.contact.consent", [Row(agreed, contact.fresh, occurred_at=began)])
        last_year = until - datetime.timedelta(days=300 + chance.randrange(60))
        _ask(chance, staff, contact.fresh, "year", last_year, until)
        _ask(chance, staff, contact.fresh, "delivery", until - chance.randrange(3, 60) * DAY, until)
    _report(staff, until)
    return 2 * len(chosen)


def _ask(
    chance: random.Random,
    staff: Staff,
    contact: Contact,
    occasion: str,
    when: datetime.datetime,
    until: datetime.datetime,
) -> None:
    service = replace(actor_of(staff.holders(Role.SERVICE)[0]), source=Source.DEMO)
    given = {"occasion": occasion, "customer": contact.customer, "contact": contact}
    survey: Survey = act(service, "customers.survey.create", None, given, occurred_at=when).record
    mail = Message.objects.visible_to(service).get(survey=survey)
    act(system(Source.DEMO), "customers.message.deliver", mail, occurred_at=when)
    if chance.random() > ANSWERED_SHARE:
        return
    said = {
        "content": chance.choice(CONTENT), "words": chance.choice(WORDS),
        "would_recommend": chance.choice(RECOMMEND) if occasion == "year" else None,
    }  # fmt: skip
    person = replace(by_link(staff.entity, survey.public_id), source=Source.DEMO)
    act(person, "customers.survey.answer", survey.fresh, said, occurred_at=min(when + 2 * DAY, until))


def _report(staff: Staff, until: datetime.datetime) -> None:
    service = replace(actor_of(staff.holders(Role.SERVICE)[0]), source=Source.DEMO)
    for year in (until.year - 1, until.year):
        given = {"year": year, "department": staff.departments["BD"]}
        report: SatisfactionReport = act(service, "customers.satisfactionreport.create", None, given).record
        if year < until.year and report.fresh.figures["whole"]["answered"]:
            words = {"findings": "交期與客服最受肯定，包裝屢被提起。", "measures": "改用加固外箱，三個月後再問。"}
            act(service, "customers.satisfactionreport.edit", report.fresh, words)
            act(service, "customers.satisfactionreport.finish", report.fresh)
