"""What is done with customers, one module per clause."""
