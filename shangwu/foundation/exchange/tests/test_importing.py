"""A file's rows become records: once, with reasons for those that do not, and they can be taken back."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from shangwu.foundation.access.actors import actor_of
from shangwu.foundation.actions.door import Refusal, act
from shangwu.foundation.exchange import engine, work
from shangwu.foundation.exchange.declarations import Importer, importers, importing
from shangwu.foundation.exchange.importing import check, run
from shangwu.foundation.exchange.mapping import Mapping, Mode
from shangwu.foundation.exchange.models import Import, ImportBatch
from shangwu.foundation.exchange.reading.tables import table
from shangwu.foundation.exchange.reading_in import opened
from shangwu.foundation.exchange.uploading import remembered, uploaded
from shangwu.foundation.files import storage
from shangwu.foundation.jobs import running
from shangwu.foundation.jobs.models import Job
from shangwu.foundation.people.models import Department, RoleAssignment
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records.actors import Actor, Source
from tests.builders import a_person, an_actor, unique

pytestmark = pytest.mark.django_db

RECORD = "people.department"


@pytest.fixture(autouse=True)
def importer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Importer]:
    kept = storage.Folder(tmp_path / "kept")
    monkeypatch.setattr(storage, "blobs", lambda: kept)
    monkeypatch.setattr(engine, "PORTION", 3)
    monkeypatch.setattr(running, "PAUSE", 0.0)
    former = importers.pop(RECORD, None)
    yield importing(Department, clause="3.1.1", key=["code"])
    importers.pop(RECORD)
    if former is not None:
        importers[RECORD] = former


@pytest.fixture
def by() -> Actor:
    return an_actor(Role.ADMINISTRATOR)


def a_file(folder: Path, *rows: str, header: str = "代碼,名稱,上級") -> Path:
    path = folder / "departments.csv"
    path.write_text("\n".join([header, *rows, ""]))
    return path


COLUMNS = {0: ("code",), 1: ("name",), 2: ("parent",)}


def brought(by: Actor, path: Path, mapping: Mapping | None = None, *, source: Source = Source.PAGE) -> Import:
    """The file imported as a page does it: upload, columns, run, and the job that the run has queued."""
    mapping = mapping or Mapping(columns=COLUMNS)
    by = by.by_way_of(source)
    with path.open("rb") as file:
        of = uploaded(by, RECORD, file, path.name)
    act(by, "exchange.import.map", of, {"mapping": mapping.text()})
    act(by, "exchange.import.run", of)
    work_off(of)
    return of.fresh  # type: ignore[no-any-return]


def work_off(of: Import) -> Job:
    job = Job.objects.filter(once=str(of.public_id), state__in=Job.OPEN).get()
    running.run(job.pk)
    job.refresh_from_db()
    return job


def codes(prefix: str) -> dict[str, str]:
    return dict(Department.objects.filter(code__startswith=prefix, archived_at=None).values_list("code", "name"))


def counts(of: Import) -> tuple[int, int, int, int]:
    return of.rows, of.accepted, of.refused, of.skipped


def test_valid_rows_go_in_and_refused_ones_come_back_as_a_file_that_can_be_mended(by: Actor, tmp_path: Path) -> None:
    code = unique()
    path = a_file(
        tmp_path, f"{code}A,商務{code},", f"{code}B,,", f"{code}C,銷售部,商務{code}", f"{code}D,客服部,nowhere"
    )
    of = brought(by, path)
    assert (of.state, counts(of), of.made) == ("done", (4, 1, 3, 0), 1)
    assert codes(code) == {f"{code}A": f"商務{code}"}

    assert of.refused_blob is not None
    with storage.on_disk(of.refused_blob) as refused:
        sheet = table(refused, of.refused_name)
        rows = [row.cells for row in sheet.rows]
    assert sheet.header[:3] == ["代碼", "名稱", "上級"]
    # A row that only names its record waits to the end: another one might tell the rest.
    assert [row[:4] for row in rows] == [
        [f"{code}C", "銷售部", f"商務{code}", "4"],
        [f"{code}D", "客服部", "nowhere", "5"],
        [f"{code}B", "", "", "3"],
    ]
    assert "nowhere" in rows[1][4]
    assert rows[2][4].startswith("名稱: ")

    mended = tmp_path / "mended.csv"
    mended.write_text(f"代碼,名稱,上級,⚠ Line,⚠ Reason\n{code}B,行銷部,,3,x\n{code}C,銷售部,商務{code},4,x\n")
    again = brought(by, mended)
    assert counts(again) == (2, 2, 0, 0)
    assert set(codes(code)) == {f"{code}A", f"{code}B", f"{code}C"}


def test_a_row_may_refer_to_one_of_an_earlier_portion_by_key_or_by_unique_name(by: Actor, tmp_path: Path) -> None:
    code = unique()
    top = f"總部{code}"
    rows = [f"{code}{at},{top if at == 0 else f'部{at}'},{'' if at < 3 else top}" for at in range(6)]
    of = brought(by, a_file(tmp_path, *rows))
    assert counts(of) == (6, 6, 0, 0)
    assert Department.objects.get(code=f"{code}5").parent.code == f"{code}0"  # type: ignore[union-attr]


def test_the_same_file_again_makes_no_doubles(by: Actor, tmp_path: Path) -> None:
    code = unique()
    path = a_file(tmp_path, *(f"{code}{at},部門,".strip() for at in range(5)))
    assert counts(brought(by, path)) == (5, 5, 0, 0)
    again = brought(by, path)
    assert (counts(again), again.made) == ((5, 0, 0, 5), 0)
    assert len(codes(code)) == 5


def test_rows_without_a_key_are_told_apart_by_file_and_line(by: Actor, tmp_path: Path) -> None:
    importers.pop(RECORD)
    importing(Department, clause="3.1.1", key=["number"])
    code = unique()
    path = a_file(tmp_path, *(f"{code}{at},部門," for at in range(5)))
    assert counts(brought(by, path)) == (5, 5, 0, 0)
    assert counts(brought(by, path)) == (5, 0, 0, 5)
    path.write_text(path.read_text() + f"{code}X,新的,\n")
    assert counts(brought(by, path)) == (6, 1, 5, 0)  # another file: the unique code refuses the five


def test_known_records_are_changed_when_asked(by: Actor, tmp_path: Path) -> None:
    code = unique()
    brought(by, a_file(tmp_path, f"{code}A,舊名,", f"{code}B,不變,"))
    path = a_file(tmp_path, f"{code}A,新名,", f"{code}C,新部,")
    update = brought(by, path, Mapping(columns=COLUMNS, mode=Mode.UPDATE))
    assert (counts(update), update.changed, update.made) == ((2, 1, 1, 0), 1, 0)
    both = brought(by, path, Mapping(columns=COLUMNS, mode=Mode.BOTH))
    assert (counts(both), both.changed, both.made) == ((2, 2, 0, 0), 1, 1)
    assert codes(code) == {f"{code}A": "新名", f"{code}B": "不變", f"{code}C": "新部"}


def test_a_key_that_repeats_in_the_file_counts_once(by: Actor, tmp_path: Path) -> None:
    code = unique()
    of = brought(by, a_file(tmp_path, f"{code}A,甲,", f"{code}A,甲,", f"{code}B,乙,", f"{code}A,丙,"))
    assert counts(of) == (4, 2, 0, 2)
    assert codes(code) == {f"{code}A": "甲", f"{code}B": "乙"}


def test_an_import_is_taken_back_within_a_day_made_and_changed_ones_alike(by: Actor, tmp_path: Path) -> None:
    code = unique()
    brought(by, a_file(tmp_path, f"{code}A,舊名,"))
    of = brought(
        by,
        a_file(tmp_path, f"{code}A,新名,", *(f"{code}{at},部門," for at in range(7))),
        Mapping(COLUMNS, mode=Mode.BOTH),
    )
    touched = Department.objects.get(code=f"{code}3")
    act(by, "people.department.edit", touched, {"name": "後來改過"})
    act(by, "exchange.import.take_back", of)
    assert work_off(of).state == "done"
    of = of.fresh
    assert (of.state, of.left_over) == ("undone", 1)
    assert codes(code) == {f"{code}A": "舊名", f"{code}3": "後來改過"}
    with pytest.raises(Refusal) as caught:
        act(by, "exchange.import.take_back", of)
    assert caught.value.code == "state"


def test_what_was_taken_back_can_come_in_again(by: Actor, tmp_path: Path) -> None:
    code = unique()
    path = a_file(tmp_path, f"{code}A,甲,", f"{code}B,乙,")
    of = brought(by, path)
    act(by, "exchange.import.take_back", of)
    work_off(of)
    assert codes(code) == {}
    again = brought(by, path)
    assert counts(again) == (2, 2, 0, 0)
    assert codes(code) == {f"{code}A": "甲", f"{code}B": "乙"}


def test_a_run_that_broke_goes_on_where_it_stopped(by: Actor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed after each portion in turn: nothing twice, nothing lost, the same refused rows."""
    code = unique()
    path = a_file(tmp_path, *(f"{code}{at},{'' if at % 4 == 1 else '部門'}," for at in range(10)))
    worker = by.by_way_of(Source.IMPORT)
    mapping = Mapping(columns=COLUMNS)
    with path.open("rb") as file:
        of = uploaded(by, RECORD, file, path.name)

    class Killed(BaseException):
        pass

    def attempt(stop_after: int) -> Any:
        seen = 0

        def progress(rows: int, of_about: int) -> None:
            nonlocal seen
            seen += 1
            if seen > stop_after:
                raise Killed

        with opened(path, path.name, importers[RECORD], worker, mapping) as file:
            return run(file, mapping, of, progress, tmp_path / "refused.csv", "exchange")

    for stop_after in range(4):
        if stop_after < 3:
            with pytest.raises(Killed):
                attempt(stop_after)
    totals = attempt(99)
    assert (totals.rows, totals.accepted, totals.refused) == (10, 7, 3)
    assert len(codes(code)) == 7
    refused = [row.cells[0] for row in table(tmp_path / "refused.csv", "refused.csv").rows]
    assert refused == [f"{code}1", f"{code}5", f"{code}9"]
    assert ImportBatch.objects.filter(of_id=of.pk).count() == 4


