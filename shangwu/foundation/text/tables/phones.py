"""How telephone numbers are written: words before an extension, country codes, area codes."""

# Longest first; compared in lower case.
EXTENSION_WORDS = ("extension", "分機", "分机", "ext.", "ext", "轉", "转", "x", "#", ",")

COUNTRY_CODES = {"CN": "86", "TW": "886", "HK": "852"}

# Taiwan's area codes after the 0; longest first. Every other one is the first digit.
TAIWAN_AREAS = ("826", "836", "37", "49", "82", "89")
TAIWAN_SERVICE = ("800", "809")
