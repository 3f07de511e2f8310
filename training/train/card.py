"""The model card: what made the model, and how good it is."""

from __future__ import annotations

import hashlib
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pingyu import inline
from pingyu.errors import PingyuError
from pingyu.schema import LABELS, Names
from pingyu.trial import PARTS
from train import readme, topic_gold
from train.config import Config, DataConfig, split_names

CARD = "README.md"

_CARD = """\
# {name}

Units, achievements, deficiency areas and rank phrases in Chinese review texts, and which unit each
belongs to. Reads Simplified Chinese (the reader of pingyu converts other scripts first).

| | |
| --- | --- |
| made by | `python -m train {config_path}` at commit {commit} |
| config | sha256 {config_hash} |
| data | {documents} documents of the train split, sha256 {data_hash} of train and dev |
| topics | {topics} |
| start | {start} |
| seed | {seed} |
| precision | {precision} |

{figures}

Strict: every edge right, every unit right, missed spans counted. Details in `metrics.json`.

Files: `model.onnx` (weights of 7 and 8 bits) tags characters, `relations.onnx` scores pairs of unit and
span, `config.json` holds the schema, windows, thresholds and temperatures, `vocab.txt` the characters.{encoder}

For: reviews, bulletins, rankings and work reports of Chinese cities, districts and towns; it was trained on such texts
alone, written for the purpose, and reads pages of the web less well. Not for: judging persons or offices without reading the
source. It reports what a text says, and it errs. MIT licence.
"""


_FOREIGN_CARD = """\
# {name}

Finds {labels} in text{relations}.

| | |
| --- | --- |
| made by | `{command}` at commit {commit} |
| schema | `{schema}`, sha256 {schema_hash} |
{data}
| documents | {documents} to train on, {dev} (dev) to measure and to fit the temperatures of scores on |
| start | {start} |
| seed | {seed} |
| precision | {precision} |

{figures}
{prf}

Strict: every edge right, missed spans and relations counted. Details in `metrics.json`.

`pingyu.load("{folder}")` makes a spaCy pipeline of it.
"""


_ENCODER_CARD = """\
# {name}

An encoder to start training from: the transformer of `train/transformer.py`, trained to guess hidden
characters of plain Chinese text.

| | |
| --- | --- |
| made by | `python -m train pretrain {config_path} TEXTS` |
| config | sha256 {config_hash} |
| start | {start} |
| characters read | {characters:,} |

Trained on (every file of the folder, decompressed sizes in characters, times read):

{texts}

Files: `encoder.safetensors` (16-bit weights), `vocab.txt`, `encoder.json` (sizes).
{before}"""


_ADOPTED_CARD = """\
# {name}

The encoder that training starts from: the lower {layers} layers of `{checkpoint}`, and its rows of
single characters.

{origin}

Made by `python -m train adopt {checkpoint} --layers {layers} --origin TEXT -o FOLDER`; TEXT is the paragraph above.

Files: `encoder.safetensors` (16-bit weights), `vocab.txt`, `encoder.json` (sizes).
"""


_WORDS_CARD = """\
# {name}

Words for Chinese review texts: names of units, indicators and policy terms are one word. The
segmenter behind `pingyu.load(words="pkuseg")`, for spacy-pkuseg. What a word is:
`annotations/WORDS.md`.

| | |
| --- | --- |
| made by | `{command}` at commit {commit} |
| learned from | {by_hand} sentences segmented by hand and {draft:,} by the draft, all of the train split |
| data | sha256 {data_hash} of train and dev |
| by hand and terms | sha256 {words_hash} |

**How it was trained.** The draft is jieba with the terms of `annotations/words/terms.txt`, a
gazetteer and the units of train in its dictionary, mended by rules (`training/train/draft.py`); the
edges of the gold's spans part its words. A linear-chain CRF (pkuseg's, trained by ADF: Sun, Wang
and Li 2012) learns from it and from `annotations/words/train.txt`. Features of weights near zero
are left out.

**How good it is.** On `annotations/words/test.txt`: {sentences} sentences of dev documents,
{words:,} words, segmented by hand from the plain text. *Unknown*: the {unknown} words that
stand nowhere in what the model learned from.

| | precision | recall | F1 | recall of unknown words |
| --- | ---: | ---: | ---: | ---: |
{scores}

jieba follows another standard, with shorter words; a part of its distance is that, and not error.
The same shorter words let spans fall on its edges more often. The draft is what the model learned
from, without the gold's edges.

**Where spans fall.** Share of gold spans whose two edges are edges of words, before the pipeline
parts the words that a span cuts.

| | split | {labels} |
| --- | --- | {rule} |
{edges}

One annotator, a language model as for the rest of the corpus, segmented both samples, once: no
agreement was measured. Their sentences have 8 to 55 characters. The draft is not corrected.

Files: `features.msgpack` (features and words), `weights.npz` (16 bits), `metrics.json`.
"""


