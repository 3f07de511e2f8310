"""The network: characters → tags and, for candidate pairs, whether the unit governs the span.

A flat sequence of characters goes through gated dilated convolutions (after Oord et al. 2016,
«WaveNet», and Strubell et al. 2017, «Fast and Accurate Entity Recognition with Iterated Dilated
Convolutions»). The ends of each clause feed a bidirectional LSTM over the clauses of the document,
which knows what a single clause cannot: the section it stands in, the unit under review. Its
states return to the characters, and a last few convolutions tag them.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn.functional import binary_cross_entropy_with_logits, cross_entropy

from pingyu.extract.pairs import FEATURES
from pingyu.extract.tags import N_TAGS
from pingyu.schema import LABELS
from train.config import ModelConfig

IGNORE = -100


class Conv(nn.Module):
    """Residual gated convolution of width 3 over (B, T, D), written as one matrix product so that
    integer quantisation reaches it."""

    def __init__(self, width: int, dilation: int, dropout: float) -> None:
        super().__init__()
        self.dilation = dilation
        self.norm = nn.LayerNorm(width)
        self.mix = nn.Linear(3 * width, 2 * width)
        self.dropout = nn.Dropout(dropout)

    def forward(self, x: Tensor, keep: Tensor) -> Tensor:
        """(B, T, D) → the same; `keep` (B, T, 1) is 0 where a row is padded."""
        h = self.norm(x) * keep
        padded = nn.functional.pad(h, (0, 0, self.dilation, self.dilation))
        length = x.shape[1]
        around = torch.cat(
            [padded[:, :length], h, padded[:, 2 * self.dilation : 2 * self.dilation + length]], -1
        )
        value, gate = self.mix(around).chunk(2, -1)
        changed: Tensor = self.dropout(value * torch.sigmoid(gate))
        return x + changed


class Encoder(nn.Module):
    """(B, T) characters and pairs, (B, C) clause edges → (B, T, width) states.

    What masked-language-model training starts from and what the tagger fine-tunes.
    """

    def __init__(self, config: ModelConfig, characters: int) -> None:
        super().__init__()
        self.characters = nn.Embedding(characters, config.char_width, padding_idx=0)
        self.pairs = nn.Embedding(config.pair_buckets, config.pair_width)
        self.enter = nn.Linear(config.char_width + config.pair_width, config.width)
        self.dropout = nn.Dropout(config.dropout)
        self.local = nn.ModuleList(
            Conv(config.width, d, config.dropout) for d in config.local_dilations
        )
        self.clause_in = nn.Linear(2 * config.width, config.clause_width)
        self.clauses = nn.LSTM(
            config.clause_width,
            config.clause_width,
            num_layers=config.clause_layers,
            batch_first=True,
            bidirectional=True,
        )
        self.fuse = nn.Linear(config.width + 2 * config.clause_width, config.width)
        self.final = nn.ModuleList(
            Conv(config.width, d, config.dropout) for d in config.final_dilations
        )
        self.norm = nn.LayerNorm(config.width)
        for table in (self.characters, self.pairs):
            nn.init.normal_(table.weight, std=0.1)

    def forward(
        self,
        chars: Tensor,
        pairs: Tensor,
        clause: Tensor,
        starts: Tensor,
        ends: Tensor,
        clauses: Tensor | None = None,
    ) -> Tensor:
        """`clauses` (B,): number of clauses of each row, where rows are padded."""
        keep = (chars != 0).unsqueeze(-1).to(torch.float32)
        x = self.enter(torch.cat([self.characters(chars), self.pairs(pairs)], -1))
        x = self.dropout(x) * keep
        for conv in self.local:
            x = conv(x, keep)
        context = self.clause_in(torch.cat([_take(x, starts), _take(x, ends)], -1)).relu()
        context = self.dropout(context)
        if clauses is None:
            context, _ = self.clauses(context)
        else:
            packed = nn.utils.rnn.pack_padded_sequence(
                context, clauses.cpu(), batch_first=True, enforce_sorted=False
            )
            context, _ = self.clauses(packed)
            context, _ = nn.utils.rnn.pad_packed_sequence(
                context, batch_first=True, total_length=starts.shape[1]
            )
        context = self.dropout(context)
        x = x + self.fuse(torch.cat([x, _take(context, clause)], -1))
        for conv in self.final:
            x = conv(x, keep)
        states: Tensor = self.norm(x)
        return states


def _take(x: Tensor, index: Tensor) -> Tensor:
    """(B, N, D) at (B, M) positions → (B, M, D)."""
    return x.gather(1, index.unsqueeze(-1).expand(-1, -1, x.shape[-1]))


class Relator(nn.Module):
    """States at the edges of a mention and of a target, and the pair's features → two logits:
    the unit governs the target; the unit is ranked by it."""

    FEATURE_WIDTH = 8

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        width = config.relation_width
        self.mention = nn.Linear(2 * config.width, width)
        self.target = nn.Linear(2 * config.width, width)
        self.features = nn.ModuleList(
            nn.Embedding(n, self.FEATURE_WIDTH) for n in FEATURES.values()
        )
        self.hidden = nn.Linear(3 * width + len(FEATURES) * self.FEATURE_WIDTH, width)
        self.dropout = nn.Dropout(config.dropout)
        self.out = nn.Linear(width, 2)

    def forward(
        self, mentions: Tensor, targets: Tensor, mention: Tensor, target: Tensor, features: Tensor
    ) -> Tensor:
        """(M, 2·width) and (K, 2·width) edges, (P,) indices into them, (P, F) → (P, 2)."""
        m = self.dropout(self.mention(mentions))[mention]
        t = self.dropout(self.target(targets))[target]
        f = torch.cat([table(features[:, n]) for n, table in enumerate(self.features)], -1)
        hidden = self.hidden(torch.cat([m, t, m * t, self.dropout(f)], -1)).relu()
        logits: Tensor = self.out(self.dropout(hidden))
        return logits


class Extractor(nn.Module):
    """Encoder, tag layers and relator; forward() gives the training loss."""

    def __init__(self, config: ModelConfig, characters: int) -> None:
        super().__init__()
        self.sizes = config
        self.encoder = Encoder(config, characters)
        self.dropout = nn.Dropout(config.dropout)
        self.tags = nn.Linear(config.width, len(LABELS) * N_TAGS)
        self.relator = Relator(config)

    def tag(
        self,
        chars: Tensor,
        pairs: Tensor,
        clause: Tensor,
        starts: Tensor,
        ends: Tensor,
        clauses: Tensor | None = None,
    ) -> tuple[Tensor, Tensor]:
        """→ (B, T, labels, tags) log probabilities and the (B, T, width) states."""
        states = self.encoder(chars, pairs, clause, starts, ends, clauses)
        logits = self.tags(self.dropout(states)).unflatten(-1, (len(LABELS), N_TAGS))
        return logits.log_softmax(-1), states

    def forward(
        self,
        chars: Tensor,
        pairs: Tensor,
        clause: Tensor,
        starts: Tensor,
        ends: Tensor,
        clauses: Tensor,
        tags: Tensor,
        mention_edges: Tensor,
        target_edges: Tensor,
        mention: Tensor,
        target: Tensor,
        features: Tensor,
        ranked: Tensor,
        groups: Tensor,
        group_labels: Tensor,
    ) -> dict[str, Tensor]:
        """Edges are positions in the flattened batch. `groups` (G, W): the pairs of one target with
        the mentions of one unit, padded by -1; the best of them must say whether it governs."""
        log_probs, states = self.tag(chars, pairs, clause, starts, ends, clauses)
        loss = (
            cross_entropy(
                log_probs.flatten(0, 2), tags.flatten(), ignore_index=IGNORE, reduction="sum"
            )
            / (chars != 0).sum()
        )
        if len(mention):
            flat = states.flatten(0, 1)
            logits = self.relator(
                flat[mention_edges].flatten(1),
                flat[target_edges].flatten(1),
                mention,
                target,
                features,
            )
            relation = binary_cross_entropy_with_logits(
                logits[:, 1][ranked >= 0], ranked[ranked >= 0].float(), reduction="sum"
            )
            if len(groups):
                best = logits[:, 0][groups.clamp(min=0)].masked_fill(groups < 0, -1e4).amax(1)
                relation = relation + binary_cross_entropy_with_logits(
                    best, group_labels.float(), reduction="sum"
                )
            count = len(groups) + (ranked >= 0).sum()
            loss = loss + self.sizes.relation_weight * relation / count
        return {"loss": loss}
