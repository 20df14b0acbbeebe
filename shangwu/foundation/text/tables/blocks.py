"""Blocks of Unicode that the rules of text name, as character classes of regular expressions."""

UNIFIED_FIRST, UNIFIED_LAST = "\u4e00", "\u9fff"
UNIFIED = f"{UNIFIED_FIRST}-{UNIFIED_LAST}"
COMPATIBILITY = "\uf900-\ufaff\U0002f800-\U0002fa1f"
# NFKC changes none of these: ASCII, the ideographs, and the marks between them.
UNCHANGED_BY_NFKC = f"\x01-\x7e\u3001-\u3003{UNIFIED}"
