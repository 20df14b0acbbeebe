"""XML read as a stream by expat with every door shut: no document types, no entities, nothing from outside.

What `defusedxml` forbids, forbidden with the same handlers of the same parser, but without building a tree: a sheet
of 100 MB is examined in constant memory. Known to the child process: no Django here.
"""

from collections.abc import Callable
from typing import IO, NoReturn
from xml.parsers import expat

from shangwu.foundation.files.unfit import Unfit

CHUNK = 1 << 18
Start = Callable[[str, dict[str, str]], None]
Text = Callable[[str], None]


def scan(file: IO[bytes], part: str, start: Start | None = None, text: Text | None = None) -> None:
    """Read one XML part to its end; `start` is told each element as "namespace name", `text` the characters.

    Raises Unfit: `entities` when it declares a document type or an entity (Office never does: ECMA-376-2, 9.1.1),
    `damaged` when it is not well formed.
    """

    def forbid(*_: object) -> NoReturn:
        raise Unfit("entities", part=part)

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartDoctypeDeclHandler = forbid
    parser.EntityDeclHandler = forbid
    parser.UnparsedEntityDeclHandler = forbid
    parser.ExternalEntityRefHandler = forbid
    if start:
        parser.StartElementHandler = start
    if text:
        parser.CharacterDataHandler = text
        parser.buffer_text = True
    try:
        while piece := file.read(CHUNK):
            parser.Parse(piece, False)
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise Unfit("damaged_part", part=part, line=error.lineno) from None
    except (LookupError, ValueError, UnicodeError):
        # An encoding that expat asks Python for and Python can't give, or gives with several bytes per character.
        raise Unfit("damaged_part", part=part, line=1) from None


def local(name: str) -> str:
    """An element's name without its namespace."""
    return name.rpartition(" ")[2]
