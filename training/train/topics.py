"""`python -m train topics`: gold topics → the classifier in models/pingyu-topics."""

from __future__ import annotations

import json
import logging
import re
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, vstack
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.svm import LinearSVC
from tqdm import tqdm

from pingyu import inline
from pingyu.extract.extractor import Extractor
from pingyu.extract.model_folder import TAGGER
from pingyu.interpret.topic import (
    FORMAT,
    WEIGHTS,
    Floats,
    Passage,
    Runs,
    TopicModel,
    choose,
    passages,
    runs,
    softmax,
    views,
)
from pingyu.schema import TOPICS, Document
from train import config as configuration
from train import topic_gold
from train.card import CARD, sha256
from train.config import WAITING, DataConfig, Section, read_splits
from train.evaluate import METRICS
from train.topic_gold import GOLD, UNDECIDED, WORDS

SCORED = ("dev", "test", "unseen")
THRESHOLDS = (0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5)  # 0.5 and more: one topic only
SHARES = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7)  # that the network may have
DRAWS = 2000  # of documents, for the intervals
_NUMBER = {topic: n for n, topic in enumerate(TOPICS)}
_CARD = """\
# {name}

What field an achievement or a deficiency speaks of: one to three of the {topics} topics of
`annotations/TOPICS.md`. `pingyu.interpret.topic` runs it with numpy alone.

| | |
| --- | --- |
| made by | `python -m train topics {config_path}` |
| config | sha256 {config_hash} |
| gold | {lines} statements of train, sha256 {gold_hash} of `annotations/{gold}` |
| words | {words} words, sha256 {words_hash} of `annotations/{words_file}` |
| beside it | {network} |
| seed | {seed} |

| | {splits} |
| --- | {rule} |
| statements | {counts} |
| **macro-F1** | {macro} |
| 95 % interval | {intervals} |
| **micro-F1** | {micro} |
{each}

Gold statements of the documents of each split; `unseen` is the part of test whose genres and
provinces are nowhere in train or dev. Behind the F1 of a topic stands how many statements have it. Sizes, threshold and the share of
the network were chosen on dev. Intervals: documents drawn again.

Files: `topics.npz` (8-bit weights), `metrics.json` (every figure).
"""

Answers = list[list[str]]  # the topics of each statement of a document
Bools = NDArray[np.bool_]


class TopicsConfig(Section):
    """A run of `python -m train topics`.

    `runs`: that the model knows, the commonest; `least`: statements that a run must stand in;
    `margin`: C of the first reading's support-vector machine; `sharpness`: by which its margins
    are multiplied to be logits; `trust`: C of the second reading; `folds`: of train, so that the
    second reading learns from statements that the first has not seen; `network`: a model folder
    whose network is heard beside both, where it learned topics.
    """

    output: Path = Path("models/pingyu-topics")
    data: DataConfig = DataConfig()
    runs: int = 48_000
    least: int = 3
    margin: float = 0.3
    sharpness: float = 4.0
    trust: float = 0.1
    folds: int = 5
    seed: int = 0
    network: Path | None = None


@dataclass(frozen=True, slots=True)
class Sheet:
    """The statements of one document in order of start, the gold topics of each, and the (S, topics)
    logits that the network gives them."""

    statements: list[Passage]
    topics: list[tuple[str, ...]]
    network: Floats | None = None


def train(config: TopicsConfig, config_path: Path) -> dict[str, Any]:
    """Train, choose the share of the network and the threshold on dev, write the model; → split →
    figures. Raises PingyuError E301, E302 where there is no such network."""
    network = Extractor.load(config.network) if config.network else None
    gold = topic_gold.read(config.data.annotations / GOLD)
    words = topic_gold.words(config.data.annotations / WORDS)
    splits = read_splits(config.data.splits)
    names = {name for split in ("train", *SCORED) for name in splits[split]}
    learnt = set(splits["train"])
    sheets = {
        name: sheet(document, gold, None if name in learnt else network)
        for name, document in inline.read_folder(config.data.annotations)
        if name in names
    }
    by_split = {s: [sheets[name] for name in splits[s]] for s in ("train", *SCORED)}
    arrays = fit(by_split["train"], words, config)
    share, threshold = chosen(arrays, by_split["dev"])
    arrays |= {"beside": np.float32(share), "threshold": np.float32(threshold)}
    logging.info("share of the network %.2f, threshold %.2f", share, threshold)
    config.output.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(config.output / WEIGHTS, **arrays)
    model = TopicModel.load(config.output)
    metrics = {split: score(model, by_split[split]) for split in SCORED if by_split[split]}
    text = json.dumps(metrics, indent=1) + "\n"
    (config.output / METRICS).write_text(text, encoding="utf-8")
    counts = {"lines": sum(len(s.topics) for s in by_split["train"]), "words": len(words)}
    (config.output / CARD).write_text(_card(config, config_path, counts, metrics), encoding="utf-8")
    return metrics


