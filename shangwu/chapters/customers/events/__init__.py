"""What follows from deeds in this room, and what it tells higher rooms."""
