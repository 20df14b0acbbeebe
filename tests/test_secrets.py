"""Trade secrets: who sets the level, who then no longer finds the record, and who is known to have read it (3.4)."""

import datetime
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from shangwu.chapters.customers.tests.factories import Crew
from shangwu.chapters.sales.models import Order, Shipment
from shangwu.chapters.sales.tests.factories import a_shipped_order, an_order
from shangwu.foundation.access.actors import actor_of
from shangwu.foundation.actions.door import Refusal, act
from shangwu.foundation.api.tests.support import a_caller
from shangwu.foundation.audit import reading
from shangwu.foundation.audit.models import Entry
from shangwu.foundation.audit.reading import How, readings
from shangwu.foundation.audit.sealing import seal_all
from shangwu.foundation.audit.verify import verify
from shangwu.foundation.exchange.attaching import files_on
from shangwu.foundation.exchange.exporting import export, list_of
from shangwu.foundation.files import storage
from shangwu.foundation.pages.details.readers import WAYS
from shangwu.foundation.pages.tests.visiting import a_client
from shangwu.foundation.people.models import Person
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records import actors, clock, gate
from shangwu.foundation.records.models import Secrecy
from tests.builders import a_person

pytestmark = [pytest.mark.django_db, pytest.mark.clause("3.4.1", "3.4.2")]

PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\nstartxref\n0\n%%EOF"


class Matter:
    """An order that its head has made a trade secret, and the people around it."""

    def __init__(self, level: Secrecy = Secrecy.SECRET) -> None:
        self.crew = Crew()
        self.head = Person.objects.get(pk=self.crew.head.person_id)
        self.order: Order = an_order(self.crew)
        self.classified(level)

    def classified(self, level: Secrecy) -> None:
        act(actor_of(self.head), "sales.order.set_secrecy", self.order, {"secrecy": level}, reason="投標")
        self.order = self.order.fresh

    def url(self, tail: str = "") -> str:
        return f"/sales/orders/{self.order.public_id}/{tail}"

    def read(self) -> list[tuple[int | None, How]]:
        return [(one.person_id, one.how) for one in reversed(readings(self.order))]


def test_who_lacks_the_clearance_no_longer_finds_it() -> None:
    matter = Matter(Secrecy.OPEN)
    colleague = a_person(Role.SALES_SUPPORT, department=matter.crew.department, clearance=1)
    client = a_client(colleague)
    assert client.get(matter.url()).status_code == 200
    matter.classified(Secrecy.SECRET)
    assert client.get(matter.url()).status_code == 404
    assert not Order.objects.visible_to(actor_of(colleague)).exists()


def test_nobody_sets_a_level_that_they_could_not_read() -> None:
    matter = Matter(Secrecy.OPEN)
    other = actor_of(a_person(Role.HEAD, department=matter.crew.department, clearance=2))
    with pytest.raises(Refusal, match="clearance"):
        act(other, "sales.order.set_secrecy", matter.order, {"secrecy": 3}, reason="投標")
    act(other, "sales.order.set_secrecy", matter.order, {"secrecy": 2}, reason="投標")
    assert matter.order.fresh.secrecy == Secrecy.SECRET


def test_what_hangs_on_it_is_as_secret() -> None:
    crew = Crew()
    order, _shipment = a_shipped_order(crew)
    act(crew.head, "sales.order.set_secrecy", order.fresh, {"secrecy": Secrecy.SECRET}, reason="投標")
    with gate.free_reading():
        assert {one.secrecy for one in Shipment.objects.filter(order=order)} == {Secrecy.SECRET}


@pytest.mark.parametrize(
    ("tail", "headers", "how"),
    [
        ("", {}, How.PAGE),
        ("", {"HX-Request": "true", "HX-Request-Type": "partial", "HX-Target": "aside#sw-panel"}, How.PAGE),
        ("print/", {}, How.PRINT),
        ("edit/", {}, How.PAGE),
    ],
)
def test_whoever_opens_or_prints_it_is_written_down(tail: str, headers: dict[str, str], how: How) -> None:
    matter = Matter()
    assert a_client(matter.head).get(matter.url(tail), headers=headers).status_code == 200
    assert matter.read() == [(matter.head.pk, how)]