def sheet(document: Document, gold: topic_gold.Gold, network: Extractor | None = None) -> Sheet:
    """The statements of a document that have gold topics."""
    spans = [s for s in topic_gold.statements(document) if topic_gold.key(document, s) in gold]
    return Sheet(
        passages(document.text, ((span.start, span.end) for span in spans)),
        [gold[topic_gold.key(document, span)] for span in spans],
        network.relate(document.text, spans).topic_logits if network and spans else None,
    )


def known_runs(statements: Sequence[Passage], most: int, least: int) -> Runs:
    """The commonest runs, at most `most`, of those that stand in `least` statements or more."""
    keys, pieces = runs(statements)
    pairs = np.unique(keys.astype(np.uint64) << np.uint64(32) | pieces.astype(np.uint64))
    found, counts = np.unique(pairs >> np.uint64(32), return_counts=True)
    order = np.lexsort((found, -counts))
    order = np.sort(order[counts[order] >= least][:most])
    rare = np.log((1 + len(statements)) / (1 + counts[order])) + 1
    return Runs(found[order].astype(np.uint32), rare.astype(np.float16).astype(np.float32))


def fit(
    sheets: Sequence[Sheet], words: Sequence[tuple[str, str]], config: TopicsConfig
) -> dict[str, Any]:
    """The arrays of a model (see TopicModel), with a threshold that allows one topic only and no
    network."""
    statements = [s for each in sheets for s in each.statements]
    examples = [*statements, *(Passage(word, "", 0) for word, _ in words)]
    known = known_runs(examples, config.runs, config.least)
    bags = _matrix(known, examples)
    wanted = [topics for each in sheets for topics in each.topics] + [(t,) for _, t in words]
    rows, targets = _pairs(wanted)
    owner = np.repeat(np.arange(len(sheets)), [len(each.statements) for each in sheets])
    fold = np.random.default_rng(config.seed).permutation(len(sheets)) % config.folds
    held = np.concatenate([fold[owner], np.full(len(words), -1)])
    first = np.zeros((len(statements), len(TOPICS)), np.float32)
    for n in tqdm(range(config.folds), desc="folds", leave=False):
        learnt = held[rows] != n
        weights, bias = _support(bags[rows[learnt]], targets[learnt], config)
        chosen = np.flatnonzero(held == n)
        first[chosen] = softmax(bags[chosen] @ weights + bias)
    weights, bias = _support(bags[rows], targets, config)
    ends = np.cumsum([0, *(len(each.statements) for each in sheets)])
    seen = [
        views(each.statements, first[a:b])
        for each, a, b in zip(sheets, ends[:-1], ends[1:], strict=True)
        if each.statements
    ]
    inside = rows < len(statements)
    second, second_bias = _logistic(np.concatenate(seen)[rows[inside]], targets[inside], config)
    scale = np.maximum(np.abs(weights).max(0), 1e-9) / 127
    return {
        "format": np.int32(FORMAT),
        "keys": known.keys,
        "rare": known.rare.astype(np.float16),
        "table": np.round(weights / scale).astype(np.int8),
        "scale": scale.astype(np.float32),
        "bias": bias,
        "second": second,
        "second_bias": second_bias,
        "beside": np.float32(0.0),
        "threshold": np.float32(0.5),
    }


def _matrix(known: Runs, statements: Sequence[Passage], block: int = 4096) -> csr_matrix:
    """(S, V) weights of the known runs of each statement."""
    parts = []
    for at in range(0, len(statements), block):
        some = statements[at : at + block]
        owners, rows, values = known.bag(some)
        parts.append(csr_matrix((values, (owners, rows)), (len(some), len(known.keys))))
    return vstack(parts, format="csr")


