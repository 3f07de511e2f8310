import lzma

import pytest

from pingyu.errors import PingyuError
from train import encoder_folder
from train.config import load
from train.data import build_vocabulary
from train.pretrain import chunks, pretrain, read_texts
from train.trainer import train
from train.transformer import Transformer

LINES = [
    "石桥镇新修灌渠十二公里，进度全县第一。",
    "大河乡在集镇保洁方面仍存不足。",
    "会议要求抓好防汛。",
]
SIZES = [
    "--model.char_width", "32", "--model.pair_width", "16", "--model.pair_buckets", "1024",
    "--training.encoder", "", "--model.width", "48", "--model.layers", "1", "--model.heads", "2", "--model.clause_width", "24",
    "--model.final_dilations", "[1]", "--training.precision", "float32", "--training.threads", "1",
]  # fmt: skip


def test_texts_are_read_plain_and_compressed_and_chunks_keep_every_line(tmp_path):
    (tmp_path / "a.txt").write_text("\n\n".join(LINES), encoding="utf-8")
    with lzma.open(tmp_path / "b.txt.xz", "wt", encoding="utf-8") as file:
        file.write("\n".join(LINES))
    texts = read_texts(tmp_path)
    assert texts == {"a.txt": LINES, "b.txt.xz": LINES}
    assert "\n".join(chunks(LINES, 30)).split("\n") == LINES
    assert chunks([], 30) == []
    assert "".join(chunks(["一" * 150], 30)) == "一" * 150
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "a.txt").write_text(LINES[0], encoding="utf-8")
    assert read_texts(tmp_path)["a.txt"] == [*LINES, LINES[0]]
    (tmp_path / "more" / "gbk.txt").write_bytes(LINES[0].encode("gb18030"))
    with pytest.raises(PingyuError, match=r"E104 .*gbk\.txt"):
        read_texts(tmp_path)


def test_a_pretrained_encoder_starts_a_training(tmp_path, root, monkeypatch):
    monkeypatch.chdir(root)
    texts = tmp_path / "texts"
    texts.mkdir()
    (texts / "a.txt").write_text("\n".join(LINES * 20), encoding="utf-8")
    config_path = root / "configs" / "pretrain.cfg"
    encoder = tmp_path / "encoder"
    config = load(config_path, [*SIZES, "--output", str(encoder), "--data.min_count", "1"])
    pretrain(config, config_path, texts)
    assert "a.txt" in (encoder / "README.md").read_text(encoding="utf-8")

    characters = encoder_folder.read_characters(encoder)
    assert "镇" in characters
    wider = build_vocabulary(["𠮷" * 3], 1, 1024, characters)
    assert wider.characters == (*characters, "𠮷")
    encoder_folder.load(encoder, Transformer(config.model, len(wider.characters)))
    wider = config.model.model_copy(update={"char_width": 64})
    with pytest.raises(PingyuError, match=r"E401.*1 layers of 32, wanted are 1 of 64"):
        encoder_folder.load(encoder, Transformer(wider, len(characters)))
    with pytest.raises(PingyuError, match=r"E401.*no encoder here \(vocab.txt is missing\)"):
        encoder_folder.read_characters(tmp_path)
    smaller = config.model.model_copy(update={"layers": 0})
    encoder_folder.load(encoder, Transformer(smaller, len(characters)))

    again = tmp_path / "again"
    reads_on = load(
        config_path, [*SIZES, "--output", str(again), "--training.encoder", str(encoder)]
    )
    pretrain(reads_on, config_path, texts)
    card = (again / "README.md").read_text(encoding="utf-8")
    assert "## What it started from\n\nAn encoder to start training from" in card

    smoke = root / "configs" / "smoke.cfg"
    output = tmp_path / "model"
    train(load(smoke, ["--training.encoder", str(encoder), "--output", str(output)]), smoke)
    assert str(encoder) in (output / "README.md").read_text(encoding="utf-8")
