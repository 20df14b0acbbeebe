"""Clause 2.6.1: the customer reads and answers a quotation by a signed link, once."""

import datetime
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse

from shangwu.chapters.customers.mail_sending import send_waiting
from shangwu.chapters.customers.models import Message
from shangwu.chapters.customers.tests.complaining import Desk, Time
from shangwu.chapters.customers.tests.factories import a_contact, a_customer
from shangwu.chapters.customers.tests.test_complaint_doors import send
from shangwu.chapters.sales.models import Quotation
from shangwu.chapters.sales.quotation_access import by_link
from shangwu.chapters.sales.quotation_links import for_quotation
from shangwu.chapters.sales.tests.factories import a_product, a_quotation, a_sent_quotation, attempt
from shangwu.chapters.sales.tests.test_races import together, wide_window
from shangwu.foundation.actions.door import act
from shangwu.foundation.notices.models import Notice
from shangwu.foundation.notices.tests.post_office import PostOffice, a_post_office
from shangwu.foundation.pages.tests.visiting import a_client
from shangwu.foundation.people.models import Person
from shangwu.foundation.records import gate

pytestmark = pytest.mark.clause("2.6.1")

__all__ = ["wide_window"]


@pytest.fixture
def office(settings: Any) -> Iterator[PostOffice]:
    settings.CUSTOMER_MAIL = "service@yuecheng.example"
    with a_post_office(settings) as found:
        yield found


@pytest.fixture
def client() -> Client:
    return Client(enforce_csrf_checks=True, headers={"accept-language": "en"})


def mailed(desk: Desk, **values: Any) -> Quotation:
    customer = a_customer(desk.sales)
    contact = a_contact(desk.sales, customer, email="lin@huatai.example")
    made = a_quotation(desk, customer=customer, contact=contact, **values)
    sent: Quotation = act(desk.sales, "sales.quotation.send", made, {}).record
    return sent


@pytest.mark.django_db
def test_the_mail_takes_link_and_paper_along_and_nobody_of_ours_sees_the_link(desk: Desk, office: PostOffice) -> None:
    sent = mailed(desk, subject="新廠管線")
    assert send_waiting() == 1
    (gone,) = office.mails
    assert gone["To"] == "lin@huatai.example"
    text = gone.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert re.search(r"https?://\S+/quotation/\S+/", text)
    (paper,) = list(gone.iter_attachments())
    assert paper.get_filename() == f"{sent.number}.pdf"
    assert paper.get_content().startswith(b"%PDF")
    kept = Message.objects.get(pk=sent.fresh.mail_id)
    assert "/quotation/" not in kept.text, "who reads our copy can't answer for the customer"
    assert kept.state == "sent"


@pytest.mark.django_db
def test_a_mail_that_leaves_after_a_revision_takes_no_link_along(desk: Desk, office: PostOffice) -> None:
    sent = mailed(desk)
    act(desk.sales, "sales.quotation.revise", sent, {"delivery": "現貨"}, reason="更正")
    assert send_waiting() == 1
    assert "/quotation/" not in office.mails[0].as_string()


@pytest.mark.django_db
def test_without_an_address_it_goes_on_paper(desk: Desk) -> None:
    made = a_quotation(desk)
    assert attempt(desk.sales, "sales.quotation.send", made, {}) == "contact"
    assert attempt(desk.sales, "sales.quotation.send", made, {"by_mail": False}) == "done"
    assert not Message.objects.exists()


@pytest.mark.django_db
def test_what_is_secret_goes_by_no_link(desk: Desk) -> None:
    customer = a_customer(desk.sales)
    contact = a_contact(desk.sales, customer, email="lin@huatai.example")
    made = a_quotation(desk, customer=customer, contact=contact)
    act(desk.head, "sales.quotation.set_secrecy", made, {"secrecy": 1}, reason="投標")
    assert attempt(desk.sales, "sales.quotation.send", made.fresh, {}) == "secret"