def _pairs(wanted: Sequence[tuple[str, ...]]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Numbers of statements and of topics: a statement of several topics stands there with each."""
    pairs = [(n, _NUMBER[topic]) for n, topics in enumerate(wanted) for topic in topics]
    rows, targets = np.array(pairs, np.int64).T
    return rows, targets


def _support(
    bags: csr_matrix, targets: NDArray[np.int64], config: TopicsConfig
) -> tuple[Floats, Floats]:
    """Weights (V, topics) and bias (topics,) of one support-vector machine a topic, as logits."""
    machine = LinearSVC(C=config.margin, random_state=config.seed).fit(bags, targets)
    return _spread(machine.coef_.T, machine.intercept_, machine.classes_, config.sharpness)


def _logistic(
    seen: Floats, targets: NDArray[np.int64], config: TopicsConfig
) -> tuple[Floats, Floats]:
    """Weights (features, topics) and bias (topics,) of the second reading."""
    machine = LogisticRegression(C=config.trust, max_iter=200)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # the steps are bounded
        machine.fit(seen, targets)
    return _spread(machine.coef_.T, machine.intercept_, machine.classes_, 1.0)


def _spread(
    weights: Floats, bias: Floats, classes: NDArray[np.int64], factor: float
) -> tuple[Floats, Floats]:
    """The same for all topics: one that no example has gets no weights and a bias far below."""
    if len(bias) == 1:  # of two classes scikit-learn keeps the second alone
        weights, bias = np.hstack([-weights, weights]), np.concatenate([-bias, bias])
    all_weights = np.zeros((len(weights), len(TOPICS)), np.float32)
    all_bias = np.full(len(TOPICS), -99.0, np.float32)
    all_weights[:, classes] = weights * factor
    all_bias[classes] = bias * factor
    return all_weights, all_bias


def chosen(arrays: Mapping[str, Any], sheets: Sequence[Sheet]) -> tuple[float, float]:
    """The one of SHARES (the first, where no network has read the `sheets`) and of THRESHOLDS with
    the best micro-F1, of equals the lowest share and the highest threshold."""
    used = [each for each in sheets if each.statements]
    heard = any(each.network is not None for each in used)

    def micro(share: float) -> Iterator[tuple[float, float, float]]:
        model = TopicModel({**arrays, "beside": np.float32(share)})
        scores = [model.scores(each.statements, each.network) for each in used]
        for threshold in THRESHOLDS:
            found = [[choose(row, threshold) for row in rows] for rows in scores]
            yield figures(used, found)["micro"], -share, threshold

    tried = [each for share in (SHARES if heard else SHARES[:1]) for each in micro(share)]
    _, share, threshold = max(tried)
    return -share, threshold


def score(model: TopicModel, sheets: Sequence[Sheet]) -> dict[str, Any]:
    """The figures of a model on gold documents."""
    return figures(sheets, [model.topics(each.statements, each.network) for each in sheets])


def figures(sheets: Sequence[Sheet], found: Sequence[Answers]) -> dict[str, Any]:
    """Precision, recall and F1 of each topic that gold or answer names, their mean F1 (macro) with
    its 95 % interval, and the F1 of all pairs of statement and topic (micro)."""
    counts = np.zeros((len(sheets), 3, len(TOPICS)))  # right, found, gold
    for tally, each, answers in zip(counts, sheets, found, strict=True):
        for gold, some in zip(each.topics, answers, strict=True):
            for row, topics in enumerate((set(gold) & set(some), some, gold)):
                tally[row, [_NUMBER[topic] for topic in topics]] += 1
    right, answered, wanted = counts.sum(0)
    size = len(sheets)
    draws = np.random.default_rng(0).multinomial(size, np.full(size, 1 / size), DRAWS)
    drawn = _macro(np.tensordot(draws, counts, axes=1).swapaxes(0, 1))
    return {
        "statements": sum(len(each.topics) for each in sheets),
        "macro": round(float(_macro(counts.sum(0))), 4),
        "interval": np.percentile(drawn, [2.5, 97.5]).round(4).tolist(),
        "micro": round(float(2 * right.sum() / max(1, (answered + wanted).sum())), 4),
        "topics": {
            topic: {
                "p": round(float(right[n] / max(1, answered[n])), 4),
                "r": round(float(right[n] / max(1, wanted[n])), 4),
                "f1": round(float(2 * right[n] / (answered[n] + wanted[n])), 4),
                "gold": int(wanted[n]),
                "found": int(answered[n]),
            }
            for n, topic in enumerate(TOPICS)
            if answered[n] + wanted[n]
        },
    }


def _macro(counts: NDArray[np.float64]) -> NDArray[np.float64]:
    """(3, …, topics): right, found, gold → (…): mean F1 of the topics that occur."""
    right, answered, wanted = counts
    total = answered + wanted
    f1 = np.divide(2 * right, total, out=np.zeros_like(total), where=total > 0)
    mean: NDArray[np.float64] = f1.sum(-1) / np.maximum(1, (total > 0).sum(-1))
    return mean


def _card(
    config: TopicsConfig, config_path: Path, counts: Mapping[str, int], metrics: dict[str, Any]
) -> str:
    def row(values: Iterator[object]) -> str:
        return " | ".join(map(str, values))

    def f1(topic: dict[str, Any]) -> str:
        return f"{topic['f1']:.2f} ({topic['gold']})" if topic else ""

    each = (
        f"| {t} | {row(f1(m['topics'].get(t, {})) for m in metrics.values())} |" for t in TOPICS
    )
    return _CARD.format(
        name=config.output.name,
        topics=len(TOPICS),
        config_path=config_path,
        config_hash=sha256(config_path),
        lines=counts["lines"],
        words=counts["words"],
        gold=GOLD,
        gold_hash=sha256(config.data.annotations / GOLD),
        words_file=WORDS,
        words_hash=sha256(config.data.annotations / WORDS),
        network=_network(config),
        seed=config.seed,
        splits=row(iter(metrics)),
        rule=row("---:" for _ in metrics),
        counts=row(m["statements"] for m in metrics.values()),
        macro=row(f"{m['macro']:.3f}" for m in metrics.values()),
        intervals=row("–".join(f"{e:.3f}" for e in m["interval"]) for m in metrics.values()),
        micro=row(f"{m['micro']:.3f}" for m in metrics.values()),
        each="\n".join(each),
    )


def _network(config: TopicsConfig) -> str:
    if not config.network:
        return "no network"
    return (
        f"the network of `{config.network}`, sha256 {sha256(config.network / TAGGER)} of `{TAGGER}`"
    )


def mend(config: TopicsConfig) -> int:
    """Bring the gold up to the corpus and say what changed; → 1 if a reader must decide."""
    path = config.data.annotations / GOLD
    documents = dict(inline.read_folder(config.data.annotations))
    names = read_splits(config.data.splits)[WAITING]
    waiting = [documents.pop(name) for name in names if name in documents]
    dropped, added = topic_gold.mend(path, documents.values(), waiting)
    print(f"{path}: {dropped} lines dropped, {len(added)} added")
    for line in added:
        print(line)
    undecided = sum(line.topics == (UNDECIDED,) for line in added)
    if undecided:
        print(f"{undecided} have {UNDECIDED!r}: put their topics there, by TOPICS.md")
    return 1 if undecided else 0


def stale(model: Path, annotations: Path) -> Iterator[str]:
    """Names of files that the model was not made from as they are now, as its card tells."""
    path = model / CARD
    card = path.read_text(encoding="utf-8") if path.is_file() else ""
    for name in (GOLD, WORDS):
        made = re.search(rf"sha256 (\w+) of `annotations/{name}`", card)
        if not made or made[1] != sha256(annotations / name):
            yield name
    beside = re.search(rf"network of `(.+)`, sha256 (\w+) of `{TAGGER}`", card)
    if beside and beside[2] != sha256(annotations.parent / beside[1] / TAGGER):
        yield str(Path(beside[1], TAGGER))


def load(path: Path) -> TopicsConfig:
    """Raises PingyuError E401."""
    return configuration.validate(TopicsConfig, configuration.read_toml(path), path)
