"""Tasks that misbehave, for the sandbox's tests. Run in the child process: no Django here."""

import ctypes
import os
import socket
import sys
import time
from collections.abc import Iterator
from typing import IO, Any

from shangwu.foundation.files.unfit import Unfit


def size(file: IO[bytes], arguments: dict[str, Any]) -> dict[str, Any]:
    return {"size": len(file.read()), "said": arguments["say"]}


def modules(file: IO[bytes], arguments: dict[str, Any]) -> dict[str, Any]:
    __import__(arguments["module"])
    return {"modules": sorted(sys.modules), "environment": sorted(os.environ)}


def unfit(file: IO[bytes], arguments: dict[str, Any]) -> dict[str, Any]:
    raise Unfit("damaged", part="test")


def eat_memory(file: IO[bytes], arguments: dict[str, Any]) -> dict[str, Any]:
    eaten = []
    while True:
        eaten.append(bytearray(16 << 20))


def spin(file: IO[bytes], arguments: dict[str, Any]) -> dict[str, Any]:
    while True:
        pass


def sleep(file: IO[bytes], arguments: dict[str, Any]) -> dict[str, Any]:
    time.sleep(60)
    return {}


def crash(file: IO[bytes], arguments: dict[str, Any]) -> dict[str, Any]:
    ctypes.string_at(0)
    return {}


def fail(file: IO[bytes], arguments: dict[str, Any]) -> dict[str, Any]:
    raise KeyError("a bug of ours")


def babble(file: IO[bytes], arguments: dict[str, Any]) -> dict[str, Any]:
    os.write(1, b"+{not json\n")
    os._exit(0)


def leave(file: IO[bytes], arguments: dict[str, Any]) -> dict[str, Any]:
    os._exit(0)


def connect(file: IO[bytes], arguments: dict[str, Any]) -> dict[str, Any]:
    socket.create_connection(("127.0.0.1", arguments["port"]), timeout=2)
    return {}


def connect_in_c(file: IO[bytes], arguments: dict[str, Any]) -> dict[str, Any]:
    library = ctypes.CDLL(None, use_errno=True)
    return {"socket": library.socket(2, 1, 0), "error": ctypes.get_errno()}


def write(file: IO[bytes], arguments: dict[str, Any]) -> dict[str, Any]:
    with open(arguments["path"], "wb") as out:
        out.write(b"x" * 100)
    return {}


def count(file: IO[bytes], arguments: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for number in range(arguments["to"]):
        if number == arguments.get("stop"):
            raise Unfit("damaged", part=str(number))
        yield {"number": number}


def weigh(file: IO[bytes], arguments: dict[str, Any]) -> dict[str, Any]:
    """The examination, and the most memory that this child has had at once, in bytes."""
    from shangwu.foundation.files.examination import examine

    found: dict[str, Any] = {}
    ballast = bytearray(b"x") * arguments.get("ballast", 0)
    try:
        found["answer"] = examine(file, arguments)
    except Unfit as unfit:
        found["unfit"] = [unfit.code, unfit.params]
    del ballast
    with open("/proc/self/status") as status:
        found["peak"] = next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmHWM"))
    return found
