"""Calendars: which days are worked, so that every deadline in working days or hours is counted one way.

A year is known only when somebody published it: make-up days can't be computed. An unknown year refuses, a guessed one
(`provisional`) says so. Pure counting stands in `working`, years and their editions in `years`, libraries' years in
`seeds`, the house's own tables in `models`.
"""
