"""Encoders of transformers, pretrained by others, in place of the network's own.

Any model that `AutoModel` loads and that gives a state for each token will do, with a tokenizer
that the library tokenizers can run by itself: that one reads the text here as at run time.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from pingyu.errors import PingyuError
from pingyu.extract.encode import Ints
from pingyu.extract.subwords import FILLER, NOWHERE, Pieces, Subwords
from train.config import HuggingFaceConfig

LARGEST = 2_000_000_000  # bytes of weights in 32 bits that one ONNX file can hold


class HuggingFace(nn.Module):
    """Tokens in windows → their states."""

    def __init__(self, model: Any, subwords: Subwords) -> None:
        super().__init__()
        self.model, self.subwords = model, subwords
        self.width: int = self._states(torch.zeros(1, subwords.window, dtype=torch.long)).shape[-1]

    def forward(self, tokens: Tensor) -> Tensor:
        """(W, L) tokens of pingyu.extract.subwords.Pieces → (W, L, D)."""
        states: Tensor = self.model(
            input_ids=tokens.clamp(min=0), attention_mask=(tokens != FILLER).long()
        ).last_hidden_state
        return states

    @torch.no_grad()
    def _states(self, tokens: Tensor) -> Tensor:
        states: Tensor = self.eval()(tokens)
        self.train()
        return states


def letters(states: Tensor, places: Tensor) -> Tensor:
    """(W, L, D) states at places of any shape → (…, D); zeros NOWHERE."""
    flat = states.flatten(0, 1)
    return torch.cat([torch.zeros_like(flat[:1]), flat])[places]


def load(config: HuggingFaceConfig) -> HuggingFace:
    """The encoder that `config` names. Raises PingyuError E304, E421, E422."""
    from transformers import AutoModel, AutoTokenizer  # seconds that other commands can do without

    where: dict[str, Any] = {"revision": config.revision}
    if Path(config.name).is_dir():
        where = {"local_files_only": True}
    with _told("E421", config.name):
        model: Any = AutoModel.from_pretrained(config.name, dtype=torch.float32, **where)
        if hasattr(model, "decoder"):
            model = model.get_encoder()
        size = 4 * sum(weight.numel() for weight in model.parameters())
        if size > LARGEST:
            raise ValueError(f"{size:,} bytes of weights, of which {LARGEST:,} can be exported")
        fast = AutoTokenizer.from_pretrained(config.name, **where)
    with _told("E422", config.name):
        tokenizer = fast.backend_tokenizer.to_str().encode()
        rows = model.get_input_embeddings().num_embeddings
        if len(fast) > rows:
            raise ValueError(f"it has {len(fast)} tokens, the weights {rows}")
        window = min(config.window, _positions(model))
        shares = config.overlap if window == config.window else min(config.overlap, window // 4)
        subwords = Subwords(tokenizer, window, shares)
    with _told("E421", config.name):
        return HuggingFace(model, subwords)


@contextmanager
def _told(code: str, name: str) -> Iterator[None]:
    """Whatever goes wrong inside, as a PingyuError: the libraries raise errors of all kinds."""
    try:
        yield
    except PingyuError:
        raise
    except Exception as error:
        reason = (str(error).splitlines() or [type(error).__name__])[0]
        raise PingyuError(code, name=name, reason=reason) from error


def _positions(model: Any) -> int:
    """How many tokens the encoder can read at once, as far as its tables tell."""
    for name, module in model.named_modules():
        if name.endswith("position_embeddings") and isinstance(module, nn.Embedding):
            unused = 0 if module.padding_idx is None else module.padding_idx + 1
            return module.num_embeddings - unused
    limit: int = getattr(model.config, "max_position_embeddings", None) or 0
    return limit if limit > 0 else 1_000_000


def inputs(chars: Tensor, pieces: Sequence[Pieces]) -> dict[str, Tensor]:
    """A batch's tokens and places, its texts in the order in which their characters stand in
    `chars` (0 where there is none), however that is laid out."""
    longest = max(p.tokens.shape[1] for p in pieces)
    rows = [
        np.pad(p.tokens, ((0, 0), (0, longest - p.tokens.shape[1])), constant_values=FILLER)
        for p in pieces
    ]
    found: list[Ints] = []
    windows = 0
    for p in pieces:
        window, at = np.divmod(p.places - 1, p.tokens.shape[1])
        moved = 1 + (window + windows) * longest + at
        found.append(np.where(p.places == NOWHERE, NOWHERE, moved))
        windows += len(p.tokens)
    places = torch.zeros_like(chars)
    places[chars != 0] = torch.from_numpy(np.concatenate(found))
    return {"tokens": torch.from_numpy(np.concatenate(rows)), "places": places}
