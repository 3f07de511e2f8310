"""`python -m train words`: the segmenter behind `pingyu.load(words="pkuseg")`, and how good it is.

A linear-chain CRF (spacy-pkuseg; Sun, Wang and Li 2012 for its training, ADF) learns from sentences
by hand and, in greater number, from a draft by dictionary and rules (train.draft). It is scored on
other sentences by hand, beside jieba and the draft, and on where the spans of the gold fall.
"""

from __future__ import annotations

import contextlib
import io
import json
import random
import re
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import srsly
from tqdm import tqdm

from pingyu.errors import PingyuError
from pingyu.schema import UNIT, Document
from pingyu.words import FEATURES, WEIGHTS, blank
from train import card
from train.config import DataConfig
from train.data import read_split
from train.draft import Draft, name_words

Cut = Callable[[str], Iterable[str]]
Documents = dict[str, Document]

_SENTENCE = re.compile(r"[^\n。！？；;]+[。！？；;]*")
_LEAST = 0.02  # features whose weights are all nearer to 0 are left out of the model
_LONGEST = 6  # characters of the words that pkuseg looks up (config.wordMax)


@dataclass(frozen=True, slots=True)
class Plan:
    """How to train. `sentences`: of the draft, drawn by the seed; `repeat`: how often each sentence
    by hand is among them."""

    sentences: int
    repeat: int
    iterations: int
    seed: int


@dataclass(frozen=True, slots=True)
class Sample:
    """A sentence by hand: its words stand at `start`–`end` of a document, blanks between them or
    none."""

    document: str
    start: int
    end: int
    words: tuple[str, ...]


