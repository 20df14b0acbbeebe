"""Clause 2.5.1: the erased value is found in no table and no file: 8D, pauses, letters and mails of others, reasons in
the log, names of files."""

import datetime
import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from shangwu.chapters.customers.actions.complaint_intake import take_in_mail
from shangwu.chapters.customers.actions.mail_intake import take_in
from shangwu.chapters.customers.erasing import alike_beside, named_openly
from shangwu.chapters.customers.mail_sending import send_waiting
from shangwu.chapters.customers.models import Complaint, Contact
from shangwu.chapters.customers.personal_copies import copy_for
from shangwu.chapters.customers.tests.complaining import SENT, Desk
from shangwu.chapters.customers.tests.factories import a_contact, a_customer
from shangwu.chapters.customers.tests.test_erased_words import NAME, a_person, erased
from shangwu.chapters.customers.tests.test_requests import asked, found_in
from shangwu.chapters.customers.tests.writing import a_mail, known
from shangwu.chapters.sales.tests.factories import attempt
from shangwu.foundation.actions.door import act
from shangwu.foundation.audit import sealing
from shangwu.foundation.audit.models import Entry, Salt
from shangwu.foundation.audit.verify import verify
from shangwu.foundation.exchange.models import Import, ImportBatch
from shangwu.foundation.exchange.uploading import uploaded
from shangwu.foundation.files import intake, storage
from shangwu.foundation.files.models import StoredFile
from shangwu.foundation.files.receipts import receipt
from shangwu.foundation.pages.tests.visiting import a_client
from shangwu.foundation.people.models import Person
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records import clock
from shangwu.foundation.records.models import Record

pytestmark = [pytest.mark.django_db, pytest.mark.clause("2.5.1")]

MARKS = ["雀燕", "955-000-137", "955000137", "0955 000 137", "bird@huatai.example"]


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    """Where this test's files lie, and no others."""
    settings.STORAGES = {
        **settings.STORAGES,
        "files": {"BACKEND": "shangwu.foundation.files.storage.Folder", "OPTIONS": {"location": str(tmp_path)}},
    }
    return tmp_path


def files_with(folder: Path, *marks: str) -> int:
    """Kept files in whose bytes one of the texts stands."""
    wanted = [mark.encode() for mark in marks]
    return sum(any(mark in one.read_bytes() for mark in wanted) for one in folder.rglob("*") if one.is_file())


def attach(desk: Desk, record: Record, name: str, text: str) -> StoredFile:
    taken = intake.take([text.encode()], name, entity=desk.sales.entity_id or 0)
    given = {
        "record_type": record._meta.label_lower,
        "note": str(record.public_id), "name": receipt(taken, desk.sales),
    }  # fmt: skip
    made: StoredFile = act(desk.sales, "files.storedfile.create", None, given).record
    return made


def examined(desk: Desk, contact: Contact) -> Complaint:
    """A complaint of the customer whose 8D names the person, with a pause, and a measure that was taken away again."""
    one = desk.brought_to("investigating", desk.complaint(customer=contact.customer, description="異音"))
    gone = desk.measure(what=f"{NAME}來看")
    causes = [{"branch": "people", "text": f"{NAME}說的", "is_root": True}]
    whys = [{"text": f"{NAME}未被告知"}]
    desk.does("analyse", one, root_cause=f"未通知{NAME}", whys=whys, causes=causes)
    desk.does("plan", one, prevention=f"每次通知{NAME}", remedies=[desk.measure(what=f"打給{NAME}"), gone])
    desk.does("plan", one, remedies=[desk.measure(what=f"打給{NAME}")])
    desk.does("contain", one, containment=f"{NAME}停用")
    desk.does("await_papers", one, asked_for=f"{NAME}的照片", proof=SENT)
    desk.does("resume", one, came=f"{NAME}寄來")
    return one.fresh  # type: ignore[no-any-return]


def quoted(desk: Desk) -> tuple[Any, Complaint]:
    """Mail of another customer that quotes the person: one of the post, one that became a complaint."""
    known(desk, email="other@else.example", name="別人")
    post = a_mail(f"請找{NAME}，0955-000-137", From="other@else.example", Message_ID="<q1@else.example>")
    message = take_in(post.as_bytes(), entity=desk.entity).message
    letter = a_mail(
        f"貨損，已告訴 bird@huatai.example {NAME}", From="other@else.example", Message_ID="<q2@else.example>"
    )
    complaint = take_in_mail(letter.as_bytes(), entity=desk.entity).complaint
    assert message is not None
    assert complaint is not None
    return message, complaint


