"""The queue: Procrastinate on the application's own database and connection."""

from procrastinate.contrib.django import app

__all__ = ["app"]
