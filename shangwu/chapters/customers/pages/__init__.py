"""Pages of chapter 2.5, one module per clause; 2.5.1 has several."""