def test_the_erased_value_is_in_no_table_and_no_file(
    desk: Desk, folder: Path, django_capture_on_commit_callbacks: Any
) -> None:
    contact = a_person(desk)
    one = examined(desk, contact)
    message, letter = quoted(desk)
    act(desk.sales, "customers.customer.lose", contact.customer.fresh, reason=f"{NAME}離職，改買別家")
    note = attach(desk, contact.customer, "紀錄.txt", f"與{NAME}通話")
    paper = attach(desk, contact.customer, f"{NAME}簽收.txt", "簽收單")
    before = found_in(*MARKS)
    assert {
        "customers_why", "customers_whyhistory", "customers_cause", "customers_remedy", "customers_remedyhistory",
        "customers_pause", "customers_complaint", "customers_letter", "customers_message", "customers_messagehistory",
        "audit_entry", "files_storedfile",
    } <= before  # fmt: skip
    assert files_with(folder, *MARKS) >= 1
    with django_capture_on_commit_callbacks(execute=True):
        erased(desk, contact)
    assert found_in(*MARKS) == set()
    assert files_with(folder, *MARKS) == 0
    after = one.fresh
    assert after.root_cause == "未通知已刪除-依法保留"
    assert [each.what for each in after.remedies.all()] == ["打給已刪除-依法保留"]
    assert message.fresh.text.startswith("請找已刪除-依法保留"), "what another wrote stays, but for the person"
    assert letter.fresh.letters.get().text.startswith("貨損")
    assert note.fresh.sha256 == ""
    assert (paper.fresh.name, bool(paper.fresh.sha256)) == ("已刪除-依法保留簽收.txt", True)
    told = Entry.objects.get(verb="customers.customer.lose")
    assert told.reason == "已刪除-依法保留離職，改買別家"
    assert not Salt.objects.filter(entry=told).exists()


def test_the_analysis_of_the_month_names_the_person_no_more(desk: Desk) -> None:
    contact = a_person(desk)
    desk.complaint(customer=contact.customer, description="異音")
    made = act(desk.service, "customers.complaintreport.create", None, {"month": datetime.date(2026, 9, 1)}).record
    act(desk.service, "customers.complaintreport.edit", made, {"findings": f"{NAME}的軸承異音"})
    assert "customers_complaintreport" in found_in(*MARKS)
    erased(desk, contact)
    assert found_in(*MARKS) == set()
    assert made.fresh.findings == "已刪除-依法保留的軸承異音"


def test_a_reason_is_sealed_until_an_erasure_takes_it_out(desk: Desk) -> None:
    """The control: nobody changes a reason without the log telling."""
    contact = a_person(desk)
    act(desk.sales, "customers.customer.lose", contact.customer.fresh, reason="改買別家")
    entry = Entry.objects.get(verb="customers.customer.lose")
    sealing.seal_all()
    for statement in (
        "UPDATE audit_entry SET reason = 'x' WHERE id = %s",
        "SELECT shangwu_erase_reasons(jsonb_build_object(%s::text, 'x'))",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, [entry.pk])
    assert verify().is_sound
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('pgtrigger.ignore', array_agg(tgname)::text, true) FROM pg_trigger "
                       "WHERE tgrelid = 'audit_entry'::regclass AND NOT tgisinternal")  # fmt: skip
        cursor.execute("UPDATE audit_entry SET reason = '離職' WHERE id = %s", [entry.pk])
        assert verify().first_bad == entry.pk


def test_only_an_erasure_clears_the_8d(desk: Desk) -> None:
    one = examined(desk, a_person(desk))
    given = {"pattern": NAME, "mask": "x"}
    for by in (desk.head, desk.executive, desk.service):
        assert attempt(by, "customers.complaint.redact_parts", one, given) == "forbidden"


def test_a_file_of_a_record_elsewhere_stays(desk: Desk, folder: Path, django_capture_on_commit_callbacks: Any) -> None:
    contact = a_person(desk)
    other = a_person(desk, name="另一家")
    stays = attach(desk, other.customer, f"{NAME}.txt", f"另一位{NAME}")
    with django_capture_on_commit_callbacks(execute=True):
        erased(desk, contact)
    assert storage.whole(stays.fresh.blob)
    assert stays.fresh.name == f"{NAME}.txt"
    assert files_with(folder, "雀燕") == 1


