"""Checks an audit bundle of Shangwu, every byte of it. Plain Python 3.11 or later: no library, no network.

    python verify.py bundle.zip --key 3f0c…      (or the folder into which the bundle was unpacked)

Take this file and the key from your own copy, not from a bundle that you do not trust. Exit code: 0 sound, 1 not.

What is checked: the container, field by field; each file's size and SHA-256 against the manifest; the manifest against
the signed statement; the statement and the log's head against the key (Ed25519); every shown part of a log entry
against the entry's leaf, the leaf's link in the chain and its path to the head; every duty's state against its times.
"""

import argparse
import base64
import functools
import hashlib
import json
import pathlib
import struct
import sys
import zlib
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple

Files = dict[str, bytes]

MANIFEST, STATEMENT = "manifest.json", "statement.json"
SIGNED = b"shangwu audit bundle 1\n"
FORMAT = 1


class Fault(NamedTuple):
    """Where something is wrong, and what."""

    where: str
    what: str


# -- The container: a zip without compression, of which each byte follows from the files ----------------------------

_LOCAL = struct.Struct("<4s5H3I2H")
_CENTRAL = struct.Struct("<4s6H3I5H2I")
_END = struct.Struct("<4s4H2IH")
_DAY, _UTF8, _MODE = 0x21, 0x800, 0o100644 << 16


def container(files: Mapping[str, bytes]) -> bytes:
    """The one zip of these files: sorted by name, stored, at no time, without a comment."""
    locals_, centrals, at = [], [], 0
    for name in sorted(files):
        head = local_header(name, files[name])
        centrals.append(central_header(name, files[name], at))
        locals_ += [head, files[name]]
        at += len(head) + len(files[name])
    directory = b"".join(centrals)
    end = _END.pack(b"PK\5\6", 0, 0, len(centrals), len(centrals), len(directory), at, 0)
    return b"".join([*locals_, directory, end])


def local_header(name: str, content: bytes) -> bytes:
    """What stands before a file's bytes."""
    raw, size = name.encode(), len(content)
    return _LOCAL.pack(b"PK\3\4", 20, _UTF8, 0, 0, _DAY, zlib.crc32(content), size, size, len(raw), 0) + raw


def central_header(name: str, content: bytes, at: int) -> bytes:
    """What stands of a file in the directory at the end; `at`: where the file begins."""
    raw, size, crc = name.encode(), len(content), zlib.crc32(content)
    made_by = 3 << 8 | 20
    head = (b"PK\1\2", made_by, 20, _UTF8, 0, 0, _DAY, crc, size, size, len(raw), 0, 0, 0, 0, _MODE, at)
    return _CENTRAL.pack(*head) + raw


def unpacked(data: bytes) -> tuple[Files, list[Fault]]:
    """The files of a container, and each place at which it differs from the one that these files make."""
    files, faults, at, last = Files(), [], 0, ""
    while data[at : at + 4] == b"PK\3\4" and len(data) >= at + _LOCAL.size:
        *_rest, size, length, extra = _LOCAL.unpack_from(data, at)
        begin = at + _LOCAL.size + length + extra
        content = data[begin : begin + size]
        name = data[at + _LOCAL.size : begin - extra].decode("utf-8", "replace")
        if data[at:begin] != local_header(name, content):
            faults.append(Fault(f"{name} (zip header at byte {at})", "is not what belongs before this file"))
        if name <= last:
            faults.append(Fault(f"{name} (zip, byte {at})", "stands there twice, or not in its place"))
        files[name], at, last = content, begin + size, name
    return files, faults + _tail(data, at, last, container(files))


def _tail(data: bytes, at: int, last: str, whole: bytes) -> list[Fault]:
    """The directory at the end, and whatever stands before or behind it."""
    if data == whole:
        return []
    first, beyond = 0, min(len(data), len(whole)) + 1
    while beyond - first > 1:
        middle = (first + beyond) // 2
        first, beyond = (middle, beyond) if data[:middle] == whole[:middle] else (first, middle)
    if first < at:
        return [Fault(f"zip, byte {first}", "differs from the container that these files make")]
    return [Fault(f"zip directory, byte {first}", f"is not what belongs behind {last or 'the beginning'}")]


