"""Clause 2.6.2: the text that is approved, sealed and signed bears the contract's number; the scan lies beside it."""

import base64
import contextlib
import datetime
import io
import uuid
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, NamedTuple

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from shangwu.chapters.sales.contract_access import keeps_contracts
from shangwu.chapters.sales.contract_goods import with_goods
from shangwu.chapters.sales.contract_papers import paper
from shangwu.chapters.sales.models import Contract, ContractTemplate, Supplement
from shangwu.chapters.sales.word_templates import filled
from shangwu.foundation.access.predicates import nobody
from shangwu.foundation.actions.door import Ask, Refusal, action, newborn
from shangwu.foundation.actions.writing import reserve
from shangwu.foundation.files import page_tree, storage
from shangwu.foundation.files.inspection import Report
from shangwu.foundation.files.intake import MOST, Taken, take
from shangwu.foundation.files.kinds import KINDS
from shangwu.foundation.files.models import StoredFile
from shangwu.foundation.files.names import safe_name
from shangwu.foundation.files.paging import pages_of
from shangwu.foundation.files.sandbox import Limits, run
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.models import Record
from shangwu.foundation.regulation.attached import attached_to, file_of

State = Contract.State
MARKING = Limits(memory=2 << 30, cpu=20, wait=20)
"""A long contract is a hundred pages of pictures."""
PARTS = ["entity", "document", "instalments", "covered.order", "deliveries.order"]
"""What the text of a contract is made from."""


class Papers:
    """Files that hang on the contracts of a run, and how many pages those have that an action names."""

    model: type[Record] = Contract

    def __init__(self, contracts: Sequence[Any], by: Actor, inputs: Sequence[Mapping[str, Any]]) -> None:
        self.attached = attached_to(self.model)(contracts, by, inputs)
        self.pages: dict[str, int] = {}
        for contract, given in zip(contracts, inputs, strict=True):
            file = self.attached.get((contract.pk, str(given.get("file", "")).strip()))
            if file is not None and file.kind == "pdf" and storage.whole(file.blob):
                with contextlib.suppress(ValidationError):  # whose pages can't be counted is refused by `pdf`
                    self.pages[file.sha256] = pages_of(file.blob)

    def pdf(self, contract: Any, named: object) -> tuple[StoredFile, int]:
        """The PDF of the contract that is called so, and its pages. Refuses `file`, `pdf`."""
        file = file_of(contract, named, self.attached)
        pages = self.pages.get(file.sha256)
        if pages is None:
            said = _("Choose a PDF that can be read: its pages are counted.")
            raise Refusal("pdf", said, fields={"file": [said]})
        return file, pages

    def signed(self, contract: Any, named: object, signed_on: datetime.date, by: Actor) -> tuple[StoredFile, int]:
        """The scan of what both have signed, held beside the document that was approved.

        Refuses `file`, `pdf`, `document`, `unsigned`, `pages`, `future`.
        """
        scan, pages = self.pdf(contract, named)
        require_approved(contract)
        if scan.sha256 == contract.document_sha256:
            said = _("This is the approved document itself. Choose the scan of the paper that both have signed.")
            raise Refusal("unsigned", said, fields={"file": [said]})
        if pages != contract.document_pages:
            said = _("The scan has %(scan)s pages, the approved document %(document)s. Scan all of them, each once.")
            params = {"scan": pages, "document": contract.document_pages}
            raise Refusal("pages", said, params, fields={"file": [str(said) % params]})
        if signed_on > contract.changed_at.astimezone(by.zone).date():
            said = _("This day has not come yet.")
            raise Refusal("future", said, fields={"signed_on": [said]})
        return scan, pages


def require_approved(contract: Any) -> None:
    """Raises Refusal("document") where the text is not the one that was approved, byte for byte."""
    if contract.document is None or contract.document.sha256 != contract.document_sha256:
        raise Refusal("document", _("The document is not the one that was approved. Declare it void."))


def hung(record: Any, taken: Taken, by: Actor) -> StoredFile:
    """The row of a file that the house has made for a record."""
    blob, report = taken
    file: StoredFile = newborn(StoredFile, by, record.changed_at)
    file.record_type, file.record_id = record._meta.label_lower, record.pk
    file.name, file.kind, file.notices = report.name, report.kind.code, " ".join(report.notices)
    file.kept_for, file.sha256, file.size = blob
    file.entity_id, file.department_id, file.secrecy = record.entity_id, record.department_id, record.secrecy
    return file


@action(
    Contract, "name_document", clause="2.6.2", label=_("Name the document"), may=keeps_contracts, source=State.DRAFT,
    prepare=Papers, icon="file-text", event="sales.contract.document_named",
)  # fmt: skip
def name_document(
    contract: Contract, by: Actor, papers: Papers, *, file: Annotated[uuid.UUID, Ask(_("File of this contract (PDF)"))]
) -> None:
    """2.6.2: which file is the text that will be approved and signed. Refuses `file`, `pdf`."""
    contract.document, contract.document_pages = papers.pdf(contract, file)
    contract.document_written = contract.document_numbered = False


class Text(NamedTuple):
    """A text as PDF that was taken in, its pages, the key in store for its file; word: the same as a Word file."""

    taken: Taken
    pages: int
    key: int
    word: Taken | None = None


Written = Mapping[int, Text]
"""Record -> its text; without one whose text could not be made."""


def written(contracts: Sequence[Contract], by: Actor, inputs: Sequence[Mapping[str, Any]]) -> Written:
    """The text of each contract, drawn from what stands in it."""
    with_goods(contracts)
    keys = _keys(len(contracts))
    return {one.pk: _drawn(one, keys.pop()) for one in contracts}


