"""The pages: lists, details, forms, boards and the frame around them, drawn from what the rooms declare."""
