"""The network: characters → tags and, for candidate pairs, whether the unit governs the span.

Characters go through a transformer that looks a little way around each, or an encoder over
sub-words (train.hf_encoder). The ends of each clause feed a bidirectional LSTM over the clauses of
the document, which knows what a single clause cannot: the section it stands in, the unit under
review. Its states return to the characters, and a few gated dilated convolutions tag them (after
Oord et al. 2016, «WaveNet», and Strubell et al. 2017, «Fast and Accurate Entity Recognition with
Iterated Dilated Convolutions»).
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn.functional import (
    binary_cross_entropy_with_logits,
    conv2d,
    cross_entropy,
    glu,
    pad,
)

from pingyu.extract.pairs import features
from pingyu.extract.roles import Roles
from pingyu.extract.tags import N_TAGS
from pingyu.schema import TOPICS
from train.config import ModelConfig
from train.hf_encoder import HuggingFace
from train.hf_encoder import letters as take_letters
from train.transformer import Attention, ChannelDropout, Norm, Transformer

IGNORE = -100


class Conv(nn.Module):
    """Residual gated convolution of width 3 over (B, T, D).

    Training runs it as a convolution over channels that lie side by side, in the precision of `x`;
    the exported graph as one matrix product of the same weights, which is what integer
    quantisation reaches.
    """

    def __init__(self, width: int, dilation: int, rate: float) -> None:
        super().__init__()
        self.dilation = dilation
        self.norm = Norm(width)
        self.mix = nn.Linear(3 * width, 2 * width)
        self.dropout = ChannelDropout(rate)

    def forward(self, x: Tensor, keep: Tensor) -> Tensor:
        """(B, T, D) → the same; `keep` (B, T, 1) is 0 where a row is padded."""
        h = self.norm(x) * keep
        mixed = self._product(h) if torch.onnx.is_in_onnx_export() else self._convolution(h)
        out: Tensor = x + self.dropout(glu(mixed, -1))
        return out

    def _product(self, h: Tensor) -> Tensor:
        padded = pad(h, (0, 0, self.dilation, self.dilation))
        length = h.shape[1]
        after = padded[:, 2 * self.dilation : 2 * self.dilation + length]
        out: Tensor = self.mix(torch.cat([padded[:, :length], h, after], -1))
        return out

    def _convolution(self, h: Tensor) -> Tensor:
        outputs, inputs = self.mix.weight.shape[0], h.shape[-1]
        kernel = self.mix.weight.view(outputs, 3, 1, inputs).permute(0, 3, 2, 1).contiguous()
        image = h.transpose(1, 2).unsqueeze(2)  # (B, D, 1, T), channels last in memory
        mixed = conv2d(
            image, kernel, self.mix.bias, padding=(0, self.dilation), dilation=(1, self.dilation)
        )
        return mixed.squeeze(2).transpose(1, 2)


class Encoder(nn.Module):
    """(1, T) characters and pairs, (N, C) clause edges of N documents → (1, T, width) states.

    Documents lie end to end in one row, each followed by zeros over which no convolution reaches; the
    transformer is told which is whose. `clause` (1, T): the clause of each character, counted over
    the N rows of C.
    """

    GAP = Attention.BLOCK

    def __init__(self, config: ModelConfig, transformer: Transformer | HuggingFace) -> None:
        super().__init__()
        self.transformer = transformer
        self.pairs = nn.Embedding(config.pair_buckets, config.pair_width)
        self.enter = nn.Linear(transformer.width + config.pair_width, config.width)
        self.dropout = ChannelDropout(config.dropout)
        self.clause_in = nn.Linear(2 * config.width, config.clause_width)
        self.clauses = nn.LSTM(
            config.clause_width, config.clause_width, batch_first=True, bidirectional=True
        )
        self.fuse = nn.Linear(config.width + 2 * config.clause_width, config.width)
        self.final = nn.ModuleList(
            Conv(config.width, d, config.dropout) for d in config.final_dilations
        )
        self.norm = Norm(config.width)
        nn.init.normal_(self.pairs.weight, std=0.1)

    def forward(
        self,
        chars: Tensor,
        pairs: Tensor,
        clause: Tensor,
        starts: Tensor,
        ends: Tensor,
        clauses: Tensor | None = None,
        letters: Tensor | None = None,
    ) -> Tensor:
        """`clauses` (N,): the number of clauses of each document, where rows are filled up; `letters`
        (1, T, D): the states of the characters, where an encoder over sub-words gave them."""
        if letters is None:
            # one document alone, as at run time, needs nobody to be told
            texts = None if clauses is None else clause // starts.shape[1]
            letters = self.transformer(chars, texts)
        x = self.enter(torch.cat([letters, self.pairs(pairs)], -1))
        keep = (chars != 0).unsqueeze(-1).to(x.dtype)
        x = self.dropout(x) * keep
        edges = torch.cat([_take(x, starts), _take(x, ends)], -1)
        context = self.dropout(self.clause_in(edges).relu())
        context = self.dropout(self._over_clauses(context, clauses))
        x = x + self.fuse(torch.cat([x, _take(context, clause)], -1))
        for conv in self.final:
            x = conv(x, keep)
        states: Tensor = self.norm(x).float()
        return states

    def _over_clauses(self, context: Tensor, clauses: Tensor | None) -> Tensor:
        """(N, C, D) → (N, C, 2·D). Each direction is run by itself over rows that end in their
        filling, so that it never enters a state: 12 times faster than packed sequences."""
        if clauses is None:
            out: Tensor = self.clauses(context)[0]
            return out
        place = torch.arange(context.shape[1])
        turned = (clauses[:, None] - 1 - place).where(place < clauses[:, None], place)
        ahead, back = self.clauses.all_weights
        mirror = turned.unsqueeze(-1).expand_as(context)
        forward = self._run(context, ahead)
        backward = self._run(context.gather(1, mirror), back).gather(1, mirror)
        return torch.cat([forward, backward], -1)

    def _run(self, x: Tensor, weights: list[nn.Parameter]) -> Tensor:
        start = x.new_zeros(1, len(x), self.clauses.hidden_size)
        out: Tensor = torch.lstm(
            x, (start, start), list(weights), True, 1, 0.0, self.training, False, True
        )[0]
        return out


def _take(x: Tensor, index: Tensor) -> Tensor:
    """(B, N, D) at places of its flattened rows, of any shape → (*shape, D)."""
    return x.flatten(0, 1)[index]


def _means(rows: Tensor, edges: Tensor) -> Tensor:
    """(T, D) → (S, D): the mean of the rows from the first to the last of each pair of `edges`."""
    sums = pad(rows, (0, 0, 1, 0)).cumsum(0)
    first, after = edges[:, 0], edges[:, 1] + 1
    return (sums[after] - sums[first]) / (after - first).unsqueeze(-1)


class Relator(nn.Module):
    """States at the edges of a mention and of a target, and the pair's features → the scores that
    Roles speaks of, as logits."""

    FEATURE_WIDTH = 8

    def __init__(self, config: ModelConfig, roles: Roles) -> None:
        super().__init__()
        width, sizes = config.relation_width, features(roles).values()
        self.mention = nn.Linear(2 * config.width, width)
        self.target = nn.Linear(2 * config.width, width)
        self.features = nn.ModuleList(nn.Embedding(n, self.FEATURE_WIDTH) for n in sizes)
        self.hidden = nn.Linear(3 * width + len(sizes) * self.FEATURE_WIDTH, width)
        self.dropout = nn.Dropout(config.dropout)
        self.out = nn.Linear(width, roles.scores)

    def forward(
        self, mentions: Tensor, targets: Tensor, mention: Tensor, target: Tensor, features: Tensor
    ) -> Tensor:
        """(M, 2·width) and (K, 2·width) edges, (P,) indices into them, (P, F) → (P, scores)."""
        m = self.dropout(self.mention(mentions))[mention]
        t = self.dropout(self.target(targets))[target]
        f = torch.cat([table(features[:, n]) for n, table in enumerate(self.features)], -1)
        hidden = self.hidden(torch.cat([m, t, m * t, self.dropout(f)], -1)).relu()
        logits: Tensor = self.out(self.dropout(hidden))
        return logits.float()


class Extractor(nn.Module):
    """Encoder, tag layers and relator; forward() gives the training loss."""

    def __init__(
        self,
        config: ModelConfig,
        characters: int,
        roles: Roles,
        huggingface: HuggingFace | None = None,
    ) -> None:
        """`huggingface` stands in for the transformer over `characters`."""
        super().__init__()
        self.sizes, self.roles = config, roles
        self.encoder = Encoder(config, huggingface or Transformer(config, characters))
        self.dropout = ChannelDropout(config.dropout)
        self.tags = nn.Linear(config.width, len(roles.layers) * N_TAGS)
        self.relator = Relator(config, roles) if roles.scores else None
        self.topics = nn.Linear(config.width, len(TOPICS)) if config.topic_weight else None

    def tag(
        self,
        chars: Tensor,
        pairs: Tensor,
        clause: Tensor,
        starts: Tensor,
        ends: Tensor,
        clauses: Tensor | None = None,
        letters: Tensor | None = None,
    ) -> tuple[Tensor, Tensor]:
        """→ (B, T, layers, tags) log probabilities and the (B, T, width) states."""
        states = self.encoder(chars, pairs, clause, starts, ends, clauses, letters)
        logits = self.tags(self.dropout(states)).unflatten(-1, (len(self.roles.layers), N_TAGS))
        return logits.float().log_softmax(-1), states

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
        linked: Tensor,
        groups: Tensor,
        group_labels: Tensor,
        statements: Tensor,
        topics: Tensor,
        tokens: Tensor | None = None,
        places: Tensor | None = None,
    ) -> dict[str, Tensor]:
        """Edges are positions in the flattened batch. `groups` (G, W): the pairs of one target with
        the mentions of one body, padded by -1; the best of them must say whether it governs.
        `statements` (S, 2): first and last character of those whose `topics` (S, topics) are known,
        each row summing to 1.
        `tokens` and `places`: see train.hf_encoder.inputs."""
        letters = None
        if tokens is not None and places is not None:
            letters = take_letters(self.encoder.transformer(tokens), places)
        log_probs, states = self.tag(chars, pairs, clause, starts, ends, clauses, letters)
        loss = (
            cross_entropy(
                log_probs.flatten(0, 2), tags.flatten(), ignore_index=IGNORE, reduction="sum"
            )
            / (chars != 0).sum()
        )
        if self.relator and len(mention):
            flat = states.flatten(0, 1)
            logits = self.relator(
                flat[mention_edges].flatten(1),
                flat[target_edges].flatten(1),
                mention,
                target,
                features,
            )
            judged = linked >= 0
            relation = binary_cross_entropy_with_logits(
                logits[:, self.roles.first :][judged], linked[judged].float(), reduction="sum"
            )
            if len(groups):
                best = logits[:, 0][groups.clamp(min=0)].masked_fill(groups < 0, -1e4).amax(1)
                relation = relation + binary_cross_entropy_with_logits(
                    best, group_labels.float(), reduction="sum"
                )
            count = len(groups) + judged.any(1).sum()
            loss = loss + self.sizes.relation_weight * relation / count
        if self.topics and len(statements):
            logits = _means(self.topics(self.dropout(states)).float().flatten(0, 1), statements)
            loss = loss + self.sizes.topic_weight * cross_entropy(logits, topics)
        return {"loss": loss}
