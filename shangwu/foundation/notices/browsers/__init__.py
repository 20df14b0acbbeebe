"""Web push: wakes the browsers of those who asked for it, by an encrypted message that the push service can't read."""

from shangwu.foundation.notices.browsers.pushing import push

__all__ = ["push"]
