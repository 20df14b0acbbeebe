"""Pages of clause 2.6, one module per clause; products and payments have their own."""
