"""The wheel carries everything: unpacked anywhere, `shangwu run` works in an empty folder."""

from __future__ import annotations

import http.client
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.running import ROOT, environment, free_port, running


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this checkout."""
    into = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(into)]
    done = subprocess.run(build, check=False, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return next(into.glob("shangwu-*.whl"))


def test_it_carries_the_built_front_end_the_catalogues_and_no_tests(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    for needed in ("shangwu/static/built/app.css", "shangwu/static/built/app.js", "shangwu/static/built/sprite.svg"):
        assert needed in names
    sources = {path.relative_to(ROOT) for path in (ROOT / "shangwu").rglob("*.po")}
    assert {str(path.with_suffix(".mo")) for path in sources} <= set(names)
    assert not [name for name in names if "/tests/" in name or name.endswith((".po", ".pyc"))]


def test_it_carries_every_file_that_the_program_reads(wheel: Path) -> None:
    """Whatever lies in the package and is committed is in the wheel, tests and sources of catalogues apart."""
    listed = subprocess.run(["git", "ls-files", "shangwu"], check=False, cwd=ROOT, capture_output=True, text=True)
    if listed.returncode:
        pytest.skip("this is no git checkout")
    wanted = [name for name in listed.stdout.splitlines() if "/tests/" not in name and not name.endswith(".po")]
    present = [name for name in wanted if (ROOT / name).exists()]
    assert set(present) - set(zipfile.ZipFile(wheel).namelist()) == set()


def test_in_an_empty_folder_it_runs_and_draws_the_sign_in_page(wheel: Path, tmp_path: Path) -> None:
    packages, empty = tmp_path / "packages", tmp_path / "empty"
    zipfile.ZipFile(wheel).extractall(packages)
    empty.mkdir()
    env = environment() | {"PYTHONPATH": str(packages)}
    where = [sys.executable, "-c", "import shangwu; print(shangwu.__file__)"]
    found = subprocess.run(where, check=True, cwd=empty, env=env, capture_output=True, text=True).stdout
    assert found.startswith(str(packages))
    port = free_port()
    with running(empty / "var", port=port, PYTHONPATH=str(packages)):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        connection.request("GET", "/accounts/login/", headers={"Host": "localhost"})
        answer = connection.getresponse()
        page = answer.read().decode()
        assert answer.status == 200
        styles = re.findall(r'href="(/static/[^"]+\.css)"', page)
        assert styles
        connection.request("GET", styles[0], headers={"Host": "localhost"})
        style = connection.getresponse()
        assert style.status == 200
        assert "immutable" in style.headers["Cache-Control"]
        assert len(style.read()) > 10_000
    assert sorted(entry.name for entry in os.scandir(empty)) == ["var", "var.log"]
