"""One room per chapter of the regulation; the folder tree is its table of contents."""
