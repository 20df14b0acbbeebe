"""Giving files out: always as a download, never as something that a browser shows or runs."""

from collections.abc import Iterator
from pathlib import Path

from django.http import FileResponse, HttpResponse, StreamingHttpResponse
from django.utils.http import content_disposition_header

from shangwu.foundation.files.kinds import BYTES, KINDS
from shangwu.foundation.files.names import extension_of
from shangwu.foundation.files.storage import Blob, opened, pieces
from shangwu.foundation.records.refusals import missing

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cache-Control": "no-store",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def given(blob: Blob, name: str, media_type: str = "") -> HttpResponse:
    """A kept file as a download. Raises Refusal `missing` when the storage has lost it."""
    try:
        opened(blob).close()
    except FileNotFoundError:
        raise missing() from None
    response = StreamingHttpResponse(pieces(blob), content_type=media_type or type_of(name))
    response.headers["Content-Length"] = str(blob.size)
    return as_download(response, name)


def made(path: Path, name: str) -> HttpResponse:
    """A file that was just made as a download; it is gone when it has been sent."""

    def then_gone() -> Iterator[bytes]:
        try:
            with path.open("rb") as file:
                yield from iter(lambda: file.read(1 << 18), b"")
        finally:
            path.unlink(missing_ok=True)

    response = StreamingHttpResponse(then_gone(), content_type=type_of(name))
    response.headers["Content-Length"] = str(path.stat().st_size)
    return as_download(response, name)


def as_download(response: StreamingHttpResponse | FileResponse, name: str) -> HttpResponse:
    """The headers that keep a file a file."""
    for header, value in HEADERS.items():
        response.headers[header] = value
    response.headers["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name) or ""
    return response  # type: ignore[return-value]  # a streaming answer is an answer


def type_of(name: str) -> str:
    """The media type that a file's ending stands for; plain bytes for what a browser might run."""
    extension = extension_of(name)
    return next((kind.media_type for kind in KINDS.values() if extension in kind.extensions), BYTES)
