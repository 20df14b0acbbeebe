"""The face of the real pages: usable by everyone, by keyboard alone, on a phone, on paper, and light to load."""
