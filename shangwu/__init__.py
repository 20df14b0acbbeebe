"""Shangwu: the regulation of a Business Department, as a program."""

import django_stubs_ext

django_stubs_ext.monkeypatch()
