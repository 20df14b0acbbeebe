"""Chapter 2.7: sales data, analysis and reports, sales performance. Its larger clauses have rooms of their own."""
