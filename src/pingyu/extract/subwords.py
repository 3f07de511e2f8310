"""Characters → the tokens of a sub-word encoder, in windows, and which state each character takes.

A tokenizer tells which characters a token covers, through whatever it folds, splits or drops; a
character takes the state of the last token that covers it (before a word, SentencePiece has a token
that covers its first character too; of an emoji in bytes every token covers it). Blanks that it
drops, and marks that it folds into another character, have no state of their own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pingyu.errors import PingyuError
from pingyu.extract.encode import Ints

FILLER = -1  # behind the last token of a window that is shorter than the others
NOWHERE = 0  # the place of a character that no token covers
AT_ONCE = 8  # windows that the encoder reads together
_SAMPLE = "一"


@dataclass(frozen=True, slots=True)
class Pieces:
    """A text of T characters in W windows of up to L tokens.

    tokens (W, L) ids, FILLER behind the last of a window
    places (T,) 1 + index of the character's state, where those of all windows lie end to end; or
           NOWHERE
    """

    tokens: Ints
    places: Ints


class Subwords:
    """A tokenizer of the library `tokenizers`, and how its tokens are cut into windows.

    `window`: tokens of a window, with those that the encoder wants around them; neighbouring
    windows have at least `overlap` tokens in common.
    """

    def __init__(self, tokenizer: bytes, window: int, overlap: int) -> None:
        """`tokenizer`: a tokenizer.json. Raises PingyuError E303 where the library is missing, E304
        where the windows are too small."""
        try:
            from tokenizers import Tokenizer
        except ImportError as error:
            raise PingyuError("E303") from error
        self.json, self.window, self.overlap = tokenizer, window, overlap
        self._tokenizer = Tokenizer.from_buffer(tokenizer)
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        self._tokenizer.encode_special_tokens = True  # "[SEP]" in a text is five characters
        sample = self._tokenizer.encode(_SAMPLE)
        inner = [n for n, special in enumerate(sample.special_tokens_mask) if not special]
        self._before, self._after = sample.ids[: inner[0]], sample.ids[inner[-1] + 1 :]
        self._room = window - len(self._before) - len(self._after)
        if not 0 <= overlap < self._room:
            raise PingyuError("E304", window=window, overlap=overlap)

    def pieces(self, codes: Ints) -> Pieces:
        """Of a text that is not empty, as (T,) code points."""
        text = codes.astype(np.uint32).tobytes().decode("utf-32-le")
        encoding = self._tokenizer.encode(text, add_special_tokens=False)
        covering = np.full(len(codes), -1, dtype=np.int64)
        for n, (start, end) in enumerate(encoding.offsets):
            covering[start:end] = n
        ids = np.array(encoding.ids, dtype=np.int64)
        starts = window_starts(len(ids), self._room, self.overlap)
        size = min(self._room, len(ids))
        rows = [[*self._before, *ids[start : start + size], *self._after] for start in starts]
        tokens = np.array(rows, dtype=np.int64)
        if not tokens.size:  # neither tokens nor any around them: an encoder wants one
            return Pieces(np.zeros((1, 1), np.int64), np.full(len(codes), NOWHERE))
        window = furthest_from_an_edge(len(ids), starts, size)
        at = np.arange(len(ids)) - starts[window] + len(self._before)
        places = np.append(1 + window * tokens.shape[1] + at, NOWHERE)
        return Pieces(tokens, places[covering])


def window_starts(tokens: int, room: int, overlap: int) -> Ints:
    """Where the windows of `room` tokens begin: as few as `overlap` allows, spread evenly, the first
    and the last at the ends of the text. A text of up to `room` tokens is one window."""
    if tokens <= room:
        return np.zeros(1, np.int64)
    count = -(-(tokens - overlap) // (room - overlap))
    return np.arange(count) * (tokens - room) // (count - 1)


def furthest_from_an_edge(tokens: int, starts: Ints, size: int) -> Ints:
    """(tokens,): the window in which each token has most tokens between itself and the nearer edge
    behind which the text goes on; of two alike the first."""
    meets = (starts[:-1] + size - 1 + starts[1:]) // 2  # last token that the earlier of two takes
    return np.searchsorted(meets, np.arange(tokens))


def letters(pieces: Pieces, encoder: Callable[[Ints], NDArray[np.float32]]) -> NDArray[np.float32]:
    """(T, D): the state of each character, zeros NOWHERE. `encoder`: (w, L) tokens → (w, L, D)."""
    rows = range(0, len(pieces.tokens), AT_ONCE)
    states = np.concatenate([encoder(pieces.tokens[n : n + AT_ONCE]) for n in rows])
    flat = states.reshape(-1, states.shape[-1])
    return np.concatenate([np.zeros_like(flat[:1]), flat])[pieces.places]
