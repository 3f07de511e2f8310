"""What interpretation costs beside extraction: python benchmarks/interpret.py

Processor time of one thread on every twelfth training document, and of loading.
"""

import time
from pathlib import Path

from pingyu.extract.extractor import Extractor
from train.data import read_split

ANNOTATIONS = Path(__file__).parents[1] / "annotations"


def main() -> None:
    """Print milliseconds for 1,000 characters."""
    began = time.process_time()
    from pingyu.interpret.review import interpret

    loading = time.process_time() - began
    documents = read_split(ANNOTATIONS, ANNOTATIONS / "splits.toml", "train")
    texts = [document.text for document in documents.values()][::12]
    extractor = Extractor.load()
    began = time.process_time()
    interpret(extractor.extract(texts[0]), texts[0])  # the first call compiles what is left
    first = time.process_time() - began
    extracting = interpreting = 0.0
    for text in texts:
        began = time.process_time()
        document = extractor.extract(text)
        extracted = time.process_time()
        interpret(document, text)
        interpreting += time.process_time() - extracted
        extracting += extracted - began
    thousands = sum(map(len, texts)) / 1000
    print(f"loading interpretation: {loading:.2f} s, first document: {first:.2f} s")
    print(f"{thousands:.0f},000 characters in {len(texts)} documents")
    print(f"extraction     {1000 * extracting / thousands:6.2f} ms / 1,000 characters")
    print(
        f"interpretation {1000 * interpreting / thousands:6.2f} ms ({interpreting / extracting:.1%})"
    )


if __name__ == "__main__":
    main()
