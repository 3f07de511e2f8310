"""How many spans stay when a document is written another way.

Each document of a split is read again behind other text (1 to 3,000 characters of another document of
the split, and a blank line), in half-width punctuation, and in Traditional script (through the reader,
which makes it Simplified again). A span stays where both readings have it, by label and characters; the
share is of the spans that either has.

python benchmarks/invariance.py --split dev --model models/pingyu-small
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from opencc import OpenCC
from tqdm import tqdm

from pingyu.extract.extractor import Extractor
from pingyu.read.reader import read_bytes
from train.data import read_split

ANNOTATIONS = Path(__file__).parents[1] / "annotations"
HALF_WIDTH = str.maketrans("，；：！？（）％", ",;:!?()%")

Spans = set[tuple[str, int, int]]


def main() -> None:
    """Print the share of spans that stay, a line a change."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--split", default="test")
    parser.add_argument("--model", type=Path, help="default: the model that ships")
    options = parser.parse_args()
    gold = read_split(ANNOTATIONS, ANNOTATIONS / "splits.toml", options.split).values()
    shares = measure(Extractor.load(options.model), [document.text for document in gold])
    for change, (same, either) in shares.items():
        print(f"{change:12} {same / max(1, either):.4f} of {either:,} spans stay")


def measure(extractor: Extractor, texts: list[str]) -> dict[str, tuple[int, int]]:
    """Change → spans that both readings have, spans that either has."""
    rng = np.random.default_rng(0)
    others = [texts[n] for n in rng.permutation(len(texts)).tolist()]
    to_traditional = OpenCC("s2t").convert
    counts = dict.fromkeys(("preceded", "half-width", "traditional"), (0, 0))
    for text, other in tqdm(list(zip(texts, others, strict=True)), unit="doc", disable=None):
        before = other[: int(rng.integers(1, 3001))] + "\n\n"
        traditional = read_bytes(to_traditional(text).encode()).simplified
        plain = read_bytes(text.encode()).simplified
        readings: dict[str, tuple[Spans, Spans]] = {
            "preceded": (spans(extractor, text), spans(extractor, before + text, len(before))),
            "half-width": (spans(extractor, text), spans(extractor, text.translate(HALF_WIDTH))),
            "traditional": (spans(extractor, plain), spans(extractor, traditional)),
        }
        for change, (one, two) in readings.items():
            same, either = counts[change]
            counts[change] = same + len(one & two), either + len(one | two)
    return counts


def spans(extractor: Extractor, text: str, begin: int = 0) -> Spans:
    """The spans of a text from character `begin` on, counted from there."""
    found = extractor.extract(text).spans
    return {(s.label, s.start - begin, s.end - begin) for s in found if s.start >= begin}


if __name__ == "__main__":
    main()
