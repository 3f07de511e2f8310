"""A text → its spans and relations, by the exported model."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from pingyu.extract.encode import Ints, Vocabulary, encode
from pingyu.extract.model_folder import ENCODER, RELATOR, TAGGER, TOKENIZER, ModelFiles
from pingyu.extract.pairs import pair_up
from pingyu.extract.relations import choose
from pingyu.extract.spans import decode
from pingyu.extract.subwords import Subwords, letters
from pingyu.extract.windows import Window, windows
from pingyu.schema import Document, Span, reading_order
from pingyu.shipped import default_folder

Floats = NDArray[np.float32]


class Extractor:
    """Runs a model folder. Safe to share between threads; pickles by its files."""

    def __init__(self, files: ModelFiles, threads: int = 1) -> None:
        self.files = files
        self.threads = threads
        self.settings = files.settings()
        self.vocabulary = Vocabulary.of(files.characters(), self.settings.pair_buckets)
        self._tagger = _session(files.files[TAGGER], threads)
        scores = self.settings.roles.scores
        self._relator = _session(files.files[RELATOR], threads) if scores else None
        if self.settings.subwords:
            self._subwords = Subwords(files.files[TOKENIZER], **self.settings.subwords)
            self._encoder = _session(files.files[ENCODER], threads)

    @classmethod
    def load(cls, folder: Path | None = None, threads: int = 1) -> Extractor:
        """From a folder, or the model that ships. Raises PingyuError E301, E302, E303."""
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
        document, roles = Document(text, spans), self.settings.roles
        mentions, targets = roles.sides(spans, roles.held(spans))
        same = roles.bodies([spans[n] for n in mentions])
        named = roles.schema.names.units
        numbers = dict(zip(mentions, same, strict=True))
        document.keys = [
            f"u{numbers[n] + 1}" if n in numbers and span.label in named else ""
            for n, span in enumerate(spans)
        ]
        if not spans:
            return document
        pairs = pair_up(
            text,
            encode(text, self.vocabulary),
            [spans[n] for n in mentions],
            [spans[n] for n in targets],
            same,
            roles,
        )
        logits = np.zeros((len(pairs.mention), roles.scores), np.float32)
        if self._relator and len(pairs.mention):
            logits = self._relator.run(
                None,
                {
                    "mentions": edges[mentions],
                    "targets": edges[targets],
                    "mention": pairs.mention,
                    "target": pairs.target,
                    "features": pairs.features,
                },
            )[0]
        document.relations = choose(
            spans,
            mentions,
            targets,
            same,
            pairs,
            logits,
            roles,
            self.settings.thresholds,
            self.settings.temperatures["relations"],
        )
        # what the mentions of a body share a relation by pair with has a key too
        shared = (
            r.tail
            for r in document.relations
            if r.type in roles.types and spans[r.head].label in named
        )
        for number, tail in enumerate(sorted(set(shared)), 1):
            document.keys[tail] = f"r{number}"
        return document

    def survey(self, text: str) -> tuple[float, Floats]:
        """How unsure the model is of the tags of a text, entropy in nats a character, and its mean
        state (width,)."""
        entropy = 0.0
        total: Floats = np.zeros(self.settings.width, np.float32)
        for window, log_probs, states in self._windows(text):
            core = slice(window.core_start - window.start, window.core_end - window.start)
            entropy -= float((np.exp(log_probs[core]) * log_probs[core]).sum())
            total += states[core].sum(axis=0)
        length = np.float32(max(1, len(text)))
        return entropy / float(length), total / length

    def _spans(self, text: str) -> tuple[list[Span], Floats]:
        """Spans in order, and the model's states at their first and last character (n, 2·width)."""
        found: list[tuple[Span, Floats]] = []
        roles, temperature = self.settings.roles, self.settings.temperatures["spans"]
        # where two windows meet, a span of the later may overlap one of the same label before
        taken = dict.fromkeys(roles.schema.labels, 0)
        for window, log_probs, states in self._windows(text):
            piece = text[window.start : window.end]
            ends = dict(taken)
            for label, first, after, score in decode(piece, log_probs, roles, temperature):
                start, end = first + window.start, after + window.start
                if window.core_start <= start < window.core_end and start >= taken[label]:
                    span = Span(label, start, end, text[start:end], score)
                    found.append((span, states[[first, after - 1]].reshape(-1)))
                    ends[label] = max(ends[label], end)
            taken = ends
        found.sort(key=lambda pair: reading_order(pair[0]))
        edges = np.array([edge for _, edge in found], np.float32)
        return [span for span, _ in found], edges.reshape(len(found), 2 * self.settings.width)

    def _windows(self, text: str) -> Iterator[tuple[Window, Floats, Floats]]:
        """Every window of a text that is not empty, with what `_tag` says of it."""
        if text:
            for window in windows(text, self.settings.core, self.settings.margin):
                yield window, *self._tag(text[window.start : window.end])

    def _tag(self, text: str) -> tuple[Floats, Floats]:
        """Of a window: (T, layers, tags) log probabilities and (T, width) states."""
        log_probs, states = self._tagger.run(None, self._inputs(text))
        return log_probs[0], states[0]

    def _inputs(self, text: str) -> dict[str, NDArray[Any]]:
        """What the tagger asks for of a window."""
        encoded = encode(text, self.vocabulary)
        inputs: dict[str, NDArray[Any]] = {
            "chars": encoded.chars,
            "pairs": encoded.pairs,
            "clause": encoded.clause,
            "starts": encoded.starts,
            "ends": encoded.ends,
        }
        if self.settings.subwords:
            inputs["letters"] = letters(self._subwords.pieces(encoded.codes), self._states)
        return {name: array[None] for name, array in inputs.items()}

    def _states(self, tokens: Ints) -> Floats:
        states: Floats = self._encoder.run(None, {"tokens": tokens})[0]
        return states


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
