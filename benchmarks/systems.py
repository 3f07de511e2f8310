"""The systems that are compared: each loads in a process of its own and takes a text.

python benchmarks/systems.py pingyu FILE   # loads one, reads the file: what a cold start is
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pingyu.extract.extractor import Extractor

Run = Callable[..., Any]  # takes a text; pingyu also what is called after each window
ROOT = Path(__file__).resolve().parents[1]
MODEL = ROOT / "models" / "pingyu-small"
STOCK = ROOT / "runs" / "stock" / "model" / "model-best"
EXPORTS = ROOT / "runs" / "exports"  # the model that ships in other precisions (see exports.py)
BERT_WINDOW = 510


def _reading(extractor: Extractor) -> Run:
    from pingyu.interpret.review import interpret

    def run(text: str, *progress: Callable[[int, int], object]) -> Any:
        document = extractor.extract(text, *progress)
        interpret(document, text)
        return document

    return run


def _pingyu(folder: Path) -> Run:
    from pingyu.extract.extractor import Extractor

    return _reading(Extractor.load(folder))


def _torch(folder: Path) -> Run:
    import numpy as np
    import torch
    from exports import network

    from pingyu.extract.extractor import Extractor

    torch.set_num_threads(1)
    model, _, _ = network(folder)

    class Tagger:
        def run(self, _: None, arrays: dict[str, Any], *options: Any) -> list[Any]:
            inputs = (torch.from_numpy(np.ascontiguousarray(a)) for a in arrays.values())
            with torch.inference_mode():
                return [out.numpy() for out in model.tag(*inputs)]

    extractor = Extractor.load(folder)
    extractor._tagger = Tagger()
    return _reading(extractor)


def _stock(folder: Path) -> Run:
    import spacy
    from stock import to_document

    nlp = spacy.load(folder)
    return lambda text: to_document(nlp(text))


def _ngrams(_: Path) -> Run:
    """`spancat` over all stretches of 1 to 60 characters, untrained: the work is the same."""
    import spacy

    nlp = spacy.blank("zh")
    nlp.add_pipe("tok2vec")
    listener = {"@architectures": "spacy.Tok2VecListener.v1", "width": 96}
    nlp.add_pipe("ner", config={"model": {"tok2vec": listener}}).add_label("UNIT")
    sizes = {"@misc": "spacy.ngram_range_suggester.v1", "min_size": 1, "max_size": 60}
    spancat = nlp.add_pipe("spancat", config={"suggester": sizes, "model": {"tok2vec": listener}})
    for label in ("ACHIEVEMENT", "DEFICIENCY", "RANK"):
        spancat.add_label(label)
    nlp.initialize()
    return nlp


def _bert(_: Path) -> Run:
    """Random weights, so what it says means nothing."""
    import torch
    from transformers import BertConfig, BertModel

    torch.set_num_threads(1)
    torch.manual_seed(0)
    model = BertModel(BertConfig(vocab_size=21_128), add_pooling_layer=False).eval()

    def run(text: str) -> Any:
        ids = torch.tensor([ord(c) % 21_128 for c in text])
        with torch.inference_mode():
            return [model(piece[None]).last_hidden_state for piece in ids.split(BERT_WINDOW)]

    return run


# name → how to load it, and the folder that it loads (None: nothing is stored)
SYSTEMS: dict[str, tuple[Callable[[Path], Run], Path | None]] = {
    "pingyu": (_pingyu, MODEL),
    "pingyu, exported anew": (_pingyu, EXPORTS / "int8"),
    "pingyu, ONNX float32": (_pingyu, EXPORTS / "float32"),
    "pingyu, torch float32": (_torch, MODEL),
    "spaCy ner + span_finder + spancat": (_stock, STOCK),
    "spaCy ner + spancat of n-grams": (_ngrams, None),
    "BERT-base shape, torch float32": (_bert, None),
}
EXPORTED = ("pingyu", "pingyu, exported anew")  # the two that are looked at more closely


def load(name: str) -> Run:
    """A system, ready to take texts."""
    how, folder = SYSTEMS[name]
    return how(folder or ROOT)


def there(name: str) -> bool:
    """Are the files there that it loads? (See exports.py and stock.py for those that are made.)"""
    folder = SYSTEMS[name][1]
    return folder is None or folder.is_dir()


def size(name: str) -> int | None:
    """Bytes of the files that it loads."""
    folder = SYSTEMS[name][1]
    return sum(f.stat().st_size for f in folder.rglob("*") if f.is_file()) if folder else None


if __name__ == "__main__":
    load(sys.argv[1])(Path(sys.argv[2]).read_text(encoding="utf-8"))
    print("done", flush=True)