def test_each_portion_is_whole_or_not_at_all(by: Actor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A failure while a portion is written down leaves none of its rows."""
    code = unique()
    path = a_file(tmp_path, *(f"{code}{at},部門," for at in range(4)))
    real = ImportBatch.objects.create

    def fails(**values: Any) -> Any:
        if values["position"] == 1:
            raise MemoryError
        return real(**values)

    monkeypatch.setattr(ImportBatch.objects, "create", fails)
    with pytest.raises(MemoryError):
        brought(by, path)
    assert len(codes(code)) == 3


def test_an_import_that_is_stopped_keeps_what_is_in_and_can_be_taken_back(by: Actor, tmp_path: Path) -> None:
    code = unique()
    path = a_file(tmp_path, *(f"{code}{at},部門," for at in range(9)))
    page = by.by_way_of(Source.PAGE)
    with path.open("rb") as file:
        of = uploaded(page, RECORD, file, path.name)
    act(page, "exchange.import.map", of, {"mapping": Mapping(columns=COLUMNS).text()})
    act(page, "exchange.import.run", of)
    job = Job.objects.get(once=str(of.public_id))
    real = engine.Engine.submit

    def stopping(self: Any, portion: Any) -> Any:
        act(page, "exchange.import.stop", of)
        return real(self, portion)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engine.Engine, "submit", stopping)
        running.run(job.pk)
    job.refresh_from_db()
    of = of.fresh
    assert (job.state, of.state, counts(of)) == ("cancelled", "cancelled", (3, 3, 0, 0))
    act(page, "exchange.import.take_back", of)
    work_off(of)
    assert codes(code) == {}


def test_a_file_that_breaks_off_ends_the_import_with_its_reason(by: Actor, tmp_path: Path) -> None:
    code = unique()
    path = a_file(tmp_path, *(f"{code}{at},部門," for at in range(600)), f'{code}X,"never closed,')
    of = brought(by, path)
    job = Job.objects.filter(once=str(of.public_id)).get()
    assert (of.state, job.state) == ("cancelled", "failed")
    assert "602" in job.error


def test_checking_writes_nothing(by: Actor, tmp_path: Path) -> None:
    code = unique()
    path = a_file(tmp_path, f"{code}A,甲,", f"{code}B,,")
    with opened(path, path.name, importers[RECORD], by.by_way_of(Source.IMPORT), Mapping()) as file:
        totals = check(file, Mapping(columns=COLUMNS), lambda rows, of_about: None)
    assert (totals.accepted, totals.refused, list(totals.reasons)) == (1, 1, [3])
    assert codes(code) == {}


def test_columns_are_proposed_and_the_last_choice_is_remembered(by: Actor, tmp_path: Path) -> None:
    code = unique()
    path = a_file(tmp_path, f"{code}A,甲,", header="Code,Name,Feld 7")
    with opened(path, path.name, importers[RECORD], by, Mapping()) as file:
        mapping, reasons = file.proposal()
    assert mapping.columns == {0: ("code",), 1: ("name",)}
    assert all(str(one.reason) for one in reasons)
    chosen = Mapping(columns={0: ("code",), 1: ("name",), 2: ("parent",)})
    brought(by, path, chosen)
    assert remembered(by, RECORD, ["code", "NAME", "feld_7"]) == chosen
    assert remembered(an_actor(Role.ADMINISTRATOR), RECORD, ["code", "NAME", "feld_7"]) is None


@pytest.mark.parametrize(
    ("mapping", "code"),
    [(Mapping(), "no_columns"), (Mapping(columns={0: ("code",)}), "unmapped")],
)
def test_a_mapping_that_lacks_what_is_needed_is_refused_before_any_row(
    by: Actor, tmp_path: Path, mapping: Mapping, code: str
) -> None:
    path = a_file(tmp_path, "a,b,")
    with opened(path, path.name, importers[RECORD], by, mapping) as file, pytest.raises(ValidationError) as caught:
        check(file, mapping, lambda rows, of_about: None)
    assert caught.value.code == code


def test_nobody_imports_what_they_may_not_make(tmp_path: Path) -> None:
    with pytest.raises(Refusal) as caught:
        brought(an_actor(Role.SALES), a_file(tmp_path, "a,b,"))
    assert caught.value.code == "forbidden"


def test_an_import_is_its_owners_alone(by: Actor, tmp_path: Path) -> None:
    """It holds rows of business: who keeps the system has no sight of them either."""
    of = brought(by, a_file(tmp_path, f"{unique()},甲,"))
    assert Import.objects.visible_to(by).filter(pk=of.pk).exists()
    for other in (Role.ADMINISTRATOR, Role.SALES):
        assert not Import.objects.visible_to(an_actor(other)).filter(pk=of.pk).exists()


def test_only_the_work_itself_tells_how_it_ended_and_no_hash_opens_a_file(by: Actor, tmp_path: Path) -> None:
    path = a_file(tmp_path, f"{unique()},甲,")
    with path.open("rb") as file:
        of = uploaded(by, RECORD, file, path.name)
    act(by, "exchange.import.map", of, {"mapping": Mapping(columns=COLUMNS).text()})
    act(by, "exchange.import.run", of)
    ends = dict.fromkeys(("rows", "accepted", "refused", "skipped", "made", "changed"), 1)
    for source in (Source.PAGE, Source.API):
        with pytest.raises(Refusal) as caught:
            act(by.by_way_of(source), "exchange.import.finish", of, ends)
        assert caught.value.code == "forbidden"
    with pytest.raises(Refusal) as caught:
        act(by, "exchange.import.create", None, {"record_type": RECORD, "name": json.dumps([0, of.sha256, of.size])})
    assert caught.value.code == "receipt"


def test_a_job_reads_as_its_person_with_the_rights_of_the_moment(by: Actor, tmp_path: Path) -> None:
    """Rights that are gone when the job begins are gone: the queue gives no one more than they have."""
    person = a_person(Role.ADMINISTRATOR)
    owner = actor_of(person)
    path = a_file(tmp_path, f"{unique()},甲,")
    with path.open("rb") as file:
        of = uploaded(owner, RECORD, file, path.name)
    act(owner, "exchange.import.map", of, {"mapping": Mapping(columns=COLUMNS).text()})
    act(owner, "exchange.import.run", of)
    for assignment in RoleAssignment.objects.filter(person=person):
        act(by, "people.roleassignment.archive", assignment)
    job = work_off(of)
    assert job.state == "failed"
    assert job.name == work.RUN
