"""Chapter 2.7: sales data, analysis and reports, sales performance. First form: one page of revenue and profit."""