def of_folder(folder: pathlib.Path) -> tuple[Files, list[Fault]]:
    """The files below a folder; links and what else is no plain file are faults."""
    files, faults = Files(), []
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_symlink() or not (path.is_file() or path.is_dir()):
            faults.append(Fault(name, "is no plain file"))
        elif path.is_file():
            files[name] = path.read_bytes()
        elif not any(path.iterdir()):
            faults.append(Fault(name, "is an empty folder, which the manifest does not know"))
    return files, faults


# -- Ed25519 (RFC 8032, 5.1): checking only ---------------------------------------------------------------------------

_P, _L = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
_D = -121665 * pow(121666, _P - 2, _P) % _P
_ROOT = pow(2, (_P - 1) // 4, _P)
Point = tuple[int, int, int, int]
_ZERO: Point = (0, 1, 1, 0)


def _sum(one: Point, two: Point) -> Point:
    a, b = (one[1] - one[0]) * (two[1] - two[0]) % _P, (one[1] + one[0]) * (two[1] + two[0]) % _P
    c, d = 2 * one[3] * two[3] * _D % _P, 2 * one[2] * two[2] % _P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % _P, g * h % _P, f * g % _P, e * h % _P


def _point(raw: bytes) -> Point | None:
    y, sign = int.from_bytes(raw, "little") & (1 << 255) - 1, raw[31] >> 7
    if y >= _P:
        return None
    square = (y * y - 1) * pow(_D * y * y + 1, _P - 2, _P) % _P
    x = pow(square, (_P + 3) // 8, _P)
    if (x * x - square) % _P:
        x = x * _ROOT % _P
    if (x * x - square) % _P or (x == 0 and sign):
        return None
    x = _P - x if x & 1 != sign else x
    return x, y, 1, x * y % _P


_BASE = _point((4 * pow(5, _P - 2, _P) % _P).to_bytes(32, "little"))


@functools.lru_cache(maxsize=16)
def is_signed(key: bytes, message: bytes, signature: bytes) -> bool:
    """Whether the signature of the message is this public key's. Only the canonical form of a signature is one."""
    if len(key) != 32 or len(signature) != 64 or _BASE is None:
        return False
    public, commitment = _point(key), _point(signature[:32])
    scalar = int.from_bytes(signature[32:], "little")
    if public is None or commitment is None or scalar >= _L:
        return False
    asked = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % _L
    minus: Point = (_P - public[0], public[1], 1, _P - public[3])
    both, found = _sum(_BASE, minus), _ZERO
    for bit in range(255, -1, -1):
        found = _sum(found, found)
        pair = (scalar >> bit & 1, asked >> bit & 1)
        if pair != (0, 0):
            found = _sum(found, {(1, 0): _BASE, (0, 1): minus, (1, 1): both}[pair])
    return not ((found[0] - commitment[0] * found[2]) % _P or (found[1] - commitment[1] * found[2]) % _P)


# -- The trees (RFC 9162, 2.1) ----------------------------------------------------------------------------------------


def sha256(*parts: bytes) -> bytes:
    """The digest of bytes one after the other."""
    return hashlib.sha256(b"".join(parts)).digest()


def root_of(leaf: bytes, index: int, size: int, path: list[str]) -> bytes:
    """The root that a path leads to from the leaf at `index` of `size`. Raises ValueError when its length is wrong."""
    node, last = leaf, size - 1
    for each in path:
        if last == 0:
            raise ValueError
        if index & 1 or index == last:
            node = sha256(b"\1", bytes.fromhex(each), node)
            while not index & 1 and index:
                index, last = index >> 1, last >> 1
        else:
            node = sha256(b"\1", node, bytes.fromhex(each))
        index, last = index >> 1, last >> 1
    if last or index:
        raise ValueError
    return node


def canonical(value: Any) -> bytes:
    """One byte form per value: sorted keys, no spaces, UTF-8."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


# -- The checks -------------------------------------------------------------------------------------------------------


class Bundle:
    """What was opened: its files, and the key that it must be signed with; "" for the one that it names itself."""

    def __init__(self, files: Files, key: str = "") -> None:
        self.files, self.key = files, key.strip().lower()
        self._read: dict[str, Any] = {}

    def read(self, name: str) -> Any:
        """A file's JSON; None when it is not there or can't be read, which another check names."""
        if name not in self._read:
            try:
                self._read[name] = json.loads(self.files[name])
            except (KeyError, ValueError):
                self._read[name] = None
        return self._read[name]

    def all(self, folder: str) -> Iterator[tuple[str, Any]]:
        """(name, JSON) of the files below a folder that can be read."""
        for name in sorted(self.files):
            if name.startswith(f"{folder}/") and (found := self.read(name)) is not None:
                yield name, found


def listed(bundle: Bundle) -> Iterator[Fault]:
    """Each file is in the manifest, as it is there, and no other file."""
    manifest = bundle.read(MANIFEST)
    if not isinstance(manifest, dict) or canonical(manifest) != bundle.files.get(MANIFEST):
        yield Fault(MANIFEST, "is missing, or not as we write it")
    known = manifest if isinstance(manifest, dict) else {}
    for name in sorted({*known, *bundle.files} - {MANIFEST, STATEMENT}):
        content = bundle.files.get(name)
        if content is None:
            yield Fault(name, "is missing")
        elif name not in known:
            yield Fault(name, "does not belong to the bundle: the manifest does not know it")
        elif known[name] != {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}:
            yield Fault(name, "was changed: its size or SHA-256 is not that of the manifest")


def signed(bundle: Bundle) -> Iterator[Fault]:
    """The statement names this manifest, and is signed with the key."""
    said = bundle.read(STATEMENT)
    if not isinstance(said, dict) or canonical(said) != bundle.files.get(STATEMENT) or said.get("format") != FORMAT:
        yield Fault(STATEMENT, "is missing, or not as we write it")
        return
    if said.get("manifest") != hashlib.sha256(bundle.files.get(MANIFEST, b"")).hexdigest():
        yield Fault(MANIFEST, "is not the manifest that was signed")
    if bundle.key and said.get("key") != bundle.key:
        yield Fault(STATEMENT, "is signed with another key than yours")
    unsigned = {name: value for name, value in said.items() if name != "signature"}
    if not is_signed(_bytes(said.get("key")), SIGNED + canonical(unsigned), _bytes(said.get("signature"))):
        yield Fault(STATEMENT, "was changed: the signature does not belong to it")


def headed(bundle: Bundle) -> Iterator[Fault]:
    """The head of the log is signed with the same key."""
    said = bundle.read(STATEMENT) or {}
    head = said.get("head")
    if head is None:
        if any(True for _each in bundle.all("log")):
            yield Fault(STATEMENT, "names no head, although there are log entries")
        return
    message = canonical([head["position"], head["at"], head["root"]])
    if not is_signed(_bytes(said.get("key")), message, base64.b64decode(head["signature"])):
        yield Fault(STATEMENT, "names a head of the log that is not signed with the key")


def _bytes(text: Any) -> bytes:
    return bytes.fromhex(text) if isinstance(text, str) else b""


def parts(bundle: Bundle) -> Iterator[Fault]:
    """Each shown part of a log entry is what the entry's leaf covers."""
    for name, entry in bundle.all("log"):
        for part in entry["parts"]:
            if (
                "content" in part
                and part["digest"] != sha256(b"\0", _bytes(part["salt"]), canonical(part["content"])).hex()
            ):
                yield Fault(name, f"part {part['index']} was changed: it does not have its digest")
            root = root_of(_bytes(part["digest"]), part["index"], entry["size"], part["path"])
            if sha256(b"\0", root, _bytes(entry["closed"])).hex() != entry["leaf"]:
                yield Fault(name, f"part {part['index']} does not belong to the entry's leaf")
        commitments = [one[-1].encode() for one in entry.get("commitments") or ()]
        if commitments and sha256(*commitments).hex() != entry["closed"]:
            yield Fault(name, "the commitments to personal values are not those that were sealed")


def chain(bundle: Bundle) -> Iterator[Fault]:
    """Each entry is linked to the one before it."""
    former: dict[int, str] = {}
    for name, entry in bundle.all("log"):
        if name != f"log/{entry['position']:012d}.json":
            yield Fault(name, "does not stand at its position")
        if sha256(_bytes(entry["previous"]), _bytes(entry["leaf"])).hex() != entry["digest"]:
            yield Fault(name, "the chain breaks here: the link does not follow from the one before and the leaf")
        if former.get(entry["position"] - 1, entry["previous"]) != entry["previous"]:
            yield Fault(name, "the chain breaks here: the entry before has another link")
        former[entry["position"]] = entry["digest"]


def included(bundle: Bundle) -> Iterator[Fault]:
    """Each entry's leaf lies below the signed head."""
    head = (bundle.read(STATEMENT) or {}).get("head") or {}
    root, size = base64.b64decode(head.get("root", "")), head.get("position", 0)
    for name, entry in bundle.all("log"):
        if root_of(_bytes(entry["leaf"]), entry["position"] - 1, size, entry["path"]) != root:
            yield Fault(name, "does not lie below the signed head of the log")


def records(bundle: Bundle) -> Iterator[Fault]:
    """What a record tells of its history is a part of the log entry that it names."""
    for name, record in bundle.all("records"):
        for row in record["history"]:
            entry = bundle.read(f"log/{row['position']:012d}.json") or {"parts": []}
            if not any(one["index"] == row["part"] and one["digest"] == row["digest"] for one in entry["parts"]):
                yield Fault(name, f"its history of entry {row['position']} is not in the log")


def duties(bundle: Bundle) -> Iterator[Fault]:
    """Each duty stands as its times say; what is not connected never counts as kept."""
    told = bundle.read("duties.json")
    connected = {one["code"] for one in told["rules"] if one["connected"]}
    for number, one in enumerate(told["duties"], 1):
        if one["state"] != state_of(one, datetime.fromisoformat(told["as_of"])):
            yield Fault("duties.json", f"duty {number} ({one['rule']}) does not stand as its times say")
        if one["rule"] not in connected:
            yield Fault("duties.json", f"duty {number} ({one['rule']}) belongs to a rule that nothing can prove")
        for path in filter(None, [one["record"], *(f"log/{each:012d}.json" for each in one.get("log", ()))]):
            if path not in bundle.files:
                yield Fault("duties.json", f"duty {number} ({one['rule']}) names {path}, which is not here")


def state_of(one: Mapping[str, Any], now: datetime) -> str:
    """How a duty stands at a moment."""
    names = ("opened_at", "due_at", "done_at", "waived_at", "cancelled_at")
    opened, due, done, waived, gone = (datetime.fromisoformat(one[name]) if one[name] else None for name in names)
    is_done = done is not None and done <= now
    if gone is not None and gone <= now and not is_done:
        return "cancelled"
    if waived is not None and waived <= now:
        return "waived"
    if done is not None and is_done:
        return "done" if due is None or done <= due else "late"
    if opened is not None and opened > now:
        return "planned"
    if due is None:
        return "open"
    if due < now:
        return "missed"
    return "soon" if (due - now).total_seconds() <= 24 * 3600 else "open"


Check = Callable[[Bundle], Iterator[Fault]]
CHECKS: tuple[Check, ...] = (listed, signed, headed, parts, chain, included, records, duties)


def verify(bundle: Bundle) -> list[Fault]:
    """Everything that is wrong with the files of a bundle."""
    found: list[Fault] = []
    for check in CHECKS:
        try:
            found += check(bundle)
        except (LookupError, TypeError, ValueError, AttributeError, ArithmeticError, RecursionError) as error:
            # What a changed file makes of a check is a fault, never an end.
            found.append(Fault(f"the check “{check.__name__}”", f"could not be made: {type(error).__name__} {error}"))
    return found


def verify_container(data: bytes, key: str = "") -> list[Fault]:
    """Everything that is wrong with a bundle as it was given out."""
    files, faults = unpacked(data)
    return faults + verify(Bundle(files, key))


def main() -> int:
    """The command."""
    asked = argparse.ArgumentParser(description="Check an audit bundle of Shangwu.")
    asked.add_argument("bundle", type=pathlib.Path, help="the zip, or the folder into which it was unpacked")
    asked.add_argument("--key", default="", help="the public key that you know, in hexadecimal")
    given = asked.parse_args()
    files, faults = of_folder(given.bundle) if given.bundle.is_dir() else unpacked(given.bundle.read_bytes())
    faults += verify(Bundle(files, given.key))
    for where, what in faults:
        print(f"{where}: {what}")
    said = json.loads(files[STATEMENT]) if not faults else {}
    if said:
        print(f"Sound: {len(files)} files, clause {said['clause']}, {said['first']} to {said['last']}.")
        print(f"Signed with the key {said['key']}" + ("." if given.key else ": compare it with the one you know."))
    else:
        print(f"Not sound: {len(faults)} faults.")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