@pytest.mark.django_db
def test_the_customer_reads_it_and_accepts_once(desk: Desk, client: Client) -> None:
    goods = a_product(name="三片式球閥", cost="17.5", by=desk.head)
    sent = mailed(desk, lines=[{"product": goods, "quantity": "2"}], note="底價九折")
    link = for_quotation(sent)
    shown = client.get(link).content.decode()
    assert "三片式球閥" in shown
    assert "210.00" in shown
    assert "底價九折" not in shown, "what we note for ourselves"
    assert "17.5" not in shown, "what it costs us"
    assert send(client, link, answer="accept").status_code == 200
    done = sent.fresh
    assert (done.state, done.answered_through, done.accepted_by_id) == ("accepted", "link", None)
    again = client.get(link)
    assert again.status_code == 410
    assert "accepted already" in again.content.decode()
    assert Notice.objects.filter(person=desk.sales.person_id, record_public_id=sent.public_id, urgent=True).exists()
    assert attempt(desk.sales, "sales.quotation.order", done) == "done"


@pytest.mark.django_db
def test_who_declines_by_the_link_says_why(desk: Desk, client: Client) -> None:
    sent = mailed(desk)
    link = for_quotation(sent)
    assert send(client, link, answer="decline", reason="").status_code == 422
    assert sent.fresh.state == "sent"
    assert send(client, link, answer="decline", reason="預算不足").status_code == 200
    assert (sent.fresh.state, sent.fresh.answer) == ("declined", "預算不足")
    assert client.get(link).status_code == 410


@pytest.mark.django_db
def test_the_customer_takes_the_paper_along(desk: Desk, client: Client) -> None:
    sent = mailed(desk)
    answer = client.get(for_quotation(sent, "quotation.paper"))
    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF")


@pytest.mark.django_db
@pytest.mark.parametrize(("language", "word"), [("zh-hant", "新版"), ("zh-hans", "新版"), ("en", "newer")])
def test_the_link_of_an_older_revision_tells_that_there_is_a_newer(desk: Desk, language: str, word: str) -> None:
    sent = mailed(desk)
    old = for_quotation(sent)
    revised = act(desk.sales, "sales.quotation.revise", sent, {"delivery": "現貨"}, reason="更正").record
    client = Client(headers={"accept-language": language})
    for _when in ("being revised", "sent anew"):
        for address in (old, f"{old}paper/"):
            shown = client.get(address)
            assert shown.status_code == 410
            assert word in shown.content.decode()
        if revised.state == "draft":
            revised = act(desk.sales, "sales.quotation.send", revised.fresh, {}).record
    assert client.get(for_quotation(revised)).status_code == 200


@pytest.mark.django_db
def test_a_stale_revision_is_not_accepted_even_past_the_page(desk: Desk) -> None:
    """The page asks before; the action asks again, inside its own transaction."""
    sent = mailed(desk)
    revised = act(desk.sales, "sales.quotation.revise", sent, {"delivery": "現貨"}, reason="更正").record
    act(desk.sales, "sales.quotation.send", revised, {})
    by = by_link(desk.entity, sent.public_id)
    assert attempt(by, "sales.quotation.accept_by_link", sent, {"revision": 0}) == "superseded"
    assert attempt(by, "sales.quotation.accept_by_link", sent, {"revision": 1}) == "done"


@pytest.mark.django_db
def test_forged_expired_and_withdrawn_links_are_refused_clearly(desk: Desk, client: Client, moment: Time) -> None:
    sent, other = mailed(desk), mailed(desk)
    link = for_quotation(sent)
    assert client.get(f"{link[:-4]}xyz/").status_code == 403
    assert client.get("/quotation/x/").status_code == 403
    act(desk.sales, "sales.quotation.withdraw", other, reason="停產")
    gone = client.get(for_quotation(other))
    assert gone.status_code == 410
    assert "withdrawn" in gone.content.decode()
    moment.go("2026-10-29 23:59:59")
    assert client.get(link).status_code == 200
    moment.now += datetime.timedelta(seconds=1)
    over = client.get(link)
    assert over.status_code == 410, "before the clock has come round"
    assert "2026-10-29" in over.content.decode()


