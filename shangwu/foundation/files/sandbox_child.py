"""The child of `sandbox`: started as a bare script, gives up its rights, reads one file, writes JSON lines, ends.

It imports only what its task needs; nothing here knows Django. What it is given (`sys.argv[1]`, JSON): the import
path, the task as "module:function", the task's arguments, the limits. The file is its standard input.
"""

import json
import os
import platform
import struct
import sys
import types

OUT_OF_MEMORY = 77
"""Exit code for a MemoryError; other ends are told by the signal."""

SECCOMP = {
    # architecture: (audit number, forbidden calls: socket, connect, fork, vfork, execve, ptrace, execveat, io_uring)
    "x86_64": (0xC000003E, (41, 42, 57, 58, 59, 101, 322, 425)),
    "aarch64": (0xC00000B7, (198, 203, 221, 117, 281, 425)),
}
EVENTS = ("socket.", "subprocess.", "os.exec", "os.fork", "os.posix_spawn", "os.system", "os.remove", "os.rename")


def limit(memory: int, seconds: int) -> None:
    """Cap address space, CPU and what may be written; Windows has only the parent's clock."""
    if sys.platform == "win32":
        return
    import resource

    for what, most in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        try:
            resource.setrlimit(what, (most, most))
        except (ValueError, OSError):
            continue  # a stricter limit is in force already, or the system has none (macOS: address space)


def forbid_calls() -> None:
    """Linux: the kernel answers EPERM to sockets, programs and tracing from now on."""
    architecture, forbidden = SECCOMP.get(platform.machine(), (0, ()))
    if sys.platform != "linux" or not forbidden:
        return
    import ctypes

    load, equal, give = 0x20, 0x15, 0x06
    allow, refuse = 0x7FFF0000, 0x00050001
    steps = [(load, 0, 0, 4), (equal, 1, 0, architecture), (give, 0, 0, allow), (load, 0, 0, 0)]
    steps += [(equal, len(forbidden) - at, 0, call) for at, call in enumerate(forbidden)]
    steps += [(give, 0, 0, allow), (give, 0, 0, refuse)]
    code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *step) for step in steps))
    program = ctypes.create_string_buffer(struct.pack("HP", len(steps), ctypes.addressof(code)))
    control = ctypes.CDLL(None).prctl
    no_new_rights, set_filter, by_filter = 38, 22, 2
    if control(no_new_rights, 1, 0, 0, 0) == 0:
        control(set_filter, by_filter, program, 0, 0)


def forbid_events() -> None:
    """Python itself refuses the same, on every system."""

    def hook(event: str, arguments: tuple[object, ...]) -> None:
        if event.startswith(EVENTS):
            raise PermissionError(event)

    sys.addaudithook(hook)


def bare_packages(project: str, module: str) -> None:
    """Make the packages above `module` known without running them: the program's own start-up is not ours."""
    parts = module.split(".")[:-1]
    for count in range(1, len(parts) + 1):
        package = types.ModuleType(".".join(parts[:count]))
        package.__path__ = [os.path.join(project, *parts[:count])]
        sys.modules.setdefault(package.__name__, package)


def main() -> None:
    """Take the order, lay on the limits, do the task, answer through the pipe."""
    order = json.loads(sys.argv[1])
    sys.path[:] = order["path"]
    module, _, name = order["task"].partition(":")
    for known in ("shangwu.foundation.files.unfit", module):
        bare_packages(order["path"][0], known)
    task = getattr(__import__(module, fromlist=[name]), name)
    from shangwu.foundation.files.unfit import Unfit

    sys.dont_write_bytecode = True
    limit(order["memory"], order["seconds"])
    forbid_calls()
    forbid_events()
    out = sys.stdout.buffer
    try:
        answer = task(sys.stdin.buffer, order["arguments"])
        if isinstance(answer, dict):
            answer = iter((answer,))
        for item in answer:
            out.write(
                b"+" + json.dumps(item, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
            )
            out.write(b"\n")
            out.flush()
        out.write(b".\n")
    except Unfit as unfit:
        out.write(b"!" + json.dumps([unfit.code, unfit.params]).encode() + b"\n")
    except MemoryError:
        os._exit(OUT_OF_MEMORY)
    out.flush()
    # The interpreter's own tidying takes longer than the work.
    os._exit(0)


if __name__ == "__main__":
    main()
