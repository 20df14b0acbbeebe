"""The functions in the database are those of the text room."""

from pathlib import Path

from shangwu.foundation.records import migrations
from shangwu.foundation.text.bigrams_sql import CREATE


def test_the_migration_holds_what_the_text_room_says() -> None:
    """A change of the rule needs a new migration that also computes the stored columns anew."""
    held = (Path(migrations.__path__[0]) / "search_functions.sql").read_text("utf-8")
    assert [" ".join(one.split()) for one in held.split(";\n\nCREATE")] == [
        " ".join(CREATE[0].split()),
        " ".join(CREATE[1].removeprefix("\nCREATE").split()) + ";",
    ]
