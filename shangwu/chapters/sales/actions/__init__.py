"""What is done with products, orders, shipments and payments, one module per clause or part of one."""
