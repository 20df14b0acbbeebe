"""The process of one piece of work: `python -m shangwu.foundation.jobs.child <job's number or schedule's name>`."""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def main(what: str) -> None:
    """Do the work. Exit code 0: it has ended, whichever way; another: the process broke down."""
    end_with_parent()
    import django

    django.setup()
    from shangwu.foundation.jobs import running
    from shangwu.foundation.jobs.schedule import scheduled

    if what.isdigit():
        running.run(int(what))
    else:
        scheduled[what]()


def end_with_parent() -> None:
    """Linux: the kernel ends this process with its worker. Elsewhere `Superseded` ends it at the next batch."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() == 1:
            sys.exit(1)


if __name__ == "__main__":
    main(sys.argv[1])
