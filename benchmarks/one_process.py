"""One of several processes that take orders at once: `python -m benchmarks.one_process OFFSET BEGIN SECONDS`."""

import sys
import time


def main(offset: str, begin: str, seconds: str) -> None:
    """Wait for the moment, then print how many orders a second were received and confirmed."""
    import django

    django.setup()
    from benchmarks.figures import rate
    from benchmarks.house import Desk

    desk = Desk(int(offset))
    for _n in range(5):
        desk.take_and_confirm()
    time.sleep(max(float(begin) - time.time(), 0))
    print(rate(desk.take_and_confirm, float(seconds)))


if __name__ == "__main__":
    main(*sys.argv[1:])
