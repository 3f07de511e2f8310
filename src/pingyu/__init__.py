"""pingyu (评语): Chinese review texts → units, achievements, ranks and deficiency areas.

import pingyu
nlp = pingyu.load()
doc = nlp("清河区引进企业四十二家，数量居全市第二，但在扬尘治理等方面仍存不足。")
doc.spans["pingyu"], doc._.relations, doc._.reviews
"""

from __future__ import annotations

from typing import TYPE_CHECKING

__version__ = "0.1.0"

if TYPE_CHECKING:
    from pathlib import Path

    from spacy.language import Language


def load(model: str | Path | None = None, *, words: str = "char", threads: int = 1) -> Language:
    """A spaCy pipeline with the component `pingyu`.

    `model`: a model folder (default: the one that ships). `words`: what the tokens are, "char",
    "jieba" or "pkuseg"; spans are the same by character under all. Raises PingyuError E301–E303, E305, E306.
    """
    from pingyu.words import blank

    nlp = blank(words)
    config = {"model": str(model) if model else None, "threads": threads, "split_tokens": True}
    nlp.add_pipe("pingyu", config=config)
    return nlp
