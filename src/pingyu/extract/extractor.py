"""A text → its spans and relations, by the exported model."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from pingyu.extract.encode import Vocabulary, encode
from pingyu.extract.mentions import same_unit
from pingyu.extract.model_folder import RELATOR, TAGGER, ModelFiles, default_folder
from pingyu.extract.pairs import pair_up
from pingyu.extract.relations import choose, roles
from pingyu.extract.spans import decode
from pingyu.extract.windows import Window, windows
from pingyu.schema import HAS_RANK, LABELS, UNIT, Document, Span, reading_order

Floats = NDArray[np.float32]
_LABEL_NUMBER = {label: n - 1 for n, label in enumerate(LABELS) if label != UNIT}


class Extractor:
    """Runs a model folder. Safe to share between threads; pickles by its files."""

    def __init__(self, files: ModelFiles, threads: int = 1) -> None:
        self.files = files
        self.threads = threads
        self.settings = files.settings()
        self.vocabulary = Vocabulary.of(files.characters(), self.settings.pair_buckets)
        self._tagger = _session(files.files[TAGGER], threads)
        self._relator = _session(files.files[RELATOR], threads)

    @classmethod
    def load(cls, folder: Path | None = None, threads: int = 1) -> Extractor:
        """From a folder, or the model that ships. Raises PingyuError E301, E302."""
        return cls(ModelFiles.read(folder or default_folder()), threads)

    def __reduce__(self) -> tuple[Any, ...]:
        return Extractor, (self.files, self.threads)

    def extract(self, text: str) -> Document:
        """Spans, relations and keys of a clean text."""
        return self._relate(text, *self._spans(text))

    def relate(self, text: str, spans: list[Span]) -> Document:
        """Relations and keys of a clean text whose spans are given, in reading order."""
        edges = np.zeros((len(spans), 2 * self.settings.width), np.float32)
        for window, _, states in self._windows(text):
            for n, span in enumerate(spans):
                if window.core_start <= span.start < window.core_end:
                    last = min(span.end, window.end) - 1
                    places = [span.start - window.start, last - window.start]
                    edges[n] = states[places].reshape(-1)
        return self._relate(text, spans, edges)

    def _relate(self, text: str, spans: list[Span], edges: Floats) -> Document:
        document = Document(text, spans)
        units, targets = roles(spans)
        same = same_unit([spans[n].text for n in units])
        numbers = dict(zip(units, same, strict=True))
        document.keys = [f"u{numbers[n] + 1}" if n in numbers else "" for n in range(len(spans))]
        if not spans:
            return document
        pairs = pair_up(
            text,
            encode(text, self.vocabulary),
            [(spans[n].start, spans[n].end) for n in units],
            [(spans[n].start, spans[n].end) for n in targets],
            [_LABEL_NUMBER[spans[n].label] for n in targets],
            same,
        )
        logits = np.zeros((len(pairs.mention), 2), np.float32)
        if len(pairs.mention):
            logits = self._relator.run(
                None,
                {
                    "mentions": edges[units],
                    "targets": edges[targets],
                    "mention": pairs.mention,
                    "target": pairs.target,
                    "features": pairs.features,
                },
            )[0]
        document.relations = choose(
            spans,
            units,
            targets,
            same,
            pairs,
            logits,
            self.settings.thresholds,
            self.settings.temperatures["relations"],
        )
        ranks = (
            r.tail for r in document.relations if r.type == HAS_RANK and spans[r.head].label == UNIT
        )
        for number, tail in enumerate(sorted(set(ranks)), 1):
            document.keys[tail] = f"r{number}"
        return document

    def uncertainty(self, text: str) -> float:
        """How unsure the model is of the tags of a text: entropy in nats a character."""
        total = 0.0
        for window, log_probs, _ in self._windows(text):
            core = log_probs[window.core_start - window.start : window.core_end - window.start]
            total -= float((np.exp(core) * core).sum())
        return total / max(1, len(text))

    def _spans(self, text: str) -> tuple[list[Span], Floats]:
        """Spans in order, and the model's states at their first and last character (n, 2·width)."""
        found: list[tuple[Span, Floats]] = []
        temperature = self.settings.temperatures["spans"]
        for window, log_probs, states in self._windows(text):
            piece = text[window.start : window.end]
            for layer, first, after, score in decode(piece, log_probs, temperature):
                start, end = first + window.start, after + window.start
                if window.core_start <= start < window.core_end:
                    span = Span(LABELS[layer], start, end, text[start:end], score)
                    found.append((span, states[[first, after - 1]].reshape(-1)))
        found = sorted(_without_clashes(found), key=lambda pair: reading_order(pair[0]))
        edges = np.array([edge for _, edge in found], np.float32)
        return [span for span, _ in found], edges.reshape(len(found), 2 * self.settings.width)

    def _windows(self, text: str) -> Iterator[tuple[Window, Floats, Floats]]:
        """Every window of a text that is not empty, with what `_tag` says of it."""
        if text:
            for window in windows(text, self.settings.core, self.settings.margin):
                yield window, *self._tag(text[window.start : window.end])

    def _tag(self, text: str) -> tuple[Floats, Floats]:
        """Of a window: (T, labels, tags) log probabilities and (T, width) states."""
        encoded = encode(text, self.vocabulary)
        log_probs, states = self._tagger.run(
            None,
            {
                "chars": encoded.chars[None],
                "pairs": encoded.pairs[None],
                "clause": encoded.clause[None],
                "starts": encoded.starts[None],
                "ends": encoded.ends[None],
            },
        )
        return log_probs[0], states[0]


def _session(model: bytes, threads: int) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(
        model,
        options,
        providers=["CPUExecutionProvider"],
        # its kernel is eight times slower than a sum and a norm (docs/performance.md)
        disabled_optimizers=["SkipLayerNormFusion"],
    )


def _without_clashes(found: list[tuple[Span, Floats]]) -> list[tuple[Span, Floats]]:
    """Where two windows meet, a span of the later one may overlap one of the same label before."""
    kept: list[tuple[Span, Floats]] = []
    last_end = dict.fromkeys(LABELS, 0)
    for span, edge in found:
        if span.start >= last_end[span.label]:
            kept.append((span, edge))
            last_end[span.label] = span.end
    return kept
