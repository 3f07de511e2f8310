"""The transformer over characters, the part of the network with pretrained weights, and the blocks
that it shares with the rest (train.model)."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn.functional import dropout, gelu, pad

from train.config import ModelConfig


def _own_precision(x: Tensor) -> torch.autocast:
    """Softmax and norms in the precision of `x`, where autocast would copy to 32 bits and back; their
    sums are kept in 32 bits in any case."""
    return torch.autocast(x.device.type, enabled=False)


class Norm(nn.LayerNorm):
    """Layer norm in the precision of its input."""

    def forward(self, x: Tensor) -> Tensor:
        """(…, D) → the same."""
        with _own_precision(x):
            return super().forward(x)


class ChannelDropout(nn.Module):
    """Dropout of whole channels of a text: one mask for all positions (Gal and Ghahramani 2016),
    which also draws a thousand times fewer random numbers."""

    def __init__(self, rate: float) -> None:
        super().__init__()
        self.rate = rate

    def forward(self, x: Tensor) -> Tensor:
        """(B, T, D) → the same."""
        if not self.training or not self.rate:
            return x
        return x * dropout(torch.ones_like(x[:, :1]), self.rate)


class Attention(nn.Module):
    """Self-attention of each character to those at most BLOCK before and after it.

    Positions enter by rotation (Su et al. 2021, «RoFormer»), so what a character sees does not
    depend on where its window begins. The text is cut into blocks of BLOCK characters, each of which
    looks at itself and its two neighbours (Beltagy et al. 2020, «Longformer»).
    """

    BLOCK = 64

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.project = nn.Linear(width, 3 * width)
        self.out = nn.Linear(width, width)

    def forward(self, x: Tensor, rotation: tuple[Tensor, Tensor], mask: Tensor) -> Tensor:
        """(B, N·BLOCK, D) → the same; `mask` (B·N, 1, BLOCK, 3·BLOCK): 0 where a character may be
        seen, far below it elsewhere."""
        batch, length, width = x.shape
        q, k, v = self.project(x).view(batch, length, 3, self.heads, -1).unbind(2)
        q, k = _rotate(q, rotation), _rotate(k, rotation)
        q = q.reshape(-1, self.BLOCK, self.heads, width // self.heads)
        scores = q.transpose(1, 2) @ self._around(k).transpose(-1, -2)
        scale = (width // self.heads) ** -0.5
        weights = torch.add(mask.to(scores.dtype), scores, alpha=scale)
        with _own_precision(x):
            weights = weights.softmax(-1)
        seen = weights @ self._around(v)
        out: Tensor = self.out(seen.transpose(1, 2).reshape(batch, length, width))
        return out

    def _around(self, x: Tensor) -> Tensor:
        """(B, N·BLOCK, H, D) → (B·N, H, 3·BLOCK, D): each block between its neighbours."""
        edge = torch.zeros_like(x[:, : self.BLOCK])
        padded = torch.cat([edge, x, edge], 1).view(len(x), -1, self.BLOCK, *x.shape[2:])
        three = torch.cat([padded[:, :-2], padded[:, 1:-1], padded[:, 2:]], 2)
        return three.flatten(0, 1).transpose(1, 2)


def _rotate(x: Tensor, rotation: tuple[Tensor, Tensor]) -> Tensor:
    """(B, T, H, D) turned by the angles of their places, neighbouring channels paired."""
    cos, sin = (part.to(x.dtype) for part in rotation)
    pairs = x.view(*x.shape[:-1], -1, 2)
    turned = torch.stack([-pairs[..., 1], pairs[..., 0]], -1).flatten(-2)
    return x * cos + turned * sin


class Layer(nn.Module):
    """A transformer layer with its norms after the sums, as BERT has them."""

    def __init__(self, width: int, heads: int, rate: float) -> None:
        super().__init__()
        self.attention = Attention(width, heads)
        self.attention_norm = Norm(width, eps=1e-12)
        self.widen = nn.Linear(width, 4 * width)
        self.narrow = nn.Linear(4 * width, width)
        self.norm = Norm(width, eps=1e-12)
        self.dropout = ChannelDropout(rate)

    def forward(self, x: Tensor, rotation: tuple[Tensor, Tensor], mask: Tensor) -> Tensor:
        """(B, T, D) → the same."""
        seen = self.attention(x, rotation, mask)
        x = self.attention_norm(x + self.dropout(seen))
        out: Tensor = self.norm(x + self.dropout(self.narrow(gelu(self.widen(x)))))
        return out


class Transformer(nn.Module):
    """Characters → states that know their surroundings: the part with pretrained weights."""

    def __init__(self, config: ModelConfig, characters: int) -> None:
        super().__init__()
        self.width = config.char_width
        self.head_width = config.char_width // config.heads
        self.characters = nn.Embedding(characters, config.char_width, padding_idx=0)
        self.norm = Norm(config.char_width, eps=1e-12)
        self.dropout = ChannelDropout(config.dropout)
        self.layers = nn.ModuleList(
            Layer(config.char_width, config.heads, config.dropout) for _ in range(config.layers)
        )
        nn.init.normal_(self.characters.weight, std=0.02)

    def forward(self, chars: Tensor, texts: Tensor | None = None) -> Tensor:
        """(B, T) → (B, T, D). `texts` (B, T): the text of each character, which sees no other."""
        length, block = chars.shape[1], Attention.BLOCK
        rest = (0, (block - length % block) % block)
        chars = pad(chars, rest)
        x = self.dropout(self.norm(self.characters(chars)))
        rotation = self._rotation(chars.shape[1])
        mask = self._mask(chars, None if texts is None else pad(texts, rest))
        for layer in self.layers:
            x = layer(x, rotation, mask)
        states: Tensor = x[:, :length]
        return states

    def _rotation(self, length: int) -> tuple[Tensor, Tensor]:
        """Cosine and sine (1, T, 1, D) of each place's angles."""
        speeds = 10000 ** (-torch.arange(0, self.head_width, 2) / self.head_width)
        angles = torch.arange(length).unsqueeze(-1) * speeds.repeat_interleave(2)
        return angles.cos()[None, :, None], angles.sin()[None, :, None]

    def _mask(self, chars: Tensor, texts: Tensor | None) -> Tensor:
        block = Attention.BLOCK
        distance = torch.arange(3 * block) - block - torch.arange(block).unsqueeze(1)
        near = distance.abs() <= block
        seen = near & self._three(chars != 0)[:, None, :]
        if texts is not None:
            seen = seen & (self._three(texts)[:, None, :] == texts.view(-1, block, 1))
        # a padded character sees itself, or its row would have no sum
        return torch.where(seen | (distance == 0), 0.0, -1e4)[:, None]

    def _three(self, x: Tensor) -> Tensor:
        """(B, N·BLOCK) → (B·N, 3·BLOCK): each block between its neighbours."""
        block = Attention.BLOCK
        padded = pad(x, (block, block)).view(len(x), -1, block)
        return torch.cat([padded[:, :-2], padded[:, 1:-1], padded[:, 2:]], -1).flatten(0, 1)
