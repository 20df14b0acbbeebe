"""Any part of a text is found by its pairs, and SQL cuts texts exactly as Python does."""

import random
import unicodedata
from collections.abc import Iterator

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as some

from shangwu.foundation.text import bigrams_sql
from shangwu.foundation.text.bigrams import INDEXED_CHARACTERS, bigrams, search_query, search_text

# Characters of every kind that this Python's Unicode version knows: a newer server knows some more.
KNOWN = [chr(code) for code in range(1, 0x110000) if unicodedata.category(chr(code)) not in ("Cn", "Cs", "Co")]
POOLS = [
    list("有限公司股份台積電重慶 AB ab 　１２ＡＢß'\\\"&|!:*()"),
    [each for each in KNOWN if each < "\u0250"],
    [each for each in KNOWN if "\u0250" <= each < "\u3000"],
    [each for each in KNOWN if "\u3000" <= each < "\U00010000"],
    [each for each in KNOWN if each >= "\U00010000"],
    [each for each in KNOWN if "\u4e00" <= each <= "\u9fff"],
]


def random_texts(count: int) -> Iterator[str]:
    chance = random.Random(20261123)
    for _each in range(count):
        pools = chance.choice(POOLS), chance.choice(POOLS[:1] + POOLS)
        yield "".join(chance.choice(pools[chance.random() < 0.3]) for _character in range(chance.randrange(30)))


@pytest.fixture
def functions(db: None) -> None:
    with connection.cursor() as cursor:
        for statement in bigrams_sql.CREATE:
            cursor.execute(statement)


@pytest.mark.django_db
def test_sql_and_python_cut_the_same(functions: None) -> None:
    texts = ["", " ", "司", "有限公司", "\U00020bb7野家", "Ａ\u0301", "ＳＴＲＡẞＥ İ", *random_texts(8000)]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT shangwu_search_text(t), shangwu_bigrams(shangwu_search_text(t))"
            " FROM unnest(%s::text[]) WITH ORDINALITY AS given(t, place) ORDER BY place",
            [texts],
        )
        rows = cursor.fetchall()
    different = [
        (text, row)
        for text, row in zip(texts, rows, strict=True)
        if (search_text(text), bigrams(search_text(text))) != (row[0], set(row[1]))
    ]
    assert different == []


@pytest.mark.django_db
def test_the_index_finds_what_brute_force_finds(functions: None) -> None:
    names = [name for name in random_texts(1500) if search_text(name)] + ["重慶有限公司", "有限電力公司", "公司有限"]
    chance = random.Random(1)
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE found (name text, normal text, pairs tsvector) ON COMMIT DROP")
        cursor.execute(
            "INSERT INTO found SELECT t, shangwu_search_text(t),"
            " array_to_tsvector(shangwu_bigrams(shangwu_search_text(t))) FROM unnest(%s::text[]) AS t",
            [names],
        )
        queries = ["有限公司", "公司", "限", "司", "' \\", "a b"]
        for name in chance.sample(names, 300):
            start = chance.randrange(len(name))
            queries.append(name[start : start + chance.randrange(1, 6)])
        for query in queries:
            wanted = search_text(query)
            if not wanted:
                continue
            cursor.execute(
                "SELECT name FROM found WHERE pairs @@ %s::tsquery AND position(%s IN normal) > 0",
                [search_query(query), wanted],
            )
            assert sorted(row[0] for row in cursor) == sorted(each for each in names if wanted in search_text(each))


@pytest.mark.django_db
def test_the_longest_indexed_text_fits_a_tsvector(functions: None) -> None:
    text = "".join(chr(0x20000 + number % 40_000) for number in range(0, 7 * (INDEXED_CHARACTERS + 10), 7))
    with connection.cursor() as cursor:
        cursor.execute("SELECT length(array_to_tsvector(shangwu_bigrams(%s)))", [text])
        assert cursor.fetchone() == (len(bigrams(text)),)


def test_nothing_asked_is_no_query() -> None:
    assert search_query("  ") == ""


@given(some.text(), some.integers(0), some.integers(2, 8))
def test_every_part_of_a_text_has_its_pairs_in_the_texts(text: str, start: int, size: int) -> None:
    normal = search_text(text)
    part = normal[start % max(len(normal), 1) :][:size].strip()
    if len(part) >= 2:
        assert bigrams(part) - {part[-1]} <= bigrams(normal)
    elif part:
        assert any(pair.startswith(part) for pair in bigrams(normal))


@given(some.text())
def test_normalising_twice_changes_nothing(text: str) -> None:
    assert search_text(search_text(text)) == search_text(text)
