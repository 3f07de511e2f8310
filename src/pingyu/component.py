"""The spaCy component `pingyu`: a Doc gets spans, relations and reviews.

`doc.spans["pingyu"]`: the spans, each widened to whole tokens where it cuts one, unless
`split_tokens` parts those tokens; in `doc._.char_spans`, beside them, the same spans by character.
`doc._.relations`: head and tail index into both. `doc._.ranks`: a record for each RANK span. `doc._.reviews`: one a unit. All of it
survives `Doc.to_bytes` and DocBin (with `store_user_data=True`).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import asdict
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Any

import srsly
from pydantic import TypeAdapter
from spacy import util
from spacy.language import Language
from spacy.tokens import Doc
from spacy.tokens import Span as SpacySpan

from pingyu.extract.extractor import Extractor
from pingyu.extract.model_folder import ModelFiles
from pingyu.interpret.review import interpret
from pingyu.schema import Document, Rank, Relation, Review, Span

KEY = "pingyu"
# from stored values back to records; msgpack gives tuples back where lists went in
_RANKS, _REVIEWS = TypeAdapter(list[Rank]), TypeAdapter(list[Review])


def _stored(doc: Doc) -> dict[str, list[dict[str, Any]]]:
    stored: dict[str, list[dict[str, Any]]] = doc.user_data.get(KEY) or {}
    return {"spans": [], "relations": [], "ranks": [], "reviews": [], **stored}


def _char_spans(doc: Doc) -> list[Span]:
    return [Span(**values) for values in _stored(doc)["spans"]]


def _relations(doc: Doc) -> list[Relation]:
    return [Relation(**values) for values in _stored(doc)["relations"]]


def _ranks(doc: Doc) -> list[Rank]:
    return _RANKS.validate_python(_stored(doc)["ranks"])


def _reviews(doc: Doc) -> list[Review]:
    return _REVIEWS.validate_python(_stored(doc)["reviews"])


def _register() -> None:
    for name, getter in (
        ("char_spans", _char_spans),
        ("relations", _relations),
        ("ranks", _ranks),
        ("reviews", _reviews),
    ):
        Doc.set_extension(name, getter=getter, force=True)


@Language.factory(
    "pingyu",
    assigns=["doc.spans", "doc._.char_spans", "doc._.relations", "doc._.ranks", "doc._.reviews"],
    default_config={"model": None, "threads": 1, "split_tokens": False},
)
def make_pingyu(
    nlp: Language, name: str, model: str | None, threads: int, split_tokens: bool
) -> Pingyu:
    """`model`: a model folder, or None for the one that ships. `split_tokens`: part the tokens that
    a span cuts; the component then stands before those that annotate tokens."""
    return Pingyu(name, Path(model) if model else None, threads, split_tokens)


class Pingyu:
    """Calls the extractor on the text of a Doc, whatever its tokenizer."""

    def __init__(
        self,
        name: str,
        model: Path | None = None,
        threads: int = 1,
        split_tokens: bool = False,
    ) -> None:
        self.name, self.model, self.threads = name, model, threads
        self.split_tokens = split_tokens

    @property
    def labels(self) -> tuple[str, ...]:
        """Of the spans, once the model is loaded; spaCy puts them into the meta data of a pipeline,
        and asks before a saved pipeline has brought its model."""
        loaded = vars(self).get("extractor")
        return tuple(loaded.settings.roles.schema.labels) if loaded else ()

    @cached_property
    def extractor(self) -> Extractor:
        """Loaded at first use: a saved pipeline brings its own files, wherever `model` was."""
        return Extractor.load(self.model, self.threads)

    def __call__(self, doc: Doc) -> Doc:
        """Extract from the text of `doc` and annotate it."""
        document = self.extractor.extract(doc.text)
        if self.extractor.settings.roles.schema.of_reviews:
            interpret(document, doc.text)
        if self.split_tokens:
            split_at_edges(doc, document.spans)
        return annotate(doc, document)

    def to_bytes(self, *, exclude: Iterable[str] = ()) -> bytes:
        """The model's files."""
        return bytes(srsly.msgpack_dumps(self.extractor.files.files))

    def from_bytes(self, data: bytes, *, exclude: Iterable[str] = ()) -> Pingyu:
        """Take the model that to_bytes gave."""
        self.extractor = Extractor(ModelFiles(srsly.msgpack_loads(data)), self.threads)
        return self

    def to_disk(self, path: str | Path, *, exclude: Iterable[str] = ()) -> None:
        """Write the model folder to `path`."""
        self.extractor.files.write(util.ensure_path(path))

    def from_disk(self, path: str | Path, *, exclude: Iterable[str] = ()) -> Pingyu:
        """Take the model in the folder `path`. Raises PingyuError E301, E302."""
        self.extractor = Extractor.load(util.ensure_path(path), self.threads)
        return self


def annotate(doc: Doc, document: Document) -> Doc:
    """Put what was found in the text of `doc` onto it."""
    doc.spans[KEY] = [_on_tokens(doc, span) for span in document.spans]
    doc.user_data[KEY] = {
        "spans": [asdict(span) for span in document.spans],
        "relations": [asdict(relation) for relation in document.relations],
        "ranks": [asdict(rank) for rank in document.ranks],
        "reviews": [asdict(review) for review in document.reviews],
    }
    return doc


def split_at_edges(doc: Doc, spans: Iterable[Span]) -> None:
    """Part the tokens of `doc` at the first and behind the last character of every span."""
    edges = sorted({edge for span in spans for edge in (span.start, span.end)})
    with doc.retokenize() as retokenizer:
        for token in doc:
            first = bisect_right(edges, token.idx)
            inside = edges[first : bisect_left(edges, token.idx + len(token))]
            if inside:
                cuts = [0, *(edge - token.idx for edge in inside), len(token)]
                parts = [token.text[start:end] for start, end in pairwise(cuts)]
                retokenizer.split(token, parts, heads=[(token, n) for n in range(len(parts))])


def _on_tokens(doc: Doc, span: Span) -> SpacySpan:
    on_tokens = doc.char_span(span.start, span.end, label=span.label, alignment_mode="expand")
    assert on_tokens is not None  # "expand" always finds tokens for a span of the text
    return on_tokens


_register()