def write_words(
    folder: Path,
    options: dict[str, int],
    data: DataConfig,
    at_commit: str,
    metrics: dict[str, Any],
) -> None:
    """Write README.md beside a segmenter (train.words). `options`: of the command; `metrics`: what
    its metrics.json holds."""
    command = " ".join(f"--{name} {value}" for name, value in options.items())
    digest = hashlib.sha256()
    for path in sorted((data.annotations / "words").glob("*.txt")):
        digest.update(path.read_bytes())
    labels = [*LABELS, "all"]
    scores = (
        f"| {way} | {s['precision']:.3f} | {s['recall']:.3f} | {s['f1']:.3f} | "
        f"{s['unknown_recall']:.3f} |"
        for way, s in metrics["words"].items()
    )
    edges = (
        f"| {way} | {split} | {' | '.join(f'{shares[label]:.1%}' for label in labels)} |"
        for way, splits in metrics["edges"].items()
        for split, shares in splits.items()
    )
    text = _WORDS_CARD.format(
        name=folder.name,
        commit=at_commit,
        command=f"python -m train words {command}",
        data_hash=data_hash(data.annotations, data.splits),
        words_hash=digest.hexdigest(),
        scores="\n".join(scores),
        labels=" | ".join(labels),
        rule=" | ".join("---:" for _ in labels),
        edges="\n".join(edges),
        **metrics["train"],
        **metrics["sample"],
    )
    (folder / CARD).write_text(text, encoding="utf-8")


def write_adopted(folder: Path, checkpoint: str, layers: int, origin: str) -> None:
    """Write README.md beside an encoder whose weights others trained."""
    card = _ADOPTED_CARD.format(
        name=folder.name, checkpoint=checkpoint, layers=layers, origin=origin
    )
    (folder / "README.md").write_text(card, encoding="utf-8")


def write_encoder(config: Config, config_path: Path, texts: dict[str, int]) -> None:
    """Write README.md beside a pretrained encoder. `texts`: file name → characters."""
    stems = {name: name.split(".")[0] for name in texts}
    times = {name: config.pretraining.repeat.get(stem, 1) for name, stem in stems.items()}
    origin = {name: config.pretraining.origin.get(stem, "") for name, stem in stems.items()}
    card = _ENCODER_CARD.format(
        name=config.output.name,
        config_path=config_path,
        config_hash=sha256(config_path),
        start=_start(config),
        before=_before(config),
        characters=sum(size * times[name] for name, size in texts.items()),
        texts="\n".join(
            f"- {name}: {size:,} × {times[name]}. {origin[name]}" for name, size in texts.items()
        ),
    )
    (config.output / CARD).write_text(card, encoding="utf-8")


def _start(config: Config) -> str:
    other = config.huggingface
    if other.name:
        return (
            f"`{other.name}` (revision {other.revision}), in windows of up to {other.window} tokens"
        )
    encoder = config.training.encoder
    return f"the encoder in `{encoder}`" if encoder else "random weights"


def _before(config: Config) -> str:
    """The card of the encoder that it started from, whose licence goes with it."""
    card = Path(config.training.encoder, CARD)
    if not config.training.encoder or not card.exists():
        return ""
    lines = card.read_text(encoding="utf-8").splitlines()
    return "\n".join(["", "## What it started from", *lines[1:]]) + "\n"


def encoder(model: Path) -> Path | None:
    """The folder of the encoder that the training of a model started from, by its card."""
    text = (model / CARD).read_text(encoding="utf-8")
    found = re.search(r"^\| start \| the encoder in `(.+)` \|", text, re.MULTILINE)
    return Path(found[1]) if found else None


