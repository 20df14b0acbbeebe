"""Clause 2.5.1: an erased person is found in no mail any more, and no mail of theirs comes back."""

import pytest

from shangwu.chapters.customers.actions.complaint_intake import take_in_mail
from shangwu.chapters.customers.actions.mail_intake import take_in
from shangwu.chapters.customers.models import Message
from shangwu.chapters.customers.tests.complaining import Desk
from shangwu.chapters.customers.tests.factories import a_contact
from shangwu.chapters.customers.tests.test_requests import asked, found_in
from shangwu.chapters.customers.tests.writing import PDF, a_draft, a_mail, known
from shangwu.foundation.actions.door import act
from shangwu.foundation.audit import sealing
from shangwu.foundation.audit.verify import verify
from shangwu.foundation.files.models import StoredFile
from shangwu.foundation.people.roles import Role

pytestmark = [pytest.mark.django_db, pytest.mark.clause("2.5.1")]

MARKS = ["canary.mail", "雀燕信", "雀燕名", "雀燕檔"]


def test_mail_of_an_erased_person_says_nothing_any_more(desk: Desk) -> None:
    customer, contact = known(desk, name="雀燕名", email="canary.mail@huatai.example")
    former = a_mail("雀燕信在此", From="雀燕名 <canary.mail@huatai.example>", Message_ID="<e1@huatai.example>")
    former.add_attachment(PDF, maintype="application", subtype="pdf", filename="雀燕檔.pdf")
    known(desk, email="other@else.example", name="別人")
    one = take_in(former.as_bytes(), entity=desk.entity).message
    assert one is not None
    a_draft(desk.sales, contact, subject="給雀燕名", text="雀燕信的答覆")
    act(desk.sales, "customers.contact.edit", contact.fresh, {"email": "second@huatai.example"})
    unassigned = a_mail("雀燕信之二", From="canary.mail@huatai.example", Message_ID="<e2@huatai.example>")
    assert take_in(unassigned.as_bytes(), entity=desk.entity).message is not None
    stays = take_in(a_mail("別人的信", From="other@else.example", Message_ID="<e3@x.example>").as_bytes(),
                    entity=desk.entity).message  # fmt: skip
    assert {"customers_message", "customers_messagehistory"} <= found_in(*MARKS)
    request = asked(desk.sales, contact.fresh, "delete")
    sealing.seal_all()
    act(desk.one(Role.SECRECY_OFFICER), "customers.personalrequest.erase", request)
    assert found_in(*MARKS) == set()
    sealing.seal_all()
    report = verify()
    assert (report.is_sound, report.fault) == (True, "")
    assert StoredFile.objects.filter(record_type="customers.message", record_id=one.pk).get().sha256 == ""
    assert stays is not None
    assert stays.fresh.text == "別人的信"
    assert Message.objects.filter(customer=customer).count() == 2, "that they went and came, and when, stays"


def test_a_mail_that_still_lies_in_the_mailbox_does_not_come_back(desk: Desk) -> None:
    _customer, contact = known(desk)
    raw = a_mail("雀燕信").as_bytes()
    take_in(raw, entity=desk.entity)
    act(desk.one(Role.SECRECY_OFFICER), "customers.personalrequest.erase", asked(desk.sales, contact, "delete"))
    take_in(raw, entity=desk.entity)
    assert Message.objects.count() == 1
    assert found_in("雀燕信") == set()


def test_a_complaint_of_an_erased_person_names_them_no_more_and_tells_what_was_wrong(desk: Desk) -> None:
    customer, contact = known(desk, name="雀燕名", email="canary.mail@huatai.example")
    written = {"From": "雀燕名 <canary.mail@huatai.example>"}
    first = a_mail("軸承有異音。雀燕名 canary.mail@huatai.example", Message_ID="<e6@huatai.example>", **written)
    one = take_in_mail(first.as_bytes(), entity=desk.entity).complaint
    assert one is not None
    again = a_mail("雀燕信", Message_ID="<e7@huatai.example>", Subject=f"{one.number} 雀燕名", **written)
    take_in_mail(again.as_bytes(), entity=desk.entity)
    colleague = a_mail(
        "同批還有兩件", From="老周 <zhou@huatai.example>", Message_ID="<e8@huatai.example>", Subject=one.number
    )
    a_contact(desk.sales, customer, email="zhou@huatai.example", name="老周")
    take_in_mail(colleague.as_bytes(), entity=desk.entity)
    assert {"customers_complaint", "customers_letter", "customers_letterhistory"} <= found_in(*MARKS)
    sealing.seal_all()
    act(desk.one(Role.SECRECY_OFFICER), "customers.personalrequest.erase", asked(desk.sales, contact, "delete"))
    assert found_in(*MARKS) == set()
    assert one.fresh.description.startswith("軸承有異音。")
    assert [letter.text for letter in one.fresh.letters.order_by("position")] == ["", "", "同批還有兩件"]
    sealing.seal_all()
    report = verify()
    assert (report.is_sound, report.fault) == (True, "")


def test_a_family_name_of_one_character_does_not_spoil_what_was_wrong(desk: Desk) -> None:
    _customer, contact = known(desk, name="王", email="wang@huatai.example")
    mail = a_mail("王水洩漏，國王牌閥門。", From="王 <wang@huatai.example>", Message_ID="<e9@huatai.example>")
    one = take_in_mail(mail.as_bytes(), entity=desk.entity).complaint
    assert one is not None
    act(desk.one(Role.SECRECY_OFFICER), "customers.personalrequest.erase", asked(desk.sales, contact, "delete"))
    assert one.fresh.description == "王水洩漏，國王牌閥門。"
    assert one.fresh.claimant_name != "王"
