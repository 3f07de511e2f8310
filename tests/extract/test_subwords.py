"""Which token's state each character takes, whatever the tokenizer folds, splits or drops."""

import json
import sys
import unicodedata
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

from pingyu.errors import PingyuError
from pingyu.extract.subwords import (
    NOWHERE,
    Subwords,
    furthest_from_an_edge,
    letters,
    window_starts,
)

SPECIALS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"]
KNOWN = "区全市第一位，。0129abezｆ％%"
BYTES = sorted(pre_tokenizers.ByteLevel.alphabet())


def _ends(tokenizer):
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    tokenizer.add_special_tokens(SPECIALS)
    return tokenizer


def _word_pieces():
    """Lower case, marks taken off, blanks and control characters dropped: BERT."""
    tokens = [*SPECIALS, *KNOWN, *(f"##{c}" for c in KNOWN), "全市", "ab"]
    vocabulary = {t: n for n, t in enumerate(tokens)}
    tokenizer = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    return _ends(tokenizer)


def _sentence_pieces():
    """NFKC, line ends to blanks, a mark before each word, words as pieces: XLM-R, T5."""
    pieces = [(token, 0.0) for token in SPECIALS]
    pieces += [(token, -2.0) for token in ("▁", *KNOWN, "全市", "第一", "▁ab")]
    tokenizer = Tokenizer(models.Unigram(pieces, unk_id=1, byte_fallback=False))
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.NFKC(), normalizers.Replace("\n", " ")]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    return _ends(tokenizer)


def _byte_pairs():
    """Bytes, none of them merged: RoBERTa, ModernBERT."""
    tokens = {t: n for n, t in enumerate([*SPECIALS, *BYTES])}
    tokenizer = Tokenizer(models.BPE(tokens, []))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    return _ends(tokenizer)


def _bare():
    """No token before or behind the text, and none for blanks."""
    tokens = {t: n for n, t in enumerate([*SPECIALS, *KNOWN])}
    tokenizer = Tokenizer(models.WordLevel(tokens, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.WhitespaceSplit(),
            pre_tokenizers.Split("", "isolated"),
        ]
    )
    return tokenizer


TOKENIZERS = {
    make.__name__: make() for make in (_word_pieces, _sentence_pieces, _byte_pairs, _bare)
}
ODD = st.lists(
    st.one_of(
        st.text(max_size=6),
        st.text(alphabet=KNOWN + "AB ", max_size=8),
        st.sampled_from(
            ["[SEP]", "[CLS]区", "<s>", "</s>", "𠮷", "😀", "👨‍👩‍👧", "a\u0301", "E\u0301\u0301", "ﬁ", "㎡", "①",
             "\u3000", "\xa0", "\t", "\r\n", "\n\n", "  ", "\x00", "\ufeff", "\u200b", "İ", "ß", "Σς", "８％",
             "１２", "가", "\u1100\u1161", "が", "か\u3099", "㍿", "2023年", "GDP", "a" * 120, "區", "�"]
        ),
    ),
    min_size=1,
).map("".join).filter(bool)  # fmt: skip


def _codes(text):
    return np.frombuffer(text.encode("utf-32-le"), dtype=np.uint32).astype(np.int64)


def _ids(subwords, text):
    """Each character's token, None where it has none."""
    pieces = subwords.pieces(_codes(text))
    assert pieces.places.shape == (len(text),)
    flat = pieces.tokens.reshape(-1).tolist()
    return [None if p == NOWHERE else flat[p - 1] for p in pieces.places.tolist()]


@pytest.mark.parametrize("name", TOKENIZERS)
@settings(deadline=None)
@given(text=ODD, window=st.integers(6, 40), overlap=st.integers(0, 3))
def test_a_character_takes_the_last_token_that_covers_it(name, text, window, overlap):
    tokenizer = TOKENIZERS[name]
    subwords = Subwords(tokenizer.to_str().encode(), window, overlap)
    tokenizer.encode_special_tokens = True
    encoding = tokenizer.encode(text, add_special_tokens=False)
    wanted = [None] * len(text)
    for token, (start, end) in zip(encoding.ids, encoding.offsets, strict=True):
        wanted[start:end] = [token] * (end - start)
    assert _ids(subwords, text) == wanted


