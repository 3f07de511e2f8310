"""A text → its spans and relations, by the exported model."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

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
        relating = self._relating(text)
        for window, spans, edges in self._found(text):
            relating.take(spans, edges, window.core_end)
            progress(window.core_end, len(text))
        return relating.done()

    def relate(self, text: str, spans: list[Span]) -> Document:
        """Relations and keys of a clean text whose spans are given, in reading order."""
        relating = self._relating(text)
        done = 0
        for window, _, states in self._windows(text):
            after = bisect_left(spans, window.core_end, done, key=lambda span: span.start)
            here, done = spans[done:after], after
            firsts = [span.start - window.start for span in here]
            lasts = [min(span.end, window.end) - 1 - window.start for span in here]
            relating.take(here, self._edges(states, firsts, lasts), window.core_end)
        return relating.done()

    def _relating(self, text: str) -> Relating:
        return Relating(text, self.settings, self._relator)

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

    def _found(self, text: str) -> Iterator[tuple[Window, list[Span], Floats]]:
        """Every window with the spans that begin in its core, in order, and the model's states at
        their first and last character (n, 2·width)."""
        roles, temperature = self.settings.roles, self.settings.temperatures["spans"]
        # where two windows meet, a span of the later may overlap one of the same label before
        taken = dict.fromkeys(roles.schema.labels, 0)
        for window, log_probs, states in self._windows(text):
            piece = text[window.start : window.end]
            ends = dict(taken)
            spans = []
            for label, first, after, score in decode(piece, log_probs, roles, temperature):
                start, end = first + window.start, after + window.start
                if window.core_start <= start < window.core_end and start >= taken[label]:
                    spans.append(Span(label, start, end, text[start:end], score))
                    ends[label] = max(ends[label], end)
            taken = ends
            spans.sort(key=reading_order)
            firsts = [span.start - window.start for span in spans]
            lasts = [span.end - 1 - window.start for span in spans]
            yield window, spans, self._edges(states, firsts, lasts)

    def _edges(self, states: Floats, firsts: list[int], lasts: list[int]) -> Floats:
        places = np.array([firsts, lasts], np.int64).T
        return states[places].reshape(len(firsts), 2 * self.settings.width)

    def _windows(self, text: str) -> Iterator[tuple[Window, Floats, Floats]]:
        """Every window of a text that is not empty, with what `_tag` says of it."""
        if not text:
            return
        for window in windows(text, self.settings.core, self.settings.margin):
            yield window, *self._tag(text[window.start : window.end])
        if window.start:  # of several; the memory that they took is wanted for what comes next
            self._tagger.run(None, self._inputs(text[-1]), _GIVE_BACK)

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