def test_a_reason_on_a_file_that_was_merged_names_the_person_no_more(desk: Desk) -> None:
    """What was said of a file stays with it in the log when it goes into another, and that one into a third."""
    contact = a_person(desk)
    first = contact.customer
    act(desk.sales, "customers.customer.lose", first.fresh, reason=f"{NAME}離職，改買別家")
    second, third = a_customer(desk.sales), a_customer(desk.sales)
    for gone, into in ((first, second), (second, third)):
        act(desk.head, "customers.customer.merge", into.fresh, {"others": [{"file": gone.fresh}]}, reason="同一家")
    assert contact.fresh.customer_id == third.pk
    assert "audit_entry" in found_in(NAME)
    erased(desk, contact.fresh)
    assert found_in(*MARKS) == set()


ADDRESS = {"receiver": NAME, "phone": "0955000137", "address": "臺北市某路1號", "note": f"{NAME}簽收"}


def test_the_customers_file_its_addresses_and_other_contacts_name_the_person_no_more(desk: Desk) -> None:
    """Also in former versions: what the company keeps of its own stays."""
    contact = a_person(
        desk, note=f"{NAME}是窗口，下午接電話", ship_to_name=NAME, ship_to_phone="0955-000-137", jurisdiction="TW",
        ship_to_address=f"高雄市某路2號 {NAME}收", phone="07-1234567", addresses=[ADDRESS],
    )  # fmt: skip
    file = contact.customer
    other = a_contact(desk.sales, file, name="林美玲", note=f"{NAME}的主管")
    act(desk.sales, "customers.customer.edit", file.fresh, {"note": f"找{NAME}", "addresses": [ADDRESS, ADDRESS]})
    act(desk.sales, "customers.customer.edit", file.fresh, {"addresses": [ADDRESS]})
    act(desk.sales, "customers.contact.edit", other.fresh, {"note": "主管"})
    assert {
        "customers_customer", "customers_customerhistory", "customers_deliveryaddress", "customers_contacthistory",
        "customers_deliveryaddresshistory",
    } <= found_in(*MARKS)  # fmt: skip
    erased(desk, contact)
    assert found_in(*MARKS) == set()
    now = file.fresh
    assert (now.note, now.ship_to_name, now.ship_to_phone) == ("找已刪除-依法保留", "已刪除-依法保留", "")
    assert (now.ship_to_address, now.phone) == ("高雄市某路2號 已刪除-依法保留收", "+88671234567")
    (place,) = now.addresses.all()
    assert (place.receiver, place.phone, place.address) == ("已刪除-依法保留", "", "臺北市某路1號")
    assert (other.fresh.name, other.fresh.note) == ("林美玲", "主管")
    edited = attempt(desk.sales, "customers.customer.edit", now, {"region": "高雄"})
    assert edited == "done", "what is left is still a file that can be kept"


def test_another_customers_file_keeps_its_words(desk: Desk) -> None:
    contact, namesake = a_person(desk), a_person(desk, name="另一家", note=f"找{NAME}")
    erased(desk, contact)
    assert namesake.customer.fresh.note == f"找{NAME}"


def test_what_is_the_companys_own_and_names_the_person_is_listed_before(desk: Desk) -> None:
    contact = a_person(desk, website=f"https://huatai.example/{NAME}", tags=NAME, jurisdiction="TW", phone="0955000137")
    request = asked(desk.sales, contact.fresh, "delete")
    officer = desk.one(Role.SECRECY_OFFICER)
    assert named_openly(request) == ["標籤", "電話", "網站"]
    client = a_client(Person.objects.get(pk=officer.person_id))
    assert "Tags, Phone, Website" in client.get(f"/customers/personalrequests/{request.public_id}/").content.decode()
    act(desk.sales, "customers.customer.edit", contact.customer.fresh, {"tags": "", "website": ""})
    assert named_openly(request.fresh) == ["電話"]
    act(officer, "customers.personalrequest.erase", request.fresh)
    assert contact.customer.fresh.phone == "+886955000137", "the customer's own number is nobody's but theirs"
    assert named_openly(request.fresh) == []


