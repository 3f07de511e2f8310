"""A file or a text → a document: read, extract, interpret."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from pingyu.errors import PingyuError
from pingyu.extract.extractor import Extractor, Progress
from pingyu.interpret.review import interpret
from pingyu.read.reader import MAX_BYTES, Page, printable, read_file, read_text
from pingyu.schema import Document, Span


class Pipeline:
    """The whole way, with one loaded model."""

    def __init__(
        self,
        model: Path | None = None,
        *,
        threads: int = 1,
        keep_script: bool = False,
        encoding: str | None = None,
        max_bytes: int = MAX_BYTES,
    ) -> None:
        self.extractor = Extractor.load(model, threads)
        self.keep_script, self.encoding, self.max_bytes = keep_script, encoding, max_bytes

    def file(self, path: Path, *progress: Progress) -> Document:
        """Read and extract one file; `progress`: see Extractor.extract. Raises PingyuError
        E101–E107."""
        page = read_file(
            path,
            encoding=self.encoding,
            keep_script=self.keep_script,
            max_bytes=self.max_bytes,
        )
        return self._page(page, printable(str(path)), *progress)

    def text(self, text: str, source: str, metadata: dict[str, str]) -> Document:
        """Clean and extract a text that is at hand; places point into it, and the metadata given
        stand over those that it says itself. Raises PingyuError E105, E107."""
        size = len(text.encode())
        if size > self.max_bytes:
            raise PingyuError("E105", source, size=size, limit=self.max_bytes)
        page = read_text(text, source, keep_script=self.keep_script)
        page.metadata.update(metadata)
        return self._page(page, source)

    def _page(self, page: Page, source: str, *progress: Progress) -> Document:
        document = self.extractor.extract(page.simplified, *progress)
        document.text = page.text
        for n, span in enumerate(document.spans):
            document.spans[n] = _on_page(span, page)
        document.source, document.metadata = source, page.metadata
        document.warnings = page.warnings
        if self.extractor.settings.roles.schema.of_reviews:
            interpret(document, page.simplified)
        return document


def _on_page(span: Span, page: Page) -> Span:
    """The span in the script of the page, with its place in the source."""
    places = page.content
    return replace(
        span,
        text=page.text[span.start : span.end],
        source_start=int(places.starts[span.start]),
        source_end=int(places.ends[span.end - 1]),
    )
