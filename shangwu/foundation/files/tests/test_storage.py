"""Bytes are kept whole, once, and survive; what is refused leaves nothing behind."""

import os
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import InMemoryStorage

from shangwu.foundation.files import storage
from shangwu.foundation.files.storage import Blob, Folder, keep


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    kept = Folder(tmp_path)
    monkeypatch.setattr(storage, "blobs", lambda: kept)
    return tmp_path


def kept(content: bytes, entity: int = 1, most: int = 1000) -> Blob:
    return keep(BytesIO(content), entity=entity, most=most, check=lambda path: None)[0]


def files(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_content_lies_under_its_hash_and_comes_back(folder: Path) -> None:
    blob = kept(b"hello")
    digest = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"
    assert blob == Blob(1, digest, 5)
    assert files(folder) == [f"sha256/2c/f2/{digest}.1"]
    assert b"".join(storage.pieces(blob)) == b"hello"
    with storage.on_disk(blob) as path:
        assert path.read_bytes() == b"hello"
    assert storage.whole(blob)


def test_one_content_is_kept_once_for_each_entity(folder: Path) -> None:
    assert kept(b"same") == kept(b"same")
    assert kept(b"same", entity=2) != kept(b"same")
    assert len(files(folder)) == 2


@pytest.mark.parametrize(("content", "code"), [(b"", "empty"), (b"x" * 1001, "too_large")])
def test_what_is_refused_leaves_nothing_behind(folder: Path, content: bytes, code: str) -> None:
    with pytest.raises(ValidationError) as caught:
        kept(content)
    assert (caught.value.code, files(folder)) == (code, [])


def test_what_the_check_refuses_never_gets_a_name(folder: Path) -> None:
    def check(path: Path) -> None:
        assert path.read_bytes() == b"hostile"
        raise ValidationError("no", code="program")

    with pytest.raises(ValidationError):
        keep([b"hos", b"tile"], entity=1, most=100, check=check)
    assert files(folder) == []


def test_the_size_is_capped_while_reading_not_after(folder: Path) -> None:
    read = 0

    def endless() -> Iterator[bytes]:
        nonlocal read
        while True:
            read += 100
            yield b"x" * 100

    with pytest.raises(ValidationError):
        keep(endless(), entity=1, most=1000, check=lambda path: None)
    assert read == 1100


def test_bytes_then_name_then_folder_reach_the_disk(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A power cut between any two steps leaves no name without bytes."""
    steps: list[str] = []
    real_sync, real_replace = os.fsync, Path.replace

    def sync(handle: int) -> None:
        path = os.readlink(f"/proc/self/fd/{handle}") if os.path.exists("/proc/self/fd") else "?"
        steps.append("sync folder" if os.path.isdir(path) else "sync bytes")
        real_sync(handle)

    def replace(self: Path, target: Path) -> Path:
        steps.append("name")
        return real_replace(self, target)

    monkeypatch.setattr(os, "fsync", sync)
    monkeypatch.setattr(Path, "replace", replace)
    kept(b"hello")
    assert steps[:2] == ["sync bytes", "name"]
    assert set(steps[2:]) == {"sync folder"}
    assert len(steps) >= 5


def test_a_flipped_bit_is_found_and_the_next_upload_mends_a_short_blob(folder: Path) -> None:
    blob = kept(b"hello")
    path = folder / blob.address
    path.write_bytes(b"hellp")
    assert not storage.whole(blob)
    path.write_bytes(b"hel")
    assert kept(b"hello") == blob
    assert storage.whole(blob)
    path.unlink()
    assert not storage.whole(blob)


def test_kept_files_are_for_our_eyes_only(folder: Path) -> None:
    path = folder / kept(b"hello").address
    assert oct(path.stat().st_mode & 0o777) == "0o600"
    assert oct(path.parent.stat().st_mode & 0o777) == "0o700"


def test_django_saves_into_the_folder_by_the_same_way(folder: Path) -> None:
    kept_there = storage.blobs()
    kept_there.save("reports/a.txt", ContentFile(b"abc"))
    assert files(folder) == ["reports/a.txt"]


def test_a_store_elsewhere_keeps_the_same_promises(monkeypatch: pytest.MonkeyPatch) -> None:
    elsewhere = InMemoryStorage()
    monkeypatch.setattr(storage, "blobs", lambda: elsewhere)
    blob = kept(b"hello")
    assert kept(b"hello") == blob
    with storage.on_disk(blob) as path:
        assert path.read_bytes() == b"hello"
    assert elsewhere.listdir(os.path.dirname(blob.address))[1] == [os.path.basename(blob.address)]
    storage.forget(blob)
    assert not storage.whole(blob)
