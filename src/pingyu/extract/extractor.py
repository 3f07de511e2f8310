"""A text → its spans and relations, by the exported model."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from pingyu.extract.encode import Ints, Vocabulary, encode
from pingyu.extract.model_folder import ENCODER, RELATOR, TAGGER, TOKENIZER, ModelFiles
from pingyu.extract.relating import Relating
from pingyu.extract.spans import decode
from pingyu.extract.subwords import Subwords, letters
from pingyu.extract.windows import Window, windows
from pingyu.schema import Document, Span, reading_order
from pingyu.shipped import default_folder

Floats = NDArray[np.float32]
Progress = Callable[[int, int], object]

_GIVE_BACK = onnxruntime.RunOptions()  # all memory, at the end of a run
_GIVE_BACK.add_run_config_entry("memory.enable_memory_arena_shrinkage", "cpu:0")


class Reading(NamedTuple):
    """What the tagger says of the T characters of a window: (T, layers, tags) log probabilities, their
    (T, width) states, and the (T, topics) logits that it sees at each, where it learned topics."""

    log_probs: Floats
    states: Floats
    topics: Floats | None = None


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

    def extract(self, text: str, progress: Progress = lambda done, of: None) -> Document:
        """Spans, relations and keys of a clean text. `progress` is told after each window how many
        characters of how many are done."""
        relating, topics = self._relating(text), []
        for window, reading, spans in self._found(text):
            firsts, lasts = _places(spans, window)
            relating.take(spans, _edges(reading.states, firsts, lasts), window.core_end)
            topics.append(_means(reading.topics, firsts, lasts))
            progress(window.core_end, len(text))
        return _with_topics(relating.done(), topics)

    def relate(self, text: str, spans: list[Span]) -> Document:
        """Relations and keys of a clean text whose spans are given, in reading order."""
        relating, topics = self._relating(text), []
        done = 0
        for window, reading in self._windows(text):
            after = bisect_left(spans, window.core_end, done, key=lambda span: span.start)
            here, done = spans[done:after], after
            firsts, lasts = _places(here, window)
            relating.take(here, _edges(reading.states, firsts, lasts), window.core_end)
            topics.append(_means(reading.topics, firsts, lasts))
        return _with_topics(relating.done(), topics)

    def _relating(self, text: str) -> Relating:
        return Relating(text, self.settings, self._relator)

    def survey(self, text: str) -> tuple[float, Floats]:
        """How unsure the model is of the tags of a text, entropy in nats a character, and its mean
        state (width,)."""
        entropy = 0.0
        total: Floats = np.zeros(self.settings.width, np.float32)
        for window, reading in self._windows(text):
            core = slice(window.core_start - window.start, window.core_end - window.start)
            log_probs = reading.log_probs[core]
            entropy -= float((np.exp(log_probs) * log_probs).sum())
            total += reading.states[core].sum(axis=0)
        length = np.float32(max(1, len(text)))
        return entropy / float(length), total / length

    def _found(self, text: str) -> Iterator[tuple[Window, Reading, list[Span]]]:
        """Every window, what the tagger says of it, and the spans that begin in its core, in order."""
        roles, temperature = self.settings.roles, self.settings.temperatures["spans"]
        # where two windows meet, a span of the later may overlap one of the same label before
        taken = dict.fromkeys(roles.schema.labels, 0)
        for window, reading in self._windows(text):
            piece = text[window.start : window.end]
            ends = dict(taken)
            spans = []
            for label, first, after, score in decode(piece, reading.log_probs, roles, temperature):
                start, end = first + window.start, after + window.start
                if window.core_start <= start < window.core_end and start >= taken[label]:
                    spans.append(Span(label, start, end, text[start:end], score))
                    ends[label] = max(ends[label], end)
            taken = ends
            spans.sort(key=reading_order)
            yield window, reading, spans

    def _windows(self, text: str) -> Iterator[tuple[Window, Reading]]:
        """Every window of a text that is not empty, with what `_tag` says of it."""
        if not text:
            return
        for window in windows(text, self.settings.core, self.settings.margin):
            yield window, self._tag(text[window.start : window.end])
        if window.start:  # of several; the memory that they took is wanted for what comes next
            self._tagger.run(None, self._inputs(text[-1]), _GIVE_BACK)

    def _tag(self, text: str) -> Reading:
        """Of a window."""
        return Reading(*(of[0] for of in self._tagger.run(None, self._inputs(text))))

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


def _places(spans: Sequence[Span], window: Window) -> tuple[Ints, Ints]:
    """The first and the last character of each span, within a window."""
    edges = [(s.start - window.start, min(s.end, window.end) - 1 - window.start) for s in spans]
    firsts, lasts = np.array(edges, np.int64).reshape(-1, 2).T
    return firsts, lasts


def _edges(states: Floats, firsts: Ints, lasts: Ints) -> Floats:
    """The states at both edges of each span: (n, 2·width)."""
    edges: Floats = np.concatenate([states[firsts], states[lasts]], axis=1)
    return edges


def _means(logits: Floats | None, firsts: Ints, lasts: Ints) -> Floats | None:
    """The mean over the characters of each span: (n, topics)."""
    if logits is None:
        return None
    sums = np.zeros((len(logits) + 1, logits.shape[1]))
    np.cumsum(logits, axis=0, out=sums[1:])
    means: Floats = (sums[lasts + 1] - sums[firsts]) / (lasts + 1 - firsts)[:, None]
    return means.astype(np.float32)


def _with_topics(document: Document, topics: Sequence[Floats | None]) -> Document:
    """The document, with what each window says of the topics of its spans."""
    known = [rows for rows in topics if rows is not None]
    document.topic_logits = np.concatenate(known) if known else None
    return document


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
