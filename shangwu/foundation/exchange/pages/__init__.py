"""The pages of the exchange: choose a file, its columns, look at what would happen, let it happen, take it back."""