def test_a_second_contact_of_the_same_person_is_named_before(desk: Desk) -> None:
    contact = a_person(desk)
    twin = a_contact(desk.sales, contact.customer, name="雀小姐", email="bird@huatai.example")
    other = a_contact(desk.sales, contact.customer, name="林美玲", email="lin@huatai.example")
    request = asked(desk.sales, contact.fresh, "delete")
    assert alike_beside(request) == [twin]
    officer = desk.one(Role.SECRECY_OFFICER)
    page = a_client(Person.objects.get(pk=officer.person_id)).get(f"/customers/personalrequests/{request.public_id}/")
    assert "does not erase them" in page.content.decode()
    act(desk.sales, "customers.contact.merge", twin, {"other": contact}, reason="同一人")
    assert alike_beside(request.fresh) == []
    act(officer, "customers.personalrequest.erase", request.fresh)
    assert found_in("bird@huatai.example") == set()
    assert other.fresh.name == "林美玲"


def test_an_upload_of_which_no_row_went_in_forgets_the_person_too(desk: Desk) -> None:
    contact = a_person(desk)
    uploads = {
        "never_run.csv": f"姓名,郵箱\n{NAME},bird@huatai.example\n".encode(),
        "by_number.csv": "姓名,電話\n林美玲,0955 000 137\n".encode("big5"),
        "others.csv": f"姓名,郵箱\n{NAME},another@else.example\n林美玲,lin@huatai.example\n".encode(),
    }
    for name, data in uploads.items():
        uploaded(desk.sales, "customers.contact", io.BytesIO(data), name)
    of = Import.objects.get(name="never_run.csv")
    ImportBatch.objects.create(
        of=of, position=1, rows=1, accepted=0, skipped=0, made=0, changed=0, reasons={"2": ["bird@huatai.example?"]}
    )
    erased(desk, contact)
    assert list(Import.objects.exclude(sha256="").values_list("name", flat=True)) == ["others.csv"], "a namesake stays"
    assert found_in("bird@huatai.example") == set()


# Who is nobody's contact.

STRANGER = {"claimant_name": "王小燕", "claimant_phone": "0966-000-248", "claimant_email": "swallow@home.example"}
THEIRS = ["小燕", "966000248", "966-000-248", "0966 000 248", "swallow@home.example"]


def asked_by_stranger(desk: Desk, kind: str, **values: Any) -> Any:
    given = {"person_email": "Swallow@home.example", "person_phone": "0966000248", "person_name": "王小燕"}
    when = {"asked_at": clock.now() - datetime.timedelta(hours=1), "kind": kind}
    return act(desk.service, "customers.personalrequest.create", None, given | when | values).record


def of_stranger(desk: Desk) -> Complaint:
    """A consumer's complaint about goods of a shop that is our customer, with what was said and written of them."""
    shop = a_customer(desk.sales)
    one = desk.brought_to("carrying_out", desk.complaint(customer=shop, description="王小燕：異音", **STRANGER))
    letter = a_mail(f"補照片 {one.number}", From="王小燕 <swallow@home.example>", Message_ID="<s1@home.example>",
                    Subject=f"{one.number} 照片")  # fmt: skip
    take_in_mail(letter.as_bytes(), entity=desk.entity)
    post = a_mail("我是王小燕，請回電 0966 000 248", From="swallow@home.example", Message_ID="<s2@home.example>")
    take_in(post.as_bytes(), entity=desk.entity)
    gone = {"customer": shop, "content": "王小燕到店裡，電話 0966-000-248", "purpose": "查看"}
    act(desk.sales, "customers.visit.record", None, gone)
    elsewhere = {"customer": a_customer(desk.sales), "method": "phone", "at": clock.now(),
                 "summary": "轉告 swallow@home.example 已處理"}  # fmt: skip
    act(desk.sales, "customers.communication.create", None, elsewhere)
    desk.does("reply_by_mail", one)
    send_waiting()
    return one.fresh  # type: ignore[no-any-return]


