"""`bigrams` in SQL, for a migration: what generated columns call. Immutable, on any PostgreSQL from 15, any locale.

    name_search = tsvector GENERATED ALWAYS AS
        (array_to_tsvector(shangwu_bigrams(shangwu_search_text(name)))) STORED

PL/pgSQL and not SQL, because an SQL function of this size is not inlined and costs three times as much per row.
"""

from shangwu.foundation.text.bigrams import INDEXED_CHARACTERS
from shangwu.foundation.text.tables.cases import CAPITALS, CASED_CLASS, SMALL_LETTERS

SEARCH_TEXT = rf"""
CREATE OR REPLACE FUNCTION shangwu_search_text(source text) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $body$
BEGIN
  IF source ~ '[^\u0001-\u007e\u3001-\u3003\u4e00-\u9fff]' THEN
    source := normalize(source, NFKC);
    IF source ~ '[{CASED_CLASS}]' THEN
      source := replace(translate(source, '{CAPITALS}', '{SMALL_LETTERS}'), 'ß', 'ss');
    END IF;
  END IF;
  RETURN btrim(
    regexp_replace(lower(source COLLATE "C"), '[\u0001-\u0020\u007f-\u0085\u1680\u2028\u2029]+', ' ', 'g'), ' ');
END $body$
"""

# Every second pair from the first character on, then from the second on: two passes in C instead of a loop per
# character. \x01 can't occur in a normalised text, which makes it the separator.
BIGRAMS = rf"""
CREATE OR REPLACE FUNCTION shangwu_bigrams(source text) RETURNS text[]
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $body$
BEGIN
  source := left(source, {INDEXED_CHARACTERS});
  RETURN string_to_array(rtrim(regexp_replace(source, '(..)', E'\\1\x01', 'g'), E'\x01'), E'\x01')
      || string_to_array(rtrim(regexp_replace(substr(source, 2), '(..)', E'\\1\x01', 'g'), E'\x01'), E'\x01');
END $body$
"""

CREATE = (SEARCH_TEXT, BIGRAMS)
DROP = ("DROP FUNCTION IF EXISTS shangwu_bigrams(text)", "DROP FUNCTION IF EXISTS shangwu_search_text(text)")