def sha256(path: Path) -> str:
    """Of a file, in hexadecimal digits."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def data_hash(annotations: Path, splits: Path) -> str:
    """sha256 over the gold that a training reads, by name: train, and dev, which its scores are
    calibrated on. What waits for the next training and what only measures is no part of it."""
    digest = hashlib.sha256()
    for split in ("train", "dev"):
        for name in sorted(split_names(splits, split)):
            digest.update(f"{split}/{name}".encode())
            digest.update((annotations / f"{name}.inl").read_bytes())
    return digest.hexdigest()


def topics_hash(data: DataConfig) -> str:
    """sha256 over the gold topics that a training reads: those of the statements of train."""
    names = split_names(data.splits, "train")
    documents = (inline.read_file(data.annotations / f"{name}.inl") for name in names)
    lines = topic_gold.of(documents, data.annotations / topic_gold.GOLD).items()
    text = "\n".join("\t".join((*key, *topics)) for key, topics in lines)
    return hashlib.sha256(text.encode()).hexdigest()


def commit() -> str:
    """The commit that the trainer stands at, "-dirty" behind it where its checkout has changes;
    "unknown" where there is no git or no checkout."""
    describe = ["git", "-C", str(Path(__file__).parent), "describe", "--always", "--dirty"]
    try:
        described = subprocess.run(describe, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return "unknown"
    return described.stdout.strip() or "unknown"


def write(
    config: Config, config_path: Path, at_commit: str, documents: int, metrics: dict[str, Any]
) -> None:
    """Write README.md into the model folder. `metrics`: split → figures."""
    card = _CARD.format(
        name=config.output.name,
        config_path=config_path,
        commit=at_commit,
        config_hash=sha256(config_path),
        documents=documents,
        data_hash=data_hash(config.data.annotations, config.data.splits),
        topics=f"of the statements of train, sha256 {topics_hash(config.data)} of their gold"
        if config.model.topic_weight
        else "none",
        start=_start(config),
        seed=config.training.seed,
        precision=config.training.precision,
        figures=readme.block(metrics),
        encoder="\n`encoder.onnx` and `tokenizer.json` read the text."
        if config.huggingface.name
        else "",
    )
    (config.output / CARD).write_text(card, encoding="utf-8")


def write_foreign(
    config: Config,
    files: dict[str, Path],
    names: Names,
    counts: tuple[int, int],
    metrics: dict[str, Any],
) -> None:
    """Write README.md beside a model of another schema. `files`: option → file; `counts`: documents
    trained on and measured on; `metrics`: split → figures."""
    data = [(option, path) for option, path in files.items() if option != "schema"]
    card = _FOREIGN_CARD.format(
        name=config.output.name,
        labels=", ".join(names.labels),
        relations=f", and {', '.join(names.types)} between them" if names.types else "",
        command=f"python -m train {' '.join(f'--{option} {path}' for option, path in files.items())}",
        commit=commit(),
        schema=files["schema"],
        schema_hash=sha256(files["schema"]),
        data="\n".join(f"| {option} | `{path}`, sha256 {sha256(path)} |" for option, path in data),
        documents=counts[0],
        dev=counts[1],
        start=_start(config),
        seed=config.training.seed,
        precision=config.training.precision,
        figures=readme.block(metrics),
        prf="\n".join(_prf(metrics)),
        folder=config.output,
    )
    (config.output / CARD).write_text(card, encoding="utf-8")


def _prf(metrics: dict[str, Any]) -> Iterator[str]:
    """Precision, recall, F1 and the number of gold by label and type, a table a split."""
    for split, figures in metrics.items():
        yield f"\n| {split} | P | R | F1 | gold |\n| --- | ---: | ---: | ---: | ---: |"
        for part in PARTS.values():
            for name, row in figures[part].items():
                cells = (f"{row[key]:.3f}" for key in ("p", "r", "f1"))
                yield f"| {name} | {' | '.join(cells)} | {row['gold']} |"


def check(model: Path, data: DataConfig) -> list[PingyuError]:
    """Was the model made from the configuration and the corpus as they are now?"""
    path = model / CARD
    text = path.read_text(encoding="utf-8") if path.is_file() else ""
    made = re.search(r"python -m train (\S+)`", text)
    config_path = Path(made[1]) if made else Path("configs/small.cfg")
    now = {
        "config": sha256(config_path) if config_path.is_file() else "none",
        "data": data_hash(data.annotations, data.splits),
    }
    if re.search(r"^\| topics \|.*sha256", text, re.MULTILINE):
        now["topics"] = topics_hash(data)
    command = f"python -m train {config_path}"
    issues: list[PingyuError] = []
    for what, digest in now.items():
        line = re.search(rf"^\| {what} \|.*sha256 (\w+)", text, re.MULTILINE)
        values = {"path": str(path), "what": what, "command": command}
        if not line:
            issues.append(PingyuError("E614", **values))
        elif line[1] != digest:
            issues.append(PingyuError("E613", then=line[1][:8], now=digest[:8], **values))
    return issues
