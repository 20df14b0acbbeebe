"""What the how-to pages and the deployment files tell people to type is what the command understands."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from shangwu.cli.main import COMMANDS, shangwu

ROOT = Path(__file__).resolve().parents[2]
PAGES = [*(ROOT / "docs").rglob("*.md"), ROOT / "README.md"]
UNITS = sorted((ROOT / "deploy" / "systemd").glob("*.service"))


def told() -> Iterator[tuple[str, str]]:
    """Every command line of ours that a file tells people to type."""
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        found = re.findall(r"^\s*(shangwu [^\n`]*)$", text, re.MULTILINE) + re.findall(r"`(shangwu [a-z][^`]*)`", text)
        yield from ((f"{page.relative_to(ROOT)}: {line}", line) for line in found)
    for unit in UNITS:
        for line in re.findall(r"^ExecStart=\S*/(shangwu .*)$", unit.read_text(encoding="utf-8"), re.MULTILINE):
            yield f"{unit.name}: {line}", line
    compose = (ROOT / "deploy" / "compose.yaml").read_text(encoding="utf-8")
    for listed in re.findall(r"^\s*command: (\[.*\])$", compose, re.MULTILINE):
        yield f"compose: {listed}", shlex.join(["shangwu", *json.loads(listed)])


TOLD = dict(told())


def understood(line: str, folder: Path) -> None:
    """Parse a command line without running it. Raises click.UsageError."""
    name, *arguments = shlex.split(line.split(" #")[0])[1:]
    # Files that the text invents must exist for the parser; folders need not.
    before = ["", *arguments]
    arguments = [
        _made(folder, one) if (one.isupper() or re.search(r"/|\.(csv|xlsx)$", one)) and former != "--var" else one
        for former, one in zip(before, arguments, strict=False)
    ]
    command = shangwu.get_command(click.Context(shangwu), name)
    assert command is not None, f"no such command: {name}"
    command.make_context(name, arguments)


def _made(folder: Path, name: str) -> str:
    path = folder / Path(name).name
    path.touch()
    return str(path)


def test_the_documents_tell_people_something() -> None:
    assert len(TOLD) > 15


@pytest.mark.parametrize("line", TOLD.values(), ids=TOLD.keys())
def test_a_told_command_is_understood(line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    understood(line, tmp_path)


def test_a_wrong_command_is_noticed(tmp_path: Path) -> None:
    with pytest.raises(click.UsageError):
        understood("shangwu run --no-such-option", tmp_path)


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_explains_itself(name: str) -> None:
    shown = CliRunner().invoke(shangwu, [name, "--help"])
    assert shown.exit_code == 0
    assert len(shown.output.splitlines()) > 6
    assert name in CliRunner().invoke(shangwu, ["--help"]).output


@pytest.mark.parametrize("arguments", [["no-such-command"], ["run", "--port", "99999"], ["import"], ["export"]])
def test_wrong_usage_is_exit_code_2(arguments: list[str]) -> None:
    assert CliRunner().invoke(shangwu, arguments).exit_code == 2


def test_no_deployment_file_names_a_registry() -> None:
    for path in [*(ROOT / "deploy").rglob("*"), *(ROOT / "docs" / "how-to").glob("*.md")]:
        if path.is_file():
            assert not re.search(r"\b(docker\.io|ghcr\.io|quay\.io|gcr\.io|pypi\.org)\b", path.read_text(), re.I), path


FOR_DEVELOPERS = {"SHANGWU_DEBUG", "SHANGWU_DEMO"}
"""Settings that `run` makes itself, or that nobody needs who only runs it."""


def test_every_setting_from_outside_is_told() -> None:
    lines = (ROOT / "docs" / "how-to" / "run-for-real.md").read_text(encoding="utf-8").splitlines()
    programs = [one for one in (ROOT / "shangwu").rglob("*.py") if "tests" not in one.parts]
    read = {name for one in programs for name in re.findall(r'"(SHANGWU_[A-Z0-9_]+)"', one.read_text(encoding="utf-8"))}
    assert len(read) > 20
    assert sorted(name for name in read - FOR_DEVELOPERS if not is_told(name, lines)) == []
    assert not is_told("SHANGWU_NO_SUCH_SETTING", lines)


def is_told(name: str, lines: list[str]) -> bool:
    """Whether a line names it, in full or by its ending behind a sister's name: `SHANGWU_MAIL_HOST`, `_PORT`."""
    family, _, ending = name.rpartition("_")
    return any(f"`{name}`" in one or (f"`{family}_" in one and f"`_{ending}`" in one) for one in lines)
