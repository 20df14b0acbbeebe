"""The demo department: forty people, their customers, and two years of orders. Same seed, same data.

Everything goes through the door, as imports do, with business times in the past. Its sign-ins work on loopback only.
"""

from collections.abc import Callable

Progress = Callable[[int, int], None]

SEED = 20261123


def load(seed: int = SEED, progress: Progress | None = None) -> dict[str, int]:
    """Make the demo department in an empty database; what was made, counted. Raises Refusal when it is not empty."""
    from django.utils import translation

    from shangwu.demo.department import make

    with translation.override("zh-hant"):  # what the program itself writes down while they work
        return make(seed, progress)


def sign_ins() -> list[dict[str, str]]:
    """One sign-in per role: role, person, user name and password."""
    from shangwu.demo.accounts import offered

    return offered()
