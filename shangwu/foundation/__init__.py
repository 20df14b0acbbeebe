"""The ground floor: carries every chapter of the regulation and knows none of them."""
