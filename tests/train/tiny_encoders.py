"""Encoders of a few thousand weights, with tokenizers, as folders that AutoModel loads."""

from pathlib import Path

import torch
from tokenizers import Tokenizer, models, pre_tokenizers, processors
from transformers import (
    BertConfig,
    BertModel,
    BertTokenizer,
    ModernBertConfig,
    ModernBertModel,
    PreTrainedTokenizerFast,
    RobertaConfig,
    RobertaModel,
    RoFormerConfig,
    RoFormerModel,
    T5Config,
    T5Model,
)

SPECIALS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
SIZES = {
    "hidden_size": 32,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "intermediate_size": 48,
    "hidden_dropout_prob": 0.0,
    "attention_probs_dropout_prob": 0.0,
}


def word_pieces(characters: set[str]) -> dict[str, int]:
    """Single characters, each also as the rest of a word."""
    tokens = [c for c in sorted(characters) if not c.isspace()]
    return {t: n for n, t in enumerate([*SPECIALS, *tokens, *(f"##{t}" for t in tokens)])}


def bert(folder: Path, characters: set[str], positions: int = 48) -> Path:
    """Absolute positions and no tokenizer.json: only the vocabulary, as old checkpoints have it."""
    vocabulary = word_pieces(characters)
    _save(
        BertModel,
        BertConfig(vocab_size=len(vocabulary), max_position_embeddings=positions, **SIZES),
        folder,
    )
    (folder / "vocab.txt").write_text("\n".join(vocabulary), encoding="utf-8")
    return folder


def roberta(folder: Path, characters: set[str], positions: int) -> Path:
    """Positions that begin behind that of padding."""
    vocabulary = word_pieces(characters)
    config = RobertaConfig(
        vocab_size=len(vocabulary), max_position_embeddings=positions, pad_token_id=1, **SIZES
    )
    _save(RobertaModel, config, folder)
    BertTokenizer(vocab=vocabulary).save_pretrained(folder)
    return folder


def roformer(folder: Path, characters: set[str], positions: int = 48) -> Path:
    """Rotary positions; the tokenizer is BERT's, as that of the public RoFormers over characters."""
    vocabulary = word_pieces(characters)
    config = RoFormerConfig(vocab_size=len(vocabulary), max_position_embeddings=positions, **SIZES)
    _save(RoFormerModel, config, folder)
    BertTokenizer(vocab=vocabulary).save_pretrained(folder)
    return folder


def modernbert(folder: Path, positions: int = 48) -> Path:
    """Rotary positions, every other layer local; a tokenizer over bytes."""
    symbols = sorted(pre_tokenizers.ByteLevel.alphabet())
    vocabulary = {t: n for n, t in enumerate([*SPECIALS, *symbols])}
    tokenizer = Tokenizer(models.BPE(vocabulary, []))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    sizes = {key: size for key, size in SIZES.items() if not key.endswith("prob")}
    config = ModernBertConfig(
        vocab_size=len(vocabulary),
        max_position_embeddings=positions,
        local_attention=16,
        global_attn_every_n_layers=2,
        pad_token_id=0,
        bos_token_id=2,
        cls_token_id=2,
        eos_token_id=3,
        sep_token_id=3,
        **sizes,
    )
    _save(ModernBertModel, config, folder)
    names = {"pad_token": "[PAD]", "unk_token": "[UNK]", "cls_token": "[CLS]", "sep_token": "[SEP]"}
    PreTrainedTokenizerFast(tokenizer_object=tokenizer, **names).save_pretrained(folder)
    return folder


def t5(folder: Path, characters: set[str]) -> Path:
    """Relative positions, half of an encoder-decoder, no token before the text."""
    pieces = [("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0), ("▁", -2.0)]
    pieces += [(c, -3.0) for c in sorted(characters) if not c.isspace()]
    tokenizer = Tokenizer(models.Unigram(pieces, unk_id=2, byte_fallback=False))
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="$A </s>", special_tokens=[("</s>", 1)]
    )
    config = T5Config(
        vocab_size=len(pieces),
        d_model=32,
        d_kv=16,
        d_ff=48,
        num_layers=2,
        num_heads=2,
        dropout_rate=0.0,
    )
    _save(T5Model, config, folder)
    names = {"pad_token": "<pad>", "eos_token": "</s>", "unk_token": "<unk>"}
    PreTrainedTokenizerFast(tokenizer_object=tokenizer, **names).save_pretrained(folder)
    return folder


def _save(kind, config, folder: Path) -> None:
    torch.manual_seed(0)
    kind(config).save_pretrained(folder)
