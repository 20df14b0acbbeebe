"""Finding any part of a text by an index: Chinese has no spaces, so every pair of neighbouring characters is a word.

A text is normalised (`search_text`) and cut into its pairs and its last character (`bigrams`); PostgreSQL keeps them
as a tsvector without positions under GIN. A query of two or more characters needs all its pairs (`search_query`),
then the substring itself is rechecked on the stored normalised text; a query of one character asks for the pairs that
begin with it. The same two functions exist in SQL (`bigrams_sql`), where generated columns call them; a test compares
them on thousands of texts. They agree for every character that this Python's Unicode version knows.
"""

import re
import unicodedata
from operator import add

from shangwu.foundation.text.tables.blocks import UNCHANGED_BY_NFKC
from shangwu.foundation.text.tables.cases import LOWER

# A tsvector holds 1 MB: the pairs of this many characters, 8 bytes each at most, always fit.
INDEXED_CHARACTERS = 100_000
# More pairs hardly narrow a search down, and each costs a look into the index.
QUERY_BIGRAMS = 24

_UNCHANGED_BY_NFKC = re.compile(f"[{UNCHANGED_BY_NFKC}]*")
_BLANK = re.compile("[\x01-\x20\x7f-\x85\u1680\u2028\u2029]+")


def search_text(text: str) -> str:
    """`text` as it is searched: NFKC, lower case (the German sharp s as ss), runs of blanks and controls one space."""
    if _UNCHANGED_BY_NFKC.fullmatch(text) is not None:
        text = text.lower()
    else:
        # `str.lower` would also change letters that the SQL leaves alone.
        text = unicodedata.normalize("NFKC", text).translate(LOWER).replace("ß", "ss")
    return _BLANK.sub(" ", text).strip(" ")


def bigrams(text: str) -> set[str]:
    """Each pair of neighbouring characters of the normalised `text`, and its last character alone."""
    text = text[:INDEXED_CHARACTERS]
    found = {*map(add, text, text[1:]), text[-1:]}
    found.discard("")
    return found


def search_query(query: str) -> str:
    """`query` for `bigrams @@ %s::tsquery`; empty when nothing is asked.

    What it finds must still contain `search_text(query)`: rows with all the pairs in other places are found too.
    """
    text = search_text(query)
    if len(text) == 1:
        return _lexeme(text) + ":*"
    pairs = dict.fromkeys(map(add, text, text[1:]))
    return " & ".join([_lexeme(pair) for pair in pairs][:QUERY_BIGRAMS])


def _lexeme(pair: str) -> str:
    return "'" + pair.replace("\\", "\\\\").replace("'", "''") + "'"