@settings(deadline=None)
@given(text=ODD)
def test_bytes_are_those_of_the_character(text):
    subwords = Subwords(TOKENIZERS["_byte_pairs"].to_str().encode(), 16, 4)
    alphabet = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    for character, token in zip(text, _ids(subwords, text), strict=True):
        last = alphabet.pre_tokenize_str(character)[0][0][-1]
        assert token == len(SPECIALS) + BYTES.index(last)


@settings(deadline=None)
@given(text=ODD)
def test_word_pieces_are_those_of_the_character(text):
    tokenizer = TOKENIZERS["_word_pieces"]
    subwords = Subwords(tokenizer.to_str().encode(), 16, 4)
    unknown = SPECIALS.index("[UNK]")
    for character, token in zip(text, _ids(subwords, text), strict=True):
        if "\u4e00" <= character <= "\u9fff":
            known = tokenizer.token_to_id(character)
            assert token == (unknown if known is None else known)
        elif character in "，。%％":
            assert token == tokenizer.token_to_id(character)
        elif character.isspace() or unicodedata.category(character) == "Mn":
            assert token in (None, unknown)
        elif character.isascii() and character.isalnum() and token != unknown:
            written = tokenizer.id_to_token(token).removeprefix("##")
            assert character.lower() in written


@settings(deadline=None)
@given(text=ODD)
def test_sentence_pieces_hold_the_character(text):
    tokenizer = TOKENIZERS["_sentence_pieces"]
    subwords = Subwords(tokenizer.to_str().encode(), 16, 4)
    for character, token in zip(text, _ids(subwords, text), strict=True):
        if token is not None and token >= len(SPECIALS) and character.isprintable():
            folded = unicodedata.normalize("NFKC", character).replace(" ", "▁")
            piece = tokenizer.id_to_token(token)
            assert piece in ("▁", folded) or folded[-1] in piece or folded[0] in piece


@settings(deadline=None)
@given(tokens=st.integers(0, 300), room=st.integers(2, 60), data=st.data())
def test_a_token_is_read_where_it_stands_furthest_from_an_edge(tokens, room, data):
    overlap = data.draw(st.integers(0, room - 1))
    starts = window_starts(tokens, room, overlap)
    size = min(room, tokens)
    assert starts[0] == 0
    assert starts[-1] + size == tokens
    assert all(a < b <= a + room - overlap for a, b in pairwise(starts.tolist()))

    def to_an_edge(token, start):
        if not start <= token < start + size:
            return -1
        left = token - start if start else tokens
        return min(left, start + size - 1 - token if start + size < tokens else tokens)

    found = furthest_from_an_edge(tokens, starts, size)
    for token in range(tokens):
        distances = [to_an_edge(token, start) for start in starts.tolist()]
        assert distances[found[token]] == max(distances)


def test_states_reach_their_characters_from_every_window():
    text = "全市第一，\n区全市位。" * 30
    subwords = Subwords(TOKENIZERS["_word_pieces"].to_str().encode(), 16, 4)
    pieces = subwords.pieces(_codes(text))
    assert len(pieces.tokens) > 16
    ids = [0 if token is None else token for token in _ids(subwords, text)]
    states = letters(pieces, lambda tokens: np.stack([tokens, -tokens], -1).astype(np.float32))
    assert states.tolist() == [[n, -n] for n in ids]
    assert ids[5] == 0


def test_a_tokenizer_that_cuts_and_fills_up_does_neither_here():
    tokenizer = _word_pieces()
    tokenizer.enable_truncation(4)
    tokenizer.enable_padding(length=64)
    subwords = Subwords(tokenizer.to_str().encode(), 16, 4)
    assert None not in _ids(subwords, "全市第一位" * 9)


def test_a_text_without_tokens_is_one_window():
    for name, tokens in {"_word_pieces": [[2, 3]], "_bare": [[0]]}.items():
        pieces = Subwords(TOKENIZERS[name].to_str().encode(), 16, 4).pieces(_codes(" \n"))
        assert pieces.tokens.tolist() == tokens
        assert pieces.places.tolist() == [NOWHERE, NOWHERE]


def test_windows_too_small_for_their_overlap_are_refused():
    with pytest.raises(PingyuError, match=r"E304.*overlap of 14.*windows of 16"):
        Subwords(TOKENIZERS["_word_pieces"].to_str().encode(), 16, 14)


def test_without_the_library_the_error_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "tokenizers", None)
    with pytest.raises(PingyuError, match=r"E303.*pip install 'pingyu\[encoder\]'"):
        Subwords(json.dumps({}).encode(), 16, 4)
