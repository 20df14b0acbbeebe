"""Measures: named numbers, defined once. Facts go to Parquet; questions are written once in Ibis.

A chapter declares a fact set (which rows, which columns) and measures over it. KPI sheets, scorecards, reports and the
analysis page ask by name. DuckDB answers at home; any engine that Ibis speaks answers the same questions.
"""
