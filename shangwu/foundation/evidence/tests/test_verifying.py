"""The verifier: whatever is changed is found and named, on plain Python; each of its checks is needed."""

import base64
import io
import random
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from shangwu.foundation.audit import digests, heads
from shangwu.foundation.duties.tests.offices import Office
from shangwu.foundation.evidence import signing, verify
from shangwu.foundation.evidence.tests.making import asked, built, changed, first_of, opened, signed_anew

VECTORS = [  # RFC 8032, 7.1: key, message, signature
    ("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
     "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe"
     "24655141438e7a100b"),
    ("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
     "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302a"
     "eeb00d291612bb0c00"),
    ("fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
     "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed2"
     "8dc027beceea1ec40a"),
]  # fmt: skip
ORDER = 2**252 + 27742317777372353535851937790883648493


@pytest.mark.parametrize(("key", "message", "signature"), VECTORS)
def test_signatures_are_checked_as_the_standard_says(key: str, message: str, signature: str) -> None:
    raw = bytes.fromhex(signature)
    assert verify.is_signed(bytes.fromhex(key), bytes.fromhex(message), raw)
    assert not verify.is_signed(bytes.fromhex(key), bytes.fromhex(message) + b"x", raw)
    other_form = raw[:32] + (int.from_bytes(raw[32:], "little") + ORDER).to_bytes(32, "little")
    assert not verify.is_signed(bytes.fromhex(key), bytes.fromhex(message), other_form), "one form per signature"


def test_signatures_are_those_of_the_library() -> None:
    draw = random.Random(8032)
    for size in range(0, 120, 3):
        key, message = Ed25519PrivateKey.generate(), draw.randbytes(size)
        public = key.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
        signature = key.sign(message)
        assert verify.is_signed(public, message, signature)
        spoilt = bytearray(signature)
        spoilt[draw.randrange(64)] ^= 1 << draw.randrange(8)
        assert not verify.is_signed(public, message, bytes(spoilt))
        assert not verify.is_signed(public[::-1], message, signature)


@pytest.mark.parametrize("size", [1, 2, 3, 4, 5, 7, 8, 9, 31, 33])
def test_every_leaf_has_its_path_to_the_root_and_no_other(size: int) -> None:
    leaves = [verify.sha256(bytes([one])) for one in range(size)]
    root, paths = digests.inclusion_paths(leaves, range(size))
    assert root == digests.merkle_root(leaves)
    for index, leaf in enumerate(leaves):
        path = [each.hex() for each in paths[index]]
        assert verify.root_of(leaf, index, size, path) == root
        assert size == 1 or _leads(leaf, (index + 1) % size, size, path) != root
        assert _leads(leaf, index, size, [*path, path[0] if path else "00"]) != root


def _leads(leaf: bytes, index: int, size: int, path: list[str]) -> bytes | None:
    try:
        return verify.root_of(leaf, index, size, path)
    except ValueError:
        return None


SMALL = {"b.txt": b"hello", "a/\u00e9.json": b"{}" * 20, "empty": b""}


def test_the_container_is_a_zip_like_any_other() -> None:
    found = zipfile.ZipFile(io.BytesIO(verify.container(SMALL)))
    assert found.testzip() is None
    assert {name: found.read(name) for name in found.namelist()} == SMALL
    assert verify.unpacked(verify.container(SMALL)) == (SMALL, [])


def test_each_single_byte_of_the_container_is_watched() -> None:
    whole = verify.container(SMALL)
    for place in range(len(whole)):
        assert verify.verify_container(whole[:place] + bytes([whole[place] ^ 0x20]) + whole[place + 1 :])
        assert verify.unpacked(whole[:place] + b"P" + whole[place:])[1], "one more"
        assert verify.unpacked(whole[:place] + whole[place + 1 :])[1], "one less"
        assert verify.unpacked(whole[:place])[1], "cut off"
    assert verify.unpacked(whole + b"x")[1]
    assert verify.unpacked(whole + whole)[1]


@pytest.fixture
def data(db: None, lived: Office) -> bytes:
    by = lived.by(lived.head)
    return built(asked(by, "2.6.1"), by)


def places(files: verify.Files) -> list[tuple[int, int, str]]:
    """(first byte, behind the last, name) of the content of each file in the container."""
    found, at = [], 0
    for name in sorted(files):
        at += len(verify.local_header(name, files[name]))
        found.append((at, at + len(files[name]), name))
        at += len(files[name])
    return found


@pytest.mark.soak
def test_random_byte_changes_are_each_found_and_named(data: bytes, full_count: bool) -> None:
    """Issue: 10,000 random byte changes are each found and named; 300 in short form."""
    draw, where = random.Random(10_000), places(opened(data))
    for _each in range(10_000 if full_count else 300):
        place, mask = draw.randrange(len(data)), draw.randrange(1, 256)
        spoilt = bytearray(data)
        spoilt[place] ^= mask
        faults = verify.verify_container(bytes(spoilt))
        name = next((name for first, behind, name in where if first <= place < behind), "zip")
        assert any(name in fault.where for fault in faults), f"byte {place} ^ {mask} of {name}: {faults}"