def test_who_is_no_contact_is_known_by_mail_or_number_and_erased_everywhere(
    desk: Desk, folder: Path, settings: Any, django_capture_on_commit_callbacks: Any
) -> None:
    """PIPL 47: a consumer who complained may ask as well; what was wrong, and what was done about it, stays."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    one = of_stranger(desk)
    assert one.state == "replied"
    officer = desk.one(Role.SECRECY_OFFICER)
    earlier = asked_by_stranger(desk, "copy", words="我是王小燕")
    request = asked_by_stranger(desk, "delete", words="請刪除 swallow@home.example")
    assert {"customers_complaint", "customers_letter", "customers_message", "customers_visit",
            "customers_communication", "customers_personalrequest"} <= found_in(*THEIRS)  # fmt: skip
    assert files_with(folder, "swallow@home.example") >= 1
    with django_capture_on_commit_callbacks(execute=True):
        act(officer, "customers.personalrequest.erase", request)
    assert found_in(*THEIRS) == set()
    assert files_with(folder, *THEIRS) == 0
    after = one.fresh
    assert (after.claimant_name, after.claimant_phone, after.claimant_email) == ("已刪除-依法保留", "", "")
    assert (after.description, after.solution, after.state) == ("已刪除-依法保留：異音", one.solution, "replied")
    assert (earlier.fresh.words, earlier.fresh.person_email) == ("", "")
    done = request.fresh
    assert (done.person_name, done.person_phone, done.carried_out_at is not None) == ("已刪除-依法保留", "", True)
    sealing.seal_all()
    assert verify().is_sound


def test_a_namesake_and_another_number_stay(desk: Desk) -> None:
    other = desk.complaint(claimant_name="王小燕", claimant_phone="0966-000-249", claimant_email="b@home.example")
    of_them = desk.complaint(customer=None, **STRANGER)
    request = asked_by_stranger(desk, "delete")
    act(desk.one(Role.SECRECY_OFFICER), "customers.personalrequest.erase", request)
    assert other.fresh.claimant_name == "王小燕"
    assert of_them.fresh.claimant_name == "已刪除-依法保留"


def test_a_name_alone_says_not_who_it_is(desk: Desk) -> None:
    given = {"kind": "delete", "asked_at": clock.now(), "person_name": "王小燕"}
    assert attempt(desk.service, "customers.personalrequest.create", None, given) == "person"
    assert attempt(desk.service, "customers.personalrequest.create", None, given | {"person_phone": "248"}) == "person"
    given |= {"person_phone": "0966000248"}
    assert attempt(desk.service, "customers.personalrequest.create", None, given) == "done"
    file = {"person_email": "swallow@home.example", "covers_file": True}
    assert attempt(desk.service, "customers.personalrequest.create", None, given | file) == "company"


def test_a_contact_of_the_same_mail_is_named_before(desk: Desk) -> None:
    twin = a_contact(desk.sales, a_customer(desk.sales), name="王小姐", email="swallow@home.example")
    request = asked_by_stranger(desk, "delete")
    assert alike_beside(request) == [twin]
    officer = desk.one(Role.SECRECY_OFFICER)
    page = a_client(Person.objects.get(pk=officer.person_id)).get(f"/customers/personalrequests/{request.public_id}/")
    assert "There are contacts with this mail or number" in page.content.decode()
    act(officer, "customers.personalrequest.erase", request)
    assert twin.fresh.email == "swallow@home.example"


def test_who_is_no_contact_has_a_copy_of_complaints_letters_and_mail(desk: Desk, settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    of_stranger(desk)
    told = json.dumps(copy_for(asked_by_stranger(desk, "copy")), default=str, ensure_ascii=False)
    for said in ("異音", "請回電 0966 000 248", "補照片", "全批換貨"):
        assert said in told


def test_who_is_no_contact_has_name_and_number_put_right_in_their_complaints(desk: Desk) -> None:
    one = desk.complaint(customer=None, **STRANGER)
    officer = desk.one(Role.SECRECY_OFFICER)
    request = asked_by_stranger(desk, "correct")
    assert attempt(officer, "customers.personalrequest.answer", request, {"answer": "已更正"}) == "undone"
    assert attempt(officer, "customers.personalrequest.put_right", request, {"email": "no"}) == "invalid"
    act(officer, "customers.personalrequest.put_right", request, {"name": "王曉燕", "phone": "0966-000-250"})
    after = one.fresh
    assert (after.claimant_name, after.claimant_phone, after.claimant_email) == (
        "王曉燕", "0966-000-250", "swallow@home.example",
    )  # fmt: skip
    assert attempt(officer, "customers.personalrequest.answer", request.fresh, {"answer": "已更正"}) == "done"
    other = asked_by_stranger(desk, "copy")
    assert attempt(officer, "customers.personalrequest.put_right", other, {"name": "x"}) == "kind"
