"""Sales execution (2.6): products and prices, orders through review to shipping, payments received."""
