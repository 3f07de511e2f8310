"""Command line of the trainer.

python -m train configs/small.cfg [--section.key value …] [--resume]
python -m train pretrain configs/pretrain.cfg TEXTS [--section.key value …] [--resume]
python -m train sweep configs/sweeps/learning-curve.cfg [--extra GOLD …]
python -m train check
python -m train describe
python -m train export --format doccano|spacy|bio [--split train] -o FILE
"""

from __future__ import annotations

import argparse
import logging
import sys
from pathlib import Path

from pingyu.errors import PingyuError
from train import config


def main(arguments: list[str] | None = None) -> int:
    """Run a command; → exit status."""
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stderr)
    words = list(sys.argv[1:] if arguments is None else arguments)
    commands = {
        "pretrain": _pretrain,
        "sweep": _sweep,
        "check": _check,
        "describe": _describe,
        "export": _export,
    }
    run = commands[words.pop(0)] if words and words[0] in commands else _train
    try:
        return run(words)
    except PingyuError as error:
        print(error, file=sys.stderr)
        return 1


def _parser(prog: str, description: str, example: str) -> argparse.ArgumentParser:
    return argparse.ArgumentParser(
        prog=f"python -m train{prog}",
        description=description,
        epilog=f"example:\n  {example}\n\nother commands: pretrain, sweep, check, describe, export (each has --help)",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )


def _train(words: list[str]) -> int:
    parser = _parser(
        "",
        "Train a model from the corpus; any key of the configuration can be set as "
        "--section.key value.",
        "python -m train configs/small.cfg --training.epochs 5 --output /tmp/m",
    )
    parser.add_argument("config", type=Path)
    parser.add_argument("--resume", action="store_true", help="go on where a run was cut off")
    known, overrides = parser.parse_known_args(words)
    from train.trainer import train

    metrics = train(config.load(known.config, overrides), known.config, known.resume)
    for part in ("spans", "relations"):
        print(
            f"{part:10} dev  P {metrics[part]['p']:.3f}  R {metrics[part]['r']:.3f}  F1 {metrics[part]['f1']:.3f}"
        )
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
    parser.add_argument("--split", choices=("train", "dev", "test"), default="train")
    parser.add_argument("-o", "--output", type=Path, required=True)
    known = parser.parse_args(words)
    from train.formats import export

    count = export(known.format, known.split, known.output)
    print(f"{count} documents written to {known.output}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