def _keys(count: int) -> list[int]:
    return reserve({StoredFile: count}).get(StoredFile, [])


def _drawn(contract: Contract, key: int, template: ContractTemplate | None = None) -> Text:
    entity = contract.entity_id or 0
    made = paper(contract, contract.entity.name if contract.entity is not None else "")
    taken = _our_own(made, f"{_name(contract)}.pdf", entity)
    word = None
    if template is not None and template.file is not None:
        word = take([filled(template.file.blob, contract)], f"{_name(contract)}.docx", entity=entity)
    return Text(taken, page_tree.count(io.BytesIO(made), {})["pages"], key, word)


def _our_own(made: bytes, name: str, entity: int) -> Taken:
    """A PDF that this process has drawn itself: there is nothing in it to look for."""
    blob, report = storage.keep([made], entity=entity, most=MOST, check=lambda _path: Report(KINDS["pdf"], name, ()))
    return Taken(blob, report)


def _name(record: Any) -> str:
    title = getattr(record, "title", "")
    return " ".join(one for one in (record.number, safe_name(title) if title else "") if one)


@action(
    Contract, "write_document", clause="2.6.2", label=_("Write the document"), may=keeps_contracts, source=State.DRAFT,
    reads=PARTS, prepare=written, icon="file-text", event="sales.contract.document_written",
)  # fmt: skip
def write_document(contract: Contract, by: Actor, known: Written) -> list[models.Model]:
    """2.6.2: the house writes the text from the draft as it stands, as PDF on the contract; it is the document then."""
    contract.document_written, contract.document_numbered = True, contract.number is not None
    return _put(contract, known[contract.pk], by)


def _put(record: Any, text: Text, by: Actor) -> list[models.Model]:
    """Make a text the document of its record."""
    file = hung(record, text.taken, by)
    file.pk = text.key
    record.document, record.document_pages = file, text.pages
    return [file, hung(record, text.word, by)] if text.word is not None else [file]


def numbered(records: Sequence[Any], by: Actor, inputs: Sequence[Mapping[str, Any]]) -> Written:
    """The texts with their numbers: drawn anew where the house wrote them, else the number is put on each page."""
    keys = _keys(len(records))
    templates = {getattr(one, "template_id", None) for one in records} - {None}
    known = ContractTemplate.objects.select_related("file").in_bulk(list(templates))
    with_goods(one for one in records if getattr(one, "document_written", False))
    found = {}
    for one in records:
        if getattr(one, "document_written", False):
            found[one.pk] = _drawn(one, keys.pop(), known.get(one.template_id))
        else:
            with contextlib.suppress(ValidationError):  # what can't be marked is refused by `pdf`
                found[one.pk] = _marked(one, keys.pop())
    return found


def _marked(record: Any, key: int) -> Text:
    """The text that a person named, with the number on each page. Raises ValidationError."""
    given = {"mark": record.number, "pages": record.document_pages, "at": int(record.changed_at.timestamp())}
    with storage.on_disk(record.document.blob) as path:
        made = run("shangwu.chapters.sales.page_marking:mark", path, given, MARKING)
    taken = take([base64.b64decode(made["pdf"])], f"{_name(record)}.pdf", entity=record.entity_id or 0)
    return Text(taken, pages_of(taken.blob), key)


def _number(record: Any, by: Actor, known: Written) -> list[models.Model]:
    text = known.get(record.pk)
    written_by_us = getattr(record, "document_written", False)
    if text is None or (text.pages != record.document_pages and not written_by_us):
        said = _("The number can't be put on this PDF. Print the text to PDF anew, attach it, and name that file.")
        raise Refusal("pdf", said)
    made = _put(record, text, by)
    record.document_numbered, record.document_sha256 = True, record.document.sha256
    return made


@action(
    Contract, "number_document", clause="2.6.2", label=_("Put the number on the document"), may=nobody,
    source=State.APPROVAL, reads=PARTS, prepare=numbered, shown=False, event="sales.contract.document_numbered",
)  # fmt: skip
def number_document(contract: Contract, by: Actor, known: Written) -> list[models.Model]:
    """2.6.2: what is approved, sealed and signed bears the contract's number; its hash is of that text. The house does
    this when a contract is put forward. Refuses `pdf` for a file that can't be written on."""
    return _number(contract, by, known)


@action(
    Supplement, "number_document", clause="2.6.2", label=_("Put the number on the document"), may=nobody,
    source=Supplement.State.APPROVAL, reads=["document"], prepare=numbered, shown=False,
    event="sales.supplement.document_numbered",
)  # fmt: skip
def number_supplement(supplement: Supplement, by: Actor, known: Written) -> list[models.Model]:
    """2.6.2: a supplement's text bears the supplement's number, as a contract's does. The house does this. Refuses
    `pdf`."""
    return _number(supplement, by, known)


@action(
    Contract, "name_authority", clause="2.6.2", label=_("Name the letter of authority"), may=keeps_contracts,
    source=State.DRAFT, prepare=attached_to(Contract), icon="certificate", event="sales.contract.authority_named",
)  # fmt: skip
def name_authority(
    contract: Contract, by: Actor, attached: Any, *, file: Annotated[uuid.UUID, Ask(_("File of this contract"))]
) -> None:
    """2.6.2: which file lets the agent sign for the customer. Refuses `file`."""
    contract.authority_letter = file_of(contract, file, attached)
