"""Clause 2.7.2: the explorer, the analyses of customers, products and trends, and the page behind every figure."""
