#!/usr/bin/env python
"""Django's own command line, for developers. People use `shangwu`."""

import os
import sys

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shangwu.config.settings")
    from django.core.management import execute_from_command_line

    from shangwu.cli.quick_migrations import quickly

    with quickly():  # a new database by Django's own way takes minutes: it draws all models anew at each step
        execute_from_command_line(sys.argv)
