"""The pages of an import and an export, as a person walks through them."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from shangwu.chapters.customers.models import Customer
from shangwu.foundation.actions.door import act
from shangwu.foundation.exchange.models import Export, Import
from shangwu.foundation.exchange.pages import exports
from shangwu.foundation.exchange.reading.tables import table
from shangwu.foundation.files import storage
from shangwu.foundation.jobs import running
from shangwu.foundation.jobs.models import Job
from shangwu.foundation.pages.tests.visiting import a_client
from shangwu.foundation.people.models import Person
from shangwu.foundation.people.roles import Role
from tests.builders import HOUSE, a_department, a_person, an_entity, unique

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = storage.Folder(tmp_path / "kept")
    monkeypatch.setattr(storage, "blobs", lambda: folder)
    monkeypatch.setattr(running, "PAUSE", 0.0)


@pytest.fixture
def head() -> Person:
    return a_person(Role.HEAD, Role.SALES_SUPPORT, department=a_department(), entity=an_entity())


def sent(client: Client, content: str | bytes, name: str = "customers.csv", record: str = "customers.customer") -> Any:
    data = content.encode() if isinstance(content, str) else content
    return client.post(reverse(f"{record}.import"), {"file": SimpleUploadedFile(name, data)})


def work_off() -> None:
    for job in Job.objects.filter(state__in=Job.OPEN):
        running.run(job.pk)


def text(response: Any) -> str:
    return re.sub(r"<[^>]+>|\s+", " ", response.content.decode())


def test_a_file_goes_in_by_the_pages_from_upload_to_take_back(head: Person) -> None:
    client, mark = a_client(head), unique("客戶")
    page = client.get(reverse("customers.customer.import"))
    assert page.status_code == 200
    assert "multipart/form-data" in page.content.decode()

    answer = sent(client, f"公司名稱,電話\n{mark}甲有限公司,02-2345-6789\n{mark}乙有限公司,\n,x\n")
    assert answer.status_code == 303
    of = Import.objects.get()
    page = client.get(answer.url)
    assert page.status_code == 200
    form = page.content.decode()
    assert 'name="column-0"' in form
    assert re.search(r'value="name" selected', form)
    assert re.search(r'value="phone" selected', form)

    columns = {"column-0": "name", "column-1": "phone", "mode": "create", "fixed_name": [""], "fixed_value": [""]}
    looked = client.post(answer.url + "check/", columns)
    assert looked.status_code == 200
    assert 'id="preview"' in looked.content.decode()
    assert Customer.objects.filter(name__startswith=mark).count() == 0

    ran = client.post(answer.url + "run/", columns)
    assert ran.status_code == 303
    waiting = client.get(answer.url)
    assert 'hx-trigger="every 1s"' in waiting.content.decode()
    work_off()
    assert Customer.objects.filter(name__startswith=mark).count() == 2

    done = client.get(answer.url).content.decode()
    assert "download/refused/" in done
    refused = client.get(answer.url + "download/refused/")
    assert refused.status_code == 200
    assert refused.headers["Content-Disposition"].startswith("attachment")
    assert refused.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in refused.headers["Content-Security-Policy"]
    assert b"".join(refused.streaming_content).startswith(b"PK")

    assert client.post(answer.url + "take_back/").status_code == 303
    work_off()
    assert of.fresh.state == "undone"
    assert Customer.objects.filter(name__startswith=mark, archived_at=None).count() == 0


def test_a_file_that_is_no_table_is_refused_with_its_reason(head: Person) -> None:
    client = a_client(head)
    answer = sent(client, b"%PDF-1.7 startxref %%EOF", "list.pdf")
    assert answer.status_code == 422
    assert not Import.objects.exists()
    assert sent(client, b"MZ\x90\x00\x03\x00\x00\x00", "list.xlsx").status_code == 422
    assert client.post(reverse("customers.customer.import"), {}).status_code == 422


def test_a_form_that_lacks_what_is_needed_says_so_and_writes_nothing(head: Person) -> None:
    client = a_client(head)
    url = sent(client, "a,b\n1,2\n").url
    columns = {"column-0": "phone", "mode": "create", "fixed_name": [""], "fixed_value": [""]}
    looked = client.post(url + "check/", columns)
    assert looked.status_code == 200
    assert "sw-note" in looked.content.decode()
    client.post(url + "run/", columns)
    work_off()
    assert Import.objects.get().state == "cancelled"
    assert Job.objects.get().error
    assert client.get(url).status_code == 200


@pytest.mark.parametrize(
    "columns",
    [
        {"column-x": "name"},
        {"column-0": "no_such_field"},
        {"column-99": "name"},
        {"column-0": "name", "mode": "drop"},
        {"column-0": "name", "order": "ymd"},
        {"column-0": "name", "encoding": "no-such"},
        {"column-0": "name", "separator": "long"},
        {"column-0": "name", "sheet": "none"},
        {"fixed_name": ["a"], "fixed_value": []},
    ],
)
def test_no_form_however_odd_is_an_error(head: Person, columns: dict[str, Any]) -> None:
    client = a_client(head)
    url = sent(client, "a,b\n1,2\n").url
    for step in ("check/", "run/"):
        assert client.post(url + step, columns).status_code < 500
    work_off()
    assert client.get(url).status_code < 500


def test_another_persons_import_and_job_do_not_exist(head: Person) -> None:
    client, other = a_client(head), a_client(a_person(Role.SALES))
    url = sent(client, "公司名稱\n甲\n").url
    client.post(url + "run/", {"column-0": "name", "mode": "create", "fixed_name": [""], "fixed_value": [""]})
    job = Job.objects.get()
    for address in (url, url + "download/file/", reverse("job", kwargs={"public_id": job.public_id})):
        assert other.get(address).status_code == 404
    assert other.post(url + "stop/").status_code == 404


def test_who_may_not_make_the_record_gets_no_import_page() -> None:
    assert a_client(a_person(Role.LOGISTICS)).get(reverse("sales.order.import")).status_code == 403


def test_an_export_holds_exactly_the_rows_columns_and_order_of_the_list(head: Person, tmp_path: Path) -> None:
    client, mark = a_client(head), unique("X")
    for name in (f"{mark}=1+1", f"{mark}乙", f"{mark}丙"):
        given = {"name": name, "department": head.department, "owner": head}
        act(HOUSE, "customers.customer.create", None, given)
    act(HOUSE, "customers.customer.create", None, {"name": "別人", "department": head.department})
    address = f"{reverse('customers.customer.export')}?q={mark}&sort=name&column=name&column=state"
    chosen = client.get(address)
    assert chosen.status_code == 200
    assert "form=xlsx" in chosen.content.decode()
    answer = client.get(f"{address}&form=xlsx")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    path = tmp_path / "out.xlsx"
    path.write_bytes(b"".join(answer.streaming_content))
    sheet = table(path, "out.xlsx")
    rows = [row.cells for row in sheet.rows]
    assert sheet.header == ["Full name", "State"]
    assert {row[0] for row in rows} == {f"{mark}=1+1", f"{mark}乙", f"{mark}丙"}
    noted = Export.objects.get()
    assert (noted.person_id, noted.record_type, noted.rows) == (head.pk, "customers.customer", 3)
    assert "state" in noted.columns


def test_a_long_list_goes_out_by_a_job(head: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exports, "AT_ONCE", 2)
    client, mark = a_client(head), unique("X")
    for at in range(4):
        given = {"name": f"{mark}{at}", "department": head.department, "owner": head}
        act(HOUSE, "customers.customer.create", None, given)
    address = f"{reverse('customers.customer.export')}?q={mark}&form=csv"
    assert 'method="post"' in client.get(address).content.decode()
    assert not Export.objects.exists()
    answer = client.post(address)
    work_off()
    job = Job.objects.get()
    assert (job.state, job.result) == ("done", {"rows": 4})
    assert answer.url == reverse("job", kwargs={"public_id": job.public_id})
    assert job.file_name in client.get(answer.url).content.decode()
    assert mark.encode() in b"".join(client.get(answer.url + "file/").streaming_content)


def test_nobody_exports_what_they_do_not_see(head: Person, tmp_path: Path) -> None:
    mark = unique("X")
    given = {"name": mark, "department": head.department, "owner": head}
    act(HOUSE, "customers.customer.create", None, given)
    stranger = a_client(a_person(Role.SALES, department=a_department()))
    answer = stranger.get(f"{reverse('customers.customer.export')}?q={mark}&form=csv")
    assert mark not in b"".join(answer.streaming_content).decode()


def test_the_list_of_imports_and_the_buttons_of_a_list_are_there(head: Person) -> None:
    client = a_client(head)
    url = sent(client, "公司名稱\n甲\n").url
    listed = client.get(reverse("exchange.import.list")).content.decode()
    assert url in listed
    buttons = client.get(reverse("customers.customer.list")).content.decode()
    assert reverse("customers.customer.import") in buttons
    assert reverse("customers.customer.export") in buttons