def test_what_is_no_secret_is_read_without_a_trace() -> None:
    """The control: these entries come of the level alone."""
    matter = Matter(Secrecy.INTERNAL)
    a_client(matter.head).get(matter.url())
    assert not Entry.objects.filter(verb="sales.order.read").exists()


def test_opening_it_again_within_the_hour_is_one_reading() -> None:
    matter = Matter()
    client = a_client(matter.head)
    client.get(matter.url())
    client.get(matter.url())
    assert len(matter.read()) == 1
    later = clock.now() + datetime.timedelta(minutes=61)
    former = clock.replace_source(lambda: later)
    try:
        client.get(matter.url())
    finally:
        clock.replace_source(former)
    assert len(matter.read()) == 2


def test_a_program_that_fetches_it_is_written_down_under_its_person() -> None:
    matter = Matter()
    caller = a_caller(matter.head)
    assert caller.get(f"sales/order/{matter.order.public_id}").status_code == 200
    assert caller.get("sales/order", fields="public_id").status_code == 200
    assert matter.read() == [(matter.head.pk, How.API)] * 2
    assert {one.actor_kind for one in Entry.objects.filter(verb="sales.order.read")} == {"token"}


def test_an_export_names_every_secret_row_that_left(tmp_path: Path) -> None:
    matter = Matter()
    an_order(matter.crew)
    one = list_of("sales.order")
    assert one is not None
    assert export(actor_of(matter.head), one, "", tmp_path / "out.csv", "csv") == 2
    assert matter.read() == [(matter.head.pk, How.EXPORT)]
    taken = Entry.objects.get(verb="sales.order.export")
    assert (taken.person_id, taken.count) == (matter.head.pk, 2)


def test_who_takes_a_secret_file_is_written_down(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = storage.Folder(tmp_path / "kept")
    monkeypatch.setattr(storage, "blobs", lambda: folder)
    matter = Matter()
    client = a_client(matter.head)
    address = reverse("sales.order.files", kwargs={"public_id": matter.order.public_id})
    client.post(address, {"file": SimpleUploadedFile("標書.pdf", PDF)})
    with gate.free_reading():
        (file,) = files_on(matter.order)
    assert client.get(reverse("file", kwargs={"public_id": file.public_id})).status_code == 200
    assert [(one.person_id, one.how) for one in readings(file)] == [(matter.head.pk, How.FILE)]


def test_those_who_answer_for_it_see_who_read_it_and_nobody_else() -> None:
    matter = Matter()
    reader = a_person(Role.SALES_SUPPORT, name="林可欣", department=matter.crew.department)
    seen = a_client(reader).get(matter.url()).content.decode()
    assert "opened its page" not in seen
    told = a_client(matter.head).get(matter.url()).content.decode()
    assert "林可欣" in told.partition("Read by")[2]
    assert "opened its page" in told


def test_a_reading_is_sealed_and_stands_apart_from_the_records_history() -> None:
    """Undo, trash and timeline look at what was changed."""
    matter = Matter()
    client = a_client(matter.head)
    client.get(matter.url())
    history = client.get(matter.url("?tab=history")).content.decode()
    assert "sales.order.read" not in history
    seal_all()
    assert verify().is_sound
    entry = Entry.objects.get(verb="sales.order.read")
    assert entry.seal.position > 0


def test_without_the_note_the_reading_would_be_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control."""
    matter = Matter()
    monkeypatch.setattr(reading, "FROM", 9)
    a_client(matter.head).get(matter.url())
    assert matter.read() == []


def test_an_officer_without_a_person_of_their_own_leaves_none() -> None:
    """The house itself reads everything at night, for nobody."""
    matter = Matter()
    reading.read(actors.system(), matter.order, How.PAGE)
    assert matter.read() == []


def test_every_way_has_its_words() -> None:
    assert set(WAYS) == set(How)


def test_the_level_is_set_on_the_page() -> None:
    matter = Matter(Secrecy.OPEN)
    where = reverse("do.sales.order.set_secrecy", kwargs={"public_id": matter.order.public_id})
    answer = a_client(matter.head).post(
        where, {"secrecy": "2", "_reason": "投標", "form_token": "t1", "_version": str(matter.order.version)}
    )
    assert answer.status_code in (200, 204, 303)
    assert matter.order.fresh.secrecy == Secrecy.SECRET
