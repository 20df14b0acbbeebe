"""What the command line asks of the exchange: a file in, a list out, on behalf of an account."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from shangwu.foundation.access.actors import actor_of_account
from shangwu.foundation.actions.door import act
from shangwu.foundation.actions.registry import Action
from shangwu.foundation.exchange.declarations import Importer, importers
from shangwu.foundation.exchange.importing import Totals, check, run
from shangwu.foundation.exchange.mapping import Mapping, read_mapping
from shangwu.foundation.exchange.models import Import
from shangwu.foundation.exchange.reading_in import importer_of, opened
from shangwu.foundation.exchange.uploading import uploaded
from shangwu.foundation.exchange.writing import Form
from shangwu.foundation.pages.lists.asked import asked, lists_of
from shangwu.foundation.pages.lists.prepared import Prepared
from shangwu.foundation.pages.registry import record_pages
from shangwu.foundation.people.models import Account, RoleAssignment
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records import clock, gate
from shangwu.foundation.records.actors import Actor, Source
from shangwu.foundation.records.refusals import Refusal, Sentence

Progress = Callable[[int, int, str], None]
SHOWN_REASONS = 1_000


def import_file(
    path: Path,
    *,
    record: str,
    mapping: Path | None,
    dry_run: bool,
    account: str | None,
    refused_to: Path,
    progress: Progress,
) -> dict[str, Any]:
    """Import the file at `path` as records of type `record`; refused rows are written to `refused_to`.

    mapping: a JSON file, see `mapping.read_mapping`; None proposes one. account: on whose behalf, None for the only
    administrator. Gives rows, accepted, refused, skipped, made, changed, reasons, refused_file, import.
    Raises ValidationError or Refusal.
    """
    by = account_actor(account, Source.IMPORT)
    with translation.override(by.language), gate.request_code():
        importer = _importer_of(record, by, account)
        text = _text_of(mapping) if mapping else ""
        options = options_of(text)

        def tell(rows: int, of_about: int) -> None:
            progress(rows, of_about, str(_("Rows")))

        with opened(path, path.name, importer, by, options) as file:
            chosen = read_mapping(text, file.sheet.header, file.targets) if text else file.proposal()[0]
            if dry_run:
                return told(check(file, chosen, tell), "", "")
            of = begin(path, by, record, chosen)
            totals = run(file, chosen, of, tell, refused_to, "xlsx" if refused_to.suffix == ".xlsx" else "exchange")
        act(by, "exchange.import.finish", of, totals.counts())
        return told(totals, str(refused_to) if refused_to.exists() else "", str(of.public_id))


def _text_of(mapping: Path) -> str:
    """The mapping as it was written. Raises ValidationError for another encoding."""
    try:
        return mapping.read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValidationError(
            _("The mapping is not UTF-8. Save it as UTF-8, then try again."), code="mapping"
        ) from error


def _importer_of(record: str, by: Actor, account: str | None) -> Importer:
    """The importer; if the administrator may not bring such records and nobody was named, say who may."""
    try:
        return importer_of(record, by)
    except Refusal as refusal:
        if account or refusal.code != "forbidden":
            raise
        may = _accounts_that_may(importers[record].making)
        said = _("The administrator does not enter such records. Say on whose behalf, such as --as %(account)s.")
        raise ValidationError(said, code="account", params={"account": may}) from refusal


def _accounts_that_may(making: Action) -> str:
    """The first account whose person may do it; for a sentence that says what to do."""
    accounts = Account.objects.filter(is_active=True, person__isnull=False).order_by("pk")[:SHOWN_REASONS]
    with gate.free_reading():
        actors = ((account.username, actor_of_account(account)) for account in accounts)
        return next((name for name, actor in actors if actor is not None and making.may(actor, None)), "…")


def options_of(text: str) -> Mapping:
    """How the file is to be opened, before its columns are known. What can't be read is said later."""
    try:
        given = json.loads(text) if text else {}
    except ValueError:
        given = {}
    if not isinstance(given, dict) or not isinstance(given.get("columns"), dict):
        return Mapping()
    sheet, encoding, separator = (str(given.get(name, "")) for name in ("sheet", "encoding", "separator"))
    try:
        return Mapping(sheet=sheet, encoding=encoding, separator=separator)
    except ValueError:
        return Mapping()