@pytest.mark.django_db
def test_a_link_opens_its_own_quotation_and_nothing_else(desk: Desk) -> None:
    sent, other = mailed(desk), mailed(desk)
    by = by_link(desk.entity, sent.public_id)
    with gate.request_code():
        assert list(Quotation.objects.visible_to(by)) == [sent]
    assert attempt(by, "sales.quotation.accept_by_link", other, {"revision": 0}) == "missing"
    for verb, given in (("accept", {"proof": "<a@b>"}), ("withdraw", {}), ("order", {}), ("send", {})):
        assert attempt(by, f"sales.quotation.{verb}", sent, given, reason="x") == "forbidden", verb
    assert attempt(desk.head, "sales.quotation.accept_by_link", sent, {"revision": 0}) == "forbidden"


@pytest.mark.django_db
def test_one_address_may_not_ask_without_end(desk: Desk, client: Client) -> None:
    link = for_quotation(mailed(desk))
    found = [client.get(link).status_code for _n in range(70)]
    assert found[-1] == 429


@pytest.mark.django_db
def test_its_pages_show_former_texts_and_paper(desk: Desk) -> None:
    sent = a_sent_quotation(desk, subject="甲案")
    act(desk.sales, "sales.quotation.revise", sent, {"subject": "乙案"}, reason="改案")
    client = a_client(Person.objects.get(pk=desk.sales.person_id), "en")
    address = f"/sales/quotations/{sent.public_id}/"
    shown = client.get(address).content.decode()
    assert "甲案" in shown
    assert "乙案" in shown
    for asked, status in (("", 200), ("?revision=0", 200), ("?revision=1", 200), ("?revision=7", 404)):
        assert client.get(f"{address}paper/{asked}").status_code == status
    for verb in ("send", "withdraw"):
        asked = reverse(f"do.sales.quotation.{verb}", kwargs={"public_id": sent.public_id})
        assert client.get(asked).status_code == 200, verb
    for name in ("sales.quotation.list", "sales.quotation.create"):
        assert client.get(reverse(name)).status_code == 200
    assert client.get(f"{address}edit/").status_code == 200


@pytest.mark.alone
def test_two_answers_at_once_leave_one(committing: None, request: pytest.FixtureRequest) -> None:
    desk = Desk()
    sent = mailed(desk)
    by = by_link(desk.entity, sent.public_id)
    request.getfixturevalue("wide_window")
    answers = together(
        lambda: attempt(by, "sales.quotation.accept_by_link", sent, {"revision": 0}),
        lambda: attempt(by, "sales.quotation.decline_by_link", sent, {"revision": 0, "answer": "太貴"}),
    )
    assert answers == ["done", "state"]


@pytest.mark.alone
def test_two_orders_at_once_leave_one(committing: None, request: pytest.FixtureRequest) -> None:
    desk = Desk()
    sent = mailed(desk)
    act(by_link(desk.entity, sent.public_id), "sales.quotation.accept_by_link", sent, {"revision": 0})
    sales, head = desk.sales, desk.head
    request.getfixturevalue("wide_window")
    answers = together(*(lambda by=by: attempt(by, "sales.quotation.order", sent) for by in (sales, head)))
    assert answers == ["done", "ordered"]
    assert Quotation.objects.get(pk=sent.pk).order is not None


@pytest.mark.django_db
def test_the_database_itself_takes_one_order(desk: Desk) -> None:
    """The last guard: an order is of one quotation alone."""
    first, second = mailed(desk), mailed(desk)
    for one in (first, second):
        act(by_link(desk.entity, one.public_id), "sales.quotation.accept_by_link", one, {"revision": 0})
    act(desk.sales, "sales.quotation.order", first)
    same = "UPDATE sales_quotation SET order_id = (SELECT order_id FROM sales_quotation WHERE id = %s) WHERE id = %s"
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(same, [first.pk, second.pk])
