CREATE OR REPLACE FUNCTION shangwu_own_bigrams(source jsonb) RETURNS tsvector
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN array_to_tsvector(shangwu_bigrams(shangwu_search_text(
  (SELECT string_agg(one.value, E'\n') FROM jsonb_each_text(source) AS one)
)));