def train(output: Path, data: DataConfig, plan: Plan) -> dict[str, Any]:
    """Train, score and write a model folder; → the figures of its metrics.json.

    Raises PingyuError E406 where a sample does not fit the documents.
    """
    at_commit = card.commit()  # before the model makes the checkout differ from it
    by_hand = data.annotations / "words"
    documents = read_split(data.annotations, data.splits, "train")
    learned = read_samples(by_hand / "train.txt", documents)
    dev = read_split(data.annotations, data.splits, "dev")
    held = read_samples(by_hand / "test.txt", dev)
    draft = make_draft(documents, by_hand / "terms.txt")
    sentences = [list(sample.words) for sample in learned] * plan.repeat
    sentences += _drawn(documents, learned, draft, plan)
    output.mkdir(parents=True, exist_ok=True)
    fit(sentences, output, plan)
    shrink(output)

    known = {word for words in sentences for word in words}
    ways: dict[str, Cut] = {way: _cut(way, output) for way in ("pkuseg", "jieba")}
    splits = {"dev": dev, "test": read_split(data.annotations, data.splits, "test")}
    metrics = {
        "train": {"by_hand": len(learned), "draft": len(sentences) - plan.repeat * len(learned)},
        "sample": {
            "sentences": len(held),
            "words": sum(len(sample.words) for sample in held),
            "unknown": sum(word not in known for sample in held for word in sample.words),
        },
        "words": {
            way: score(held, dev, cut, known) for way, cut in (ways | {"draft": draft}).items()
        },
        "edges": {
            way: {split: landed(some, cut) for split, some in splits.items()}
            for way, cut in ways.items()
        },
    }
    (output / "metrics.json").write_text(
        json.dumps(metrics, ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
    )
    card.write_words(output, asdict(plan), data, at_commit, metrics)
    return metrics


def read_samples(path: Path, documents: Documents) -> list[Sample]:
    """Sentences by hand: `# document`, then a sentence a line, words parted by blanks.

    Raises PingyuError E406 that names every line that does not fit its document.
    """
    samples: list[Sample] = []
    issues = []
    name, at = "", 0
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if line.startswith("# "):
            name, at = line[2:], 0
            if name not in documents:
                issues.append(f"line {number}: no document {name!r} in this split")
        elif name in documents:
            characters = re.compile(r"\s*".join(map(re.escape, "".join(line.split()))))
            found = characters.search(documents[name].text, at)
            if found:
                samples.append(Sample(name, *found.span(), tuple(line.split())))
                at = found.end()
            else:
                issues.append(f"line {number}: {line!r} is not in {name}, or not behind the last")
    if issues:
        raise PingyuError("E406", str(path), issues="; ".join(issues))
    return samples


def make_draft(documents: Documents, terms: Path) -> Draft:
    """The draft with the terms of a file (blanks part them, # begins a comment) and the units of
    `documents`."""
    lines = terms.read_text(encoding="utf-8").splitlines()
    words = [term for line in lines if not line.startswith("#") for term in line.split()]
    units = {span.text for d in documents.values() for span in d.spans if span.label == UNIT}
    return Draft([*words, *(word for unit in sorted(units) for word in name_words(unit))])


def _drawn(
    documents: Documents, by_hand: Sequence[Sample], draft: Draft, plan: Plan
) -> Iterator[list[str]]:
    """Sentences of `documents` without those by hand, as the draft has them."""
    taken: dict[str, list[Sample]] = {name: [] for name in documents}
    for sample in by_hand:
        taken[sample.document].append(sample)
    free = [
        (name, sentence.span())
        for name, document in documents.items()
        for sentence in _SENTENCE.finditer(document.text)
        if not any(s.start < sentence.end() and sentence.start() < s.end for s in taken[name])
    ]
    random.Random(plan.seed).shuffle(free)
    for name, (start, end) in tqdm(free[: plan.sentences], "draft", disable=None):
        yield drafted(documents[name], start, end, draft)


def drafted(document: Document, start: int, end: int, draft: Draft) -> list[str]:
    """The words of a stretch; the edges of its spans part words."""
    edges = {edge for span in document.spans for edge in (span.start, span.end)}
    cuts = [start, *sorted(edge for edge in edges if start < edge < end), end]
    return [word for a, b in pairwise(cuts) for word in draft(document.text[a:b])]


def fit(sentences: Sequence[Sequence[str]], folder: Path, plan: Plan) -> None:
    """Train pkuseg and write its two files; the same sentences and seed give the same weights."""
    import spacy_pkuseg

    lines = "".join(" ".join(words) + "\n" for words in sentences)
    random.seed(plan.seed)  # pkuseg shuffles by the random numbers of the process
    with tempfile.TemporaryDirectory() as scratch, _Progress(plan.iterations) as progress:
        path = Path(scratch) / "train.txt"
        path.write_text(lines, encoding="utf-8")
        watched = Path(scratch) / "watched.txt"  # pkuseg wants a file to score after each iteration
        watched.write_text(lines.partition("\n")[0], encoding="utf-8")
        with contextlib.redirect_stdout(progress):
            spacy_pkuseg.train(str(path), str(watched), str(folder), plan.iterations)


class _Progress(io.StringIO):
    """Takes what pkuseg prints and shows the iterations alone."""

    def __init__(self, iterations: int) -> None:
        super().__init__()
        self._bar = tqdm(total=iterations, desc="pkuseg", disable=None)

    def write(self, text: str) -> int:
        self._bar.update(text.startswith("iter"))
        return len(text)

    def close(self) -> None:
        self._bar.close()
        super().close()


def shrink(folder: Path) -> None:
    """Leave out features of weights near 0, words and pairs that inference does not ask for, and
    the digits of weights beyond 16 bits."""
    features = srsly.read_msgpack(folder / FEATURES)
    with np.load(folder / WEIGHTS) as stored:
        tags, count = stored["sizes"].tolist()
        of_features, of_pairs = np.split(stored["w"], [tags * count])
    of_features = of_features.reshape(count, tags)
    kept = np.abs(of_features).max(axis=1) >= _LEAST
    kept[0] = True  # the bias, which pkuseg takes to be feature 0
    numbers: dict[str, int] = features["feature_to_idx"]
    names = [name for name in sorted(numbers, key=numbers.__getitem__) if kept[numbers[name]]]
    features["feature_to_idx"] = {name: n for n, name in enumerate(names)}
    features["unigram"] = [word for word in features["unigram"] if 1 < len(word) <= _LONGEST]
    features["bigram"] = []
    srsly.write_msgpack(folder / FEATURES, features)
    weights = np.concatenate([of_features[kept].ravel(), of_pairs])
    np.savez_compressed(
        folder / WEIGHTS,
        sizes=np.array([tags, len(names)]),
        w=weights.astype(np.float16).astype(np.float64),  # pkuseg computes in 64 bits
    )


def _cut(segmenter: str, folder: Path) -> Cut:
    tokenizer = blank(segmenter, folder).tokenizer
    return lambda text: [token.text for token in tokenizer(text)]


def _places(text: str, words: Iterable[str]) -> set[tuple[int, int]]:
    """Where words stand in a text that has them in this order; words of blanks alone are left out."""
    places, at = set(), 0
    for word in filter(str.strip, words):
        start = text.index(word, at)
        at = start + len(word)
        places.add((start, at))
    return places


def score(
    samples: Iterable[Sample], documents: Documents, cut: Cut, known: set[str]
) -> dict[str, float]:
    """Precision, recall and F1 of words, and recall of those that are not in `known`."""
    right = given = wanted = unknown = unknown_right = 0
    for sample in samples:
        text = documents[sample.document].text[sample.start : sample.end]
        gold, found = _places(text, sample.words), _places(text, cut(text))
        new = {place for place in gold if text[slice(*place)] not in known}
        right, given, wanted = right + len(gold & found), given + len(found), wanted + len(gold)
        unknown, unknown_right = unknown + len(new), unknown_right + len(new & found)
    return {
        "precision": right / given,
        "recall": right / wanted,
        "f1": 2 * right / (given + wanted),
        "unknown_recall": unknown_right / max(1, unknown),
    }


def landed(documents: Documents, cut: Cut) -> dict[str, float]:
    """The share of gold spans with both edges at edges of words, by label and in "all"."""
    counts, landings = Counter[str](), Counter[str]()
    for document in documents.values():
        places = _places(document.text, cut(document.text))
        starts, ends = {start for start, _ in places}, {end for _, end in places}
        for span in document.spans:
            for name in (span.label, "all"):
                counts[name] += 1
                landings[name] += span.start in starts and span.end in ends
    return {name: landings[name] / counts[name] for name in sorted(counts)}