def begin(path: Path, by: Actor, record: str, mapping: Mapping) -> Import:
    """Keep the file and open an import for it, so that it can be looked up and taken back."""
    with path.open("rb") as source:
        of = uploaded(by, record, source, path.name)
    act(by, "exchange.import.map", of, {"mapping": mapping.text()})
    return act(by, "exchange.import.run", of).record  # type: ignore[no-any-return]


def told(totals: Totals, refused_file: str, public_id: str) -> dict[str, Any]:
    """The result for people and programs."""
    reasons = [{"row": line, "sentence": " ".join(said)} for line, said in sorted(totals.reasons.items())]
    return {
        **totals.counts(), "reasons": reasons[:SHOWN_REASONS], "refused_file": refused_file, "import": public_id,
    }  # fmt: skip


def account_actor(name: str | None, source: Source) -> Actor:
    """The actor of an account; for None that of the only administrator. Raises ValidationError."""
    account = Account.objects.filter(username=name, is_active=True).first() if name else only_administrator()
    actor = actor_of_account(account, source=source) if account else None
    if actor is None:
        raise ValidationError(_("There is no account “%(name)s” at work."), code="account", params={"name": name})
    return actor


def only_administrator() -> Account:
    """The account of the only administrator. Raises ValidationError when there are none or several."""
    today = clock.today(ZoneInfo(settings.TIME_ZONE))
    with gate.free_reading():
        held = RoleAssignment.objects.filter(role=Role.ADMINISTRATOR, starts_on__lte=today, archived_at__isnull=True)
        people = held.exclude(ends_on__lt=today).values_list("person", flat=True)
        accounts = list(Account.objects.filter(person__in=list(people), is_active=True)[:2])
    if len(accounts) != 1:
        raise ValidationError(
            _("Say on whose behalf, with --as: there is not exactly one administrator with an account."), code="account"
        )
    return accounts[0]


def export_records(
    record: str,
    *,
    to: Path,
    filters: Sequence[tuple[str, str]],
    columns: Sequence[str],
    with_lines: bool,
    account: str | None,
    progress: Progress,
) -> dict[str, Any]:
    """Export the list of a record type as the account sees it, to .xlsx or .csv. Gives rows and to.

    filters: names and values as in the list's address. columns: by name, those that the list shows when empty.
    with_lines: a row for each line of a record. Raises ValidationError for a list, filter or column that there is not.
    """
    from shangwu.foundation.exchange.exporting import export, list_of

    by = account_actor(account, Source.COMMAND)
    with translation.override(by.language), gate.request_code():
        page = list_of(record)
        if page is None:
            lists = (one.name for one in record_pages.values() if one.list is not None)
            raise _unknown(_("There is no list of “%(given)s”. Possible are: %(known)s."), record, sorted(lists))
        _require_understood(page, filters, columns, by)
        form: Form = "csv" if to.suffix.lower() == ".csv" else "xlsx"
        address = urlencode([*filters, *(("column", name) for name in columns)])
        rows = export(
            by, page, address, to, form, lambda done: progress(done, 0, str(_("Rows"))), with_lines=with_lines
        )
    return {"rows": rows, "to": str(to)}


def _require_understood(page: Prepared, filters: Sequence[tuple[str, str]], columns: Sequence[str], by: Actor) -> None:
    """An address leaves out what it does not understand; a file would then hold more than was asked for."""
    heard = {name.partition(".")[0] for name, _value in asked(page, lists_of(urlencode(filters)), by).pairs(view=False)}
    for name, value in filters:
        if name.partition(".")[0] not in heard:
            known = ["q", "archived", "sort", *(one.name for one in page.questions_for(by))]
            said = _("The list does not understand “%(given)s”. Its filters are: %(known)s.")
            raise _unknown(said, f"{name}={value}", known)
    names = [one.name for one in page.columns_for(by)]
    for name in columns:
        if name not in names:
            raise _unknown(_("The list has no column “%(given)s”. Its columns are: %(known)s."), name, names)


def _unknown(said: Sentence, given: str, known: Sequence[str]) -> ValidationError:
    # Django's types know its own lazy strings only by a private name.
    return ValidationError(cast(str, said), code="unknown", params={"given": given, "known": ", ".join(known)})
