"""The tokens of a pipeline: characters, or words of jieba or of pkuseg with the model that ships."""

from __future__ import annotations

import logging
import warnings
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import spacy
from spacy.language import Language

from pingyu.errors import PingyuError
from pingyu.shipped import default_folder

CHAR, JIEBA, PKUSEG = SEGMENTERS = ("char", "jieba", "pkuseg")
MODEL = "words-pkuseg"
FEATURES, WEIGHTS = FILES = ("features.msgpack", "weights.npz")
_PACKAGES = {JIEBA: ("jieba", "jieba"), PKUSEG: ("spacy_pkuseg", "spacy-pkuseg")}


def blank(segmenter: str, folder: Path | None = None) -> Language:
    """An empty Chinese pipeline whose tokens are those of `segmenter`, one of SEGMENTERS.

    `folder`: the model of pkuseg (default: the one that ships). Raises PingyuError E301, E305, E306.
    """
    if segmenter not in SEGMENTERS:
        raise PingyuError("E305", found=segmenter, known=", ".join(SEGMENTERS))
    if segmenter in _PACKAGES:
        module, package = _PACKAGES[segmenter]
        if not find_spec(module):
            raise PingyuError("E306", found=segmenter, package=package)
    if segmenter == JIEBA:
        import_jieba()
    nlp = spacy.blank("zh", config={"nlp": {"tokenizer": {"segmenter": segmenter}}})
    if segmenter == PKUSEG:
        _load_pkuseg(nlp, folder or default_folder(MODEL))
    return nlp


def _load_pkuseg(nlp: Language, folder: Path) -> None:
    missing = [name for name in FILES if not (folder / name).is_file()]
    if missing:
        raise PingyuError("E301", path=str(folder), missing=", ".join(missing))
    tokenizer: Any = nlp.tokenizer
    tokenizer.initialize(pkuseg_model=str(folder))
    # by default pkuseg joins again what its own dictionary has as one word, against WORDS.md
    joiner = tokenizer.pkuseg_seg.postprocesser
    joiner.do_process, joiner.common_words, joiner.other_words = False, set(), set()


def import_jieba() -> Any:
    """The module, whose version 0.42 else warns of pkg_resources and reports that it loads."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import jieba
    jieba.setLogLevel(logging.WARNING)
    return jieba
