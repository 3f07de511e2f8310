"""The corpus as training examples: gold documents → arrays → batches."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from pingyu import inline
from pingyu.extract.encode import NO_CHARACTER, SPECIALS, Encoded, Ints, Vocabulary, encode, fold
from pingyu.extract.pairs import Pairs, pair_up
from pingyu.extract.roles import Roles
from pingyu.extract.tags import to_tags
from pingyu.schema import TOPICS, Document, Span, reading_order
from train import topic_gold
from train.config import split_names
from train.model import IGNORE, Encoder
from train.splice import sentence_ends, stretch

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Example:
    """One document (or window) as arrays; see Encoded and Pairs for their shapes.

    tags (T, layers); mention_edges (M, 2) and target_edges (K, 2): first and last character;
    linked (P, types): is there this relation by pair? 1 or 0, -1 where the schema has none;
    groups: the pairs of one target with one body; group_labels: does that body govern it?
    statements (S, 2): first and last character of those whose topics (S, topics) are known.
    """

    encoded: Encoded
    tags: Ints
    mention_edges: Ints
    target_edges: Ints
    pairs: Pairs
    linked: Ints
    groups: list[list[int]]
    group_labels: list[int]
    statements: Ints
    topics: Floats


def read_split(annotations: Path, splits: Path, split: str) -> dict[str, Document]:
    """The gold documents of one split, "genre/name" → document."""
    names = split_names(splits, split)
    return {name: inline.read_file(annotations / f"{name}.inl") for name in names}


def build_vocabulary(
    texts: list[str], min_count: int, buckets: int, known: Sequence[str] = SPECIALS
) -> Vocabulary:
    """`known` characters, then those that the texts hold at least `min_count` times, the commonest
    first."""
    counts = Counter(c for text in texts for c in fold(text))
    new = [c for c, n in counts.items() if n >= min_count and c not in set(known)]
    return Vocabulary.of([*known, *sorted(new, key=lambda c: (-counts[c], c))], buckets)


def windows(document: Document, size: int) -> Iterator[Document]:
    """The document, or pieces of it of at most `size` characters, cut where a line ends and no span
    is broken, else where a sentence does. Relations whose ends fall in two pieces are left out of
    training."""
    if len(document.text) <= size:
        yield document
        return
    ends = sentence_ends(document)
    start = 0
    while start < len(document.text):
        end = len(document.text)
        if end - start > size:
            near = [e for e in ends if start < e <= start + size]
            lines = [e for e in near if document.text[e - 1] == "\n"]
            end = (lines or near or [start + size])[-1]
        yield stretch(document, start, end)
        start = end


def example(
    document: Document,
    vocabulary: Vocabulary,
    roles: Roles,
    decoys: Sequence[Span] = (),
    topics: topic_gold.Gold | None = None,
) -> Example:
    """Arrays and targets of one gold document.

    `decoys`: stretches offered as mentions that are the head of nothing, so that the relator learns
    not to trust every mention that the tagger believes in. `topics`: those of statements; what an
    augmentation has changed has none there, and goes without.
    """
    encoded = encode(document.text, vocabulary)
    spans, schema = document.spans, roles.schema
    tags = to_tags(roles.layered(spans), len(document.text), len(roles.layers))

    def body(n: int) -> object:
        """What a head stands for: all mentions of one body for the same."""
        return document.keys[n] if schema.labels[spans[n].label].names else n

    held = set()
    gold: dict[tuple[object, int], set[str]] = {}
    for r in document.relations:
        if spans[r.head].label in schema.relations[r.type].heads_by("containment"):
            held.add(r.tail)
        else:
            gold.setdefault((body(r.head), r.tail), set()).add(r.type)
    found, targets = roles.sides(spans, held)
    mentions = sorted(
        [*((spans[n], body(n)) for n in found), *((span, None) for span in decoys)],
        key=lambda mention: reading_order(mention[0]),
    )
    pairs = pair_up(
        document.text,
        encoded,
        [span for span, _ in mentions],
        [spans[n] for n in targets],
        roles.bodies([span for span, _ in mentions]),
        roles,
    )
    linked = np.full((len(pairs.mention), len(roles.types)), -1, dtype=np.int64)
    groups: dict[tuple[object, int], list[int]] = {}
    for p, (m, t) in enumerate(zip(pairs.mention.tolist(), pairs.target.tolist(), strict=True)):
        (span, who), tail = mentions[m], targets[t]
        label = spans[tail].label
        types = gold.get((who, tail), set())
        for column in roles.allowed[span.label, label]:
            linked[p, column] = roles.types[column] in types
        if span.label in roles.governors.get(label, ()):
            groups.setdefault((("decoy", m) if who is None else who, tail), []).append(p)
    return Example(
        encoded,
        tags,
        np.array([(s.start, s.end - 1) for s, _ in mentions], np.int64).reshape(-1, 2),
        np.array([(spans[n].start, spans[n].end - 1) for n in targets], np.int64).reshape(-1, 2),
        pairs,
        linked,
        list(groups.values()),
        [
            int(roles.governed[spans[tail].label] in gold.get((who, tail), ()))
            for who, tail in groups
        ],
        *_topics(document, topics or {}),
    )


def _topics(document: Document, gold: topic_gold.Gold) -> tuple[Ints, Floats]:
    """The statements of a document that the gold knows, as first and last character, and the share
    that each topic has in them."""
    if not gold:
        return np.zeros((0, 2), np.int64), np.zeros((0, len(TOPICS)), np.float32)
    told = [(s, gold.get(topic_gold.key(document, s), ())) for s in topic_gold.statements(document)]
    known = [(span, topics) for span, topics in told if topics]
    shares = np.zeros((len(known), len(TOPICS)), np.float32)
    for row, (_, topics) in zip(shares, known, strict=True):
        row[[TOPICS.index(topic) for topic in topics]] = 1 / len(topics)
    edges = [(span.start, span.end - 1) for span, _ in known]
    return np.array(edges, np.int64).reshape(-1, 2), shares


def hide(
    encoded: Encoded, vocabulary: Vocabulary, rate: float, rng: np.random.Generator
) -> Encoded:
    """The same text with a share of its characters unknown, so that unknown ones are no surprise."""
    codes = np.where(rng.random(len(encoded.codes)) < rate, NO_CHARACTER, encoded.codes)
    chars, pairs = vocabulary.look_up(codes)
    return replace(encoded, chars=chars, pairs=pairs)


def end_to_end(arrays: list[Ints], value: int = 0, gap: int = Encoder.GAP) -> Tensor:
    """(n_i, …) arrays → (1, T, …), one behind the other, `gap` times `value` after each (see
    train.model.Encoder)."""
    after = [(0, gap)]
    return torch.from_numpy(
        np.concatenate(
            [np.pad(a, after + [(0, 0)] * (a.ndim - 1), constant_values=value) for a in arrays]
        )
    )[None]


def lay_out(texts: list[Encoded], gap: int = Encoder.GAP) -> tuple[dict[str, Tensor], list[int]]:
    """The inputs of Encoder.forward, texts end to end, and the place where each begins."""
    begins = [0, *np.cumsum([len(e.chars) + gap for e in texts]).tolist()][:-1]
    most = max(len(e.starts) for e in texts)
    starts, ends = np.zeros((2, len(texts), most), np.int64)
    for n, (e, begin) in enumerate(zip(texts, begins, strict=True)):
        starts[n, : len(e.starts)] = e.starts + begin
        ends[n, : len(e.ends)] = e.ends + begin
    inputs = {
        "chars": end_to_end([e.chars for e in texts], gap=gap),
        "pairs": end_to_end([e.pairs for e in texts], gap=gap),
        "clause": end_to_end([e.clause + n * most for n, e in enumerate(texts)], gap=gap),
        "starts": torch.from_numpy(starts),
        "ends": torch.from_numpy(ends),
        "clauses": torch.tensor([len(e.starts) for e in texts]),
    }
    return inputs, begins


def collate(examples: list[Example], gap: int = Encoder.GAP) -> dict[str, Tensor]:
    """Examples as one batch (see Extractor.forward)."""
    inputs, begins = lay_out([e.encoded for e in examples], gap)
    widest = max((len(g) for e in examples for g in e.groups), default=1)
    m_edges, t_edges, mention, target, groups, statements = [], [], [], [], [], []
    m0 = t0 = p0 = 0
    for begin, e in zip(begins, examples, strict=True):
        m_edges.append(e.mention_edges + begin)
        t_edges.append(e.target_edges + begin)
        mention.append(e.pairs.mention + m0)
        target.append(e.pairs.target + t0)
        statements.append(e.statements + begin)
        groups += [[p + p0 for p in g] + [-1] * (widest - len(g)) for g in e.groups]
        m0, t0, p0 = m0 + len(e.mention_edges), t0 + len(e.target_edges), p0 + len(e.pairs.mention)

    def join(arrays: list[Ints]) -> Tensor:
        return torch.from_numpy(np.concatenate(arrays))

    return {
        **inputs,
        "tags": end_to_end([e.tags for e in examples], IGNORE, gap),
        "mention_edges": join(m_edges),
        "target_edges": join(t_edges),
        "mention": join(mention),
        "target": join(target),
        "features": join([e.pairs.features for e in examples]),
        "linked": join([e.linked for e in examples]),
        "groups": torch.tensor(groups, dtype=torch.int64).reshape(-1, widest),
        "group_labels": torch.tensor([g for e in examples for g in e.group_labels]),
        "statements": join(statements),
        "topics": torch.from_numpy(np.concatenate([e.topics for e in examples])),
    }