def test_changes_in_the_unpacked_folder_are_named(data: bytes, tmp_path: Path) -> None:
    folder = tmp_path / "bundle"
    for name, content in opened(data).items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)

    def faults() -> set[str]:
        files, found = verify.of_folder(folder)
        return {fault.where for fault in found + verify.verify(verify.Bundle(files))}

    assert faults() == set()
    (folder / "log" / "more.txt").write_text("x")
    assert "log/more.txt" in faults()
    (folder / "log" / "more.txt").unlink()
    (folder / "nothing").mkdir()
    assert faults() == {"nothing"}
    (folder / "nothing").rmdir()
    (folder / "link").symlink_to(folder / "duties.json")
    assert "link" in faults()
    (folder / "link").unlink()
    (folder / "duties.json").unlink()
    assert "duties.json" in faults()


def test_it_runs_on_plain_python_by_itself(data: bytes, tmp_path: Path) -> None:
    (tmp_path / "bundle.zip").write_bytes(data)
    (tmp_path / "verify.py").write_bytes(opened(data)["verify.py"])

    def run(*given: str) -> subprocess.CompletedProcess[str]:
        plain = [sys.executable, "-I", "-S", str(tmp_path / "verify.py")]
        return subprocess.run([*plain, *given], capture_output=True, text=True, check=False)

    sound = run(str(tmp_path / "bundle.zip"), "--key", signing.public_key())
    assert (sound.returncode, sound.stderr) == (0, "")
    assert "Sound" in sound.stdout
    foreign = run(str(tmp_path / "bundle.zip"), "--key", "00" * 32)
    assert foreign.returncode == 1
    assert "another key" in foreign.stdout
    (tmp_path / "bundle.zip").write_bytes(data[:-1] + b"x")
    assert run(str(tmp_path / "bundle.zip")).returncode == 1


def edit_text(files: verify.Files) -> verify.Files:
    return {**files, "text/en.txt": files["text/en.txt"] + b"and more"}


def edit_text_and_manifest(files: verify.Files) -> verify.Files:
    edited = signed_anew(edit_text(files))
    return {**edited, verify.STATEMENT: files[verify.STATEMENT]}


def forge_head(files: verify.Files) -> verify.Files:
    head = _head(files)
    head["signature"] = base64.b64encode(bytes(64)).decode()
    return signed_anew(files, head=head)


def _head(files: verify.Files) -> dict[str, Any]:
    return dict(verify.Bundle(files).read(verify.STATEMENT)["head"])


def tell_otherwise(files: verify.Files) -> verify.Files:
    def change(entry: dict[str, Any]) -> None:
        entry["parts"][0]["content"]["verb"] = "sales.order.cancel"

    return signed_anew(changed(files, first_of(files, "log"), change))


def break_chain(files: verify.Files) -> verify.Files:
    return signed_anew(changed(files, first_of(files, "log"), lambda entry: entry.update(previous="00" * 32)))


def other_root(files: verify.Files) -> verify.Files:
    head = _head(files) | {"root": base64.b64encode(bytes(32)).decode()}
    message = digests.canonical([head["position"], head["at"], head["root"]])
    head["signature"] = base64.b64encode(heads.signing_key().sign(message)).decode()
    return signed_anew(files, head=head)


def other_history(files: verify.Files) -> verify.Files:
    name = first_of(files, "records/sales.order")
    return signed_anew(changed(files, name, lambda record: record["history"][0].update(digest="00" * 32)))


def call_it_kept(files: verify.Files) -> verify.Files:
    def change(told: dict[str, Any]) -> None:
        told["duties"][0]["state"] = "waived"

    return signed_anew(changed(files, "duties.json", change))


CRIMES = [
    (verify.listed, edit_text), (verify.signed, edit_text_and_manifest), (verify.headed, forge_head),
    (verify.parts, tell_otherwise), (verify.chain, break_chain), (verify.included, other_root),
    (verify.records, other_history), (verify.duties, call_it_kept),
]  # fmt: skip


def test_every_check_is_needed(data: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control: with one check switched off, what it alone would find goes by unseen."""
    assert {check for check, _crime in CRIMES} == set(verify.CHECKS)
    files = opened(data)
    for check, crime in CRIMES:
        spoilt = crime(files)
        found = verify.verify(verify.Bundle(spoilt))
        assert found, f"{crime.__name__} must be found"
        rest = tuple(each for each in verify.CHECKS if each is not check)
        monkeypatch.setattr(verify, "CHECKS", rest)
        assert verify.verify(verify.Bundle(spoilt)) == [], f"{crime.__name__} must be found by {check.__name__} alone"
        monkeypatch.undo()


def test_without_the_containers_check_a_byte_behind_it_goes_by_unseen(data: bytes) -> None:
    files, faults = verify.unpacked(data + b"x")
    assert faults
    assert verify.verify(verify.Bundle(files)) == []


@pytest.mark.parametrize("junk", [b"", b"PK", b"PK\3\4" + b"\xff" * 60, b"x" * 500])
def test_what_is_no_bundle_is_refused_and_never_an_error(junk: bytes) -> None:
    assert verify.verify_container(junk)
