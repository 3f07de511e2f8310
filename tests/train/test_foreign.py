"""Training on other people's labels and files: what is read, what is reported, what is learned."""

import json
import re
import tomllib
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path

import pytest
import recipes

import pingyu
from pingyu.errors import PingyuError
from pingyu.evaluate.scores import score
from pingyu.extract.extractor import Extractor
from pingyu.labels import LabelSchema
from pingyu.schema import Relation
from train.__main__ import main
from train.config import for_data, load
from train.foreign import LEFT_OUT, Reader, repeated, unreachable
from train.package import meta
from train.trainer import divide

TINY = """
[data]
min_count = 1

[model]
char_width = 32
pair_width = 16
pair_buckets = 512
width = 64
layers = 1
heads = 2
clause_width = 32
final_dilations = [1]
relation_width = 32
dropout = 0.0

[training]
epochs = 25
batch_chars = 200
learning_rate = 5e-3
unknown_rate = 0.0
threads = 1
"""


@pytest.fixture
def schema():
    return LabelSchema.model_validate(
        {
            "labels": {"菜": {}, "料": {"inside": ["菜"]}},
            "relations": {"含": {"heads": ["菜"], "tails": ["料"]}},
        }
    )


def _read(schema, tmp_path, text, name="data.jsonl"):
    reader = Reader(schema)
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    documents = reader.read(path)
    return documents, [(i.code, i.path.removeprefix(f"{path}:"), i.message) for i in reader.issues]


def _files(folder, some):
    for name, text in (
        ("schema.toml", recipes.SCHEMA),
        ("data.jsonl", recipes.jsonl(some)),
        ("tiny.cfg", TINY),
    ):
        (folder / name).write_text(text, encoding="utf-8")
    return [
        *("--schema", str(folder / "schema.toml"), "--data", str(folder / "data.jsonl")),
        *("--config", str(folder / "tiny.cfg"), "--output", str(folder / "model")),
    ]


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """A model of recipes, by the command."""
    folder = tmp_path_factory.mktemp("recipes")
    words = _files(folder, recipes.rows())
    (folder / "test.jsonl").write_text(recipes.jsonl(recipes.rows()[:7]), encoding="utf-8")
    files = ("--dev", str(folder / "data.jsonl"), "--test", str(folder / "test.jsonl"))
    printed = StringIO()
    with redirect_stdout(printed):
        assert main([*words, *files]) == 0
    (folder / "printed").write_text(printed.getvalue(), encoding="utf-8")
    return folder


def test_a_schema_and_its_data_are_all_that_training_needs(trained):
    gold = Reader(LabelSchema.read(trained / "schema.toml")).read(trained / "data.jsonl")
    extractor = Extractor.load(trained / "model")
    names = extractor.settings.roles.schema.names
    metrics = score([(g, extractor.extract(g.text)) for g in gold], names)
    assert (metrics["spans"]["f1"], metrics["relations"]["f1"]) == (1.0, 1.0)
    assert metrics["types"].keys() == {"需要", "加入", "取出", "主料"}
    assert extractor.settings.roles.layers == ("菜名", "菜名", "食材", "用量", "动作")
    written = json.loads((trained / "model" / "metrics.json").read_text(encoding="utf-8"))
    assert written["dev"]["labels"] == metrics["labels"]


def test_figures_of_each_label_are_printed_and_stand_in_the_card(trained):
    card = (trained / "model" / "README.md").read_text(encoding="utf-8")
    printed = (trained / "printed").read_text(encoding="utf-8")
    metrics = json.loads((trained / "model" / "metrics.json").read_text(encoding="utf-8"))
    assert [metrics[split]["documents"] for split in ("dev", "test")] == [60, 7]
    for split in ("dev", "test"):
        assert f"| {split} | P | R | F1 | gold |" in card
        assert (trained / "model.run" / "report" / split / "report.html").is_file()
        for part in ("labels", "types"):
            for name, row in metrics[split][part].items():
                assert f"| {name} | 1.000 | 1.000 | 1.000 | {row['gold']} |" in card
                assert re.search(
                    rf"  {name} +P 1.000  R 1.000  F1 1.000  of {row['gold']}\n", printed
                )


def test_its_package_says_what_it_finds(trained):
    said = meta(trained / "model", "recipes", "0.1.0")
    assert said["description"] == "Finds 菜名, 食材, 用量, 动作, 需要, 加入, 取出, 主料"
    assert said["notes"].startswith("Performance: the test split")
    assert said["performance"]["spans_pingyu_f"] == 1.0


def test_the_model_is_a_pipeline_of_spacy(trained, tmp_path):
    text = "今天做番茄炒茄子盖饭，好吃。"
    expected = [
        ("菜名", "番茄炒茄子盖饭"),
        ("菜名", "番茄炒茄子"),
        ("食材", "番茄"),
        ("食材", "茄子"),
    ]
    nlp = pingyu.load(trained / "model")
    nlp.to_disk(tmp_path / "nlp")
    import spacy

    for pipeline in (nlp, spacy.load(tmp_path / "nlp")):
        doc = pipeline(text)
        assert [(s.label_, s.text) for s in doc.spans["pingyu"]] == expected
        assert [(r.type, r.head, r.tail) for r in doc._.relations] == [
            ("主料", 1, 2),
            ("主料", 1, 3),
        ]
        assert doc._.reviews == []


def test_without_relations_there_is_no_graph_for_them_and_no_figure(tmp_path, capsys, caplog):
    words = _files(tmp_path, [])
    (tmp_path / "schema.toml").write_text("[labels.PER]\n", encoding="utf-8")
    lines = "".join(f"{c}\t{t}\n" for c, t in zip("老王来", ("B-PER", "I-PER", "O"), strict=True))
    (tmp_path / "data.jsonl").write_text(f"{lines}\n{lines}去\tO\n\n" * 10, encoding="utf-8")
    assert main([*words, "--training.epochs", "1"]) == 0
    assert not (tmp_path / "model" / "relations.onnx").exists()
    card = (tmp_path / "model" / "README.md").read_text(encoding="utf-8")
    assert "E825" not in caplog.text
    assert "**relations**" not in card
    assert "relations" not in capsys.readouterr().out
    assert pingyu.load(tmp_path / "model")("老王来").spans["pingyu"] is not None


ENTITIES = [
    {"id": 1, "label": "菜", "start_offset": 0, "end_offset": 3},
    {"id": 2, "label": "料", "start_offset": 0, "end_offset": 1},
]


def _row(entities=ENTITIES, relations=(), text="茄子煲，好", **more):
    row = {"text": text, "entities": list(entities), "relations": list(relations), **more}
    return json.dumps(row, ensure_ascii=False) + "\n"


def _entity(**changes):
    return {"id": 9, "label": "料", "start_offset": 1, "end_offset": 2, **changes}


@pytest.mark.parametrize(
    ("line", "code", "words"),
    [
        ("{oops\n", "E801", "column 2"),
        ('{"name": "x"}\n', "E802", "needs the key 'text'"),
        (_row(colour="red"), "E803", "'colour' of document"),
        (_row([_entity(tag="x")]), "E803", "'tag' of entity"),
        (_row([_entity(label="汤")]), "E804", "no label '汤' in the schema, but '子' at 1"),
        (_row([_entity(end_offset=6)]), "E805", "料: 1–6 is no stretch of a text of 5 characters"),
        (_row([_entity(end_offset=1)]), "E805", "1–1"),
        (_row([_entity(start_offset="1")]), "E805", "1–2"),
        (_row([_entity(text="茄")]), "E806", "'子' stands at 1–2, not '茄'"),
        (_row(relations=[{"from_id": 1, "to_id": 5, "type": "含"}]), "E807", "has the id 5"),
        (
            _row(relations=[{"from_id": 1, "to_id": 2, "type": "配"}]),
            "E808",
            "'茄子煲' at 0 has it",
        ),
        (_row(relations=[{"from_id": 2, "to_id": 1, "type": "含"}]), "E809", "料 '茄' at 0 to 菜"),
        (_row([*ENTITIES, {**ENTITIES[1], "id": 3}]), "E810", "料 '茄' at 0 stands there twice"),
        (_row([_entity(start_offset=[0, 2], end_offset=[1, 3])]), "E811", "in pieces"),
        (_row([ENTITIES[0], _entity(start_offset=2, end_offset=4)]), "E812", "crosses"),
        (_row([*ENTITIES, _entity(id=1)]), "E813", "have the id 1"),
        (_row([{"label": "料"}]), "E816", "entities[0]"),
        (_row(relations=[{"from_id": [1], "to_id": 2, "type": "含"}]), "E816", "relations"),
        ('{"text": "茄", "label": {"料": {"茄": [[0, 0]]}}}\n', "E816", "label[0]"),
        (_row(relations=[{"from": 1}]), "E816", "relations"),
        (_row([ENTITIES[1], _entity(start_offset=0, end_offset=1, label="料")]), "E810", "twice"),
    ],
)
def test_every_issue_has_its_line_and_offset(line, code, words, schema, tmp_path):
    documents, issues = _read(schema, tmp_path, _row() + line + _row())
    assert [(found, place) for found, place, _ in issues] == [(code, "2")]
    assert words in issues[0][2]
    assert len(documents) == 2 + (code not in ("E801", "E802"))
    whole = {(s.label, s.start, s.end) for s in documents[0].spans}
    assert whole == {("菜", 0, 3), ("料", 0, 1)}


def test_nesting_that_the_schema_forbids_is_reported_where_it_is_said(schema, tmp_path):
    within = [{"id": 1, "label": "料", "start_offset": 0, "end_offset": 3}]
    inner = {"id": 2, "label": "料", "start_offset": 0, "end_offset": 1}
    dish = {"id": 3, "label": "菜", "start_offset": 1, "end_offset": 2}
    documents, issues = _read(schema, tmp_path, _row([*within, inner]) + _row([*within, dish]))
    assert [(code, place) for code, place, _ in issues] == [("E819", "1")]
    assert [len(d.spans) for d in documents] == [2, 2]


def test_a_relation_of_what_is_left_out_goes_with_it_and_is_not_reported_again(schema, tmp_path):
    relations = [{"from_id": 1, "to_id": n, "type": "含"} for n in (2, 9)]
    (document,), issues = _read(schema, tmp_path, _row([*ENTITIES, _entity(label="汤")], relations))
    assert document.relations == [Relation("含", 0, 1)]
    assert [code for code, _, _ in issues] == ["E804"]


def test_relations_that_no_model_could_give_are_counted(schema, tmp_path):
    rows = _row(relations=[{"from_id": 1, "to_id": 2, "type": "含"}]) * 3
    documents, _ = _read(schema, tmp_path, rows)
    assert list(unreachable(documents, schema)) == []
    near = schema.relations["含"].model_copy(update={"reach": (0, 0)})
    (issue,) = unreachable(documents, schema.model_copy(update={"relations": {"含": near}}))
    assert "E823 3 of 3 relations 含" in str(issue)


def test_one_list_of_all_is_read_as_lines_are(schema, tmp_path):
    listed = f"[\n{_row()},\n{_row([_entity(label='汤')])}  ]\n"
    documents, issues = _read(schema, tmp_path, listed, "data.json")
    assert [(code, place) for code, place, _ in issues] == [("E804", "4")]
    assert [len(d.spans) for d in documents] == [2, 0]
    assert _read(schema, tmp_path, json.dumps([json.loads(_row())] * 2, indent=1))[1] == []


def test_a_list_is_read_as_far_as_it_is_one(schema, tmp_path):
    documents, issues = _read(schema, tmp_path, f"[{_row()},\n{{oops}}]\n")
    assert [(code, place) for code, place, _ in issues] == [("E801", "3")]
    assert len(documents) == 1


def test_columns_may_begin_with_a_bracket(schema, tmp_path):
    (document,), issues = _read(schema, tmp_path, "[ O\n茄 B-料\n", "data.bio")
    assert (document.text, issues) == ("[茄", [])


def test_lists_of_offsets_and_labels_are_read_too(schema, tmp_path):
    rows = [{"id": 1, "text": "茄子煲", name: [[0, 3, "菜"]]} for name in ("label", "labels")]
    documents, issues = _read(schema, tmp_path, recipes.jsonl(rows))
    assert [[(s.label, s.text) for s in d.spans] for d in documents] == [[("菜", "茄子煲")]] * 2
    assert issues == []


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ("B-菜 I-菜 I-菜 O B-料", [("菜", "茄子煲"), ("料", "好")]),
        ("B-菜 M-菜 E-菜 O S-料", [("菜", "茄子煲"), ("料", "好")]),
        ("B_菜 I_菜 L_菜 O U_料", [("菜", "茄子煲"), ("料", "好")]),
        ("B-菜 B-菜 I-菜 B-料 I-料", [("菜", "茄"), ("菜", "子煲"), ("料", "，好")]),
        ("S-菜 S-菜 O O O", [("菜", "茄"), ("菜", "子")]),
    ],
)
def test_columns_of_every_scheme(tags, expected, schema, tmp_path):
    lines = "".join(f"{c} {t}\n" for c, t in zip("茄子煲，好", tags.split(), strict=True))
    documents, issues = _read(schema, tmp_path, lines + "\n" + lines, "data.bio")
    assert [[(s.label, s.text) for s in d.spans] for d in documents] == [expected] * 2
    assert issues == []


def test_columns_nest_and_those_of_other_things_are_passed_over(schema, tmp_path):
    text = "# a name\n茄\tNN\tB-料\tB-菜\n子\tNN\tI-料\tI-菜\n煲\tNN\tO\tI-菜\n"
    (document,), issues = _read(schema, tmp_path, text, "data.bio")
    assert [(s.label, s.text) for s in document.spans] == [("菜", "茄子煲"), ("料", "茄子")]
    assert issues == []


def test_blanks_and_latin_words_keep_their_places(schema, tmp_path):
    text = "吃\tO\n \tO\nred\tB-料\nwine\tI-料\n鸡\tI-料\n"
    (document,), _ = _read(schema, tmp_path, text, "data.bio")
    assert document.text == "吃 red wine鸡"
    assert [s.text for s in document.spans] == ["red wine鸡"]


def test_what_is_wrong_in_columns_is_named_by_line(schema, tmp_path):
    text = "茄 I-料\n子 O\n煲 B-汤\n好 X-料\n"
    documents, issues = _read(schema, tmp_path, text, "data.bio")
    assert [(code, place) for code, place, _ in issues] == [
        ("E814", "4"),
        ("E815", "1"),
        ("E804", "3"),
    ]
    assert [[s.text for s in d.spans] for d in documents] == [["茄"]]


def test_the_example_of_the_docs_fits_itself(root, tmp_path):
    page = (root / "docs" / "other-schemas.md").read_text(encoding="utf-8")
    schema, data = (
        re.search(f"```{kind}\n(.*?)```", page, re.DOTALL)[1] for kind in ("toml", "json")
    )
    (document,), issues = _read(LabelSchema.model_validate(tomllib.loads(schema)), tmp_path, data)
    said = [
        (r.type, document.spans[r.head].text, document.spans[r.tail].text)
        for r in document.relations
    ]
    assert said == [("加入", "放入", "番茄"), ("需要", "番茄", "两勺")]
    assert issues == []


def test_errors_stop_the_command_with_all_of_them_and_keep_going_trains_on(
    tmp_path, caplog, capsys
):
    rows = recipes.rows()[:12]
    rows[3]["entities"][0]["label"] = "锅"
    rows[5]["entities"][1]["end_offset"] = 99
    words = [*_files(tmp_path, rows), "--training.epochs", "1"]
    assert main(words) == 1
    assert "E817 2 errors" in capsys.readouterr().err
    assert [f"data.jsonl:{n}: " in r for n, r in zip((4, 6), caplog.messages, strict=True)] == [
        True,
        True,
    ]
    assert not (tmp_path / "model").exists()
    assert main([*words, "--keep-going"]) == 0
    assert "12 documents" not in caplog.text
    assert (tmp_path / "model" / "README.md").is_file()


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--schema", "s.toml"], "E822 --schema needs --data too"),
        (["--data", "d.jsonl"], "E822 --data needs --schema too"),
    ],
)
def test_schema_and_data_go_together(words, message, capsys):
    assert main(words) == 1
    assert message in capsys.readouterr().err


def test_changes_made_for_reviews_are_refused(tmp_path, capsys):
    words = _files(tmp_path, recipes.rows()[:3])
    assert main([*words, "--augment.decoys", "3"]) == 1
    assert "E821" in capsys.readouterr().err


def test_too_few_documents_are_refused(tmp_path, capsys):
    assert main(_files(tmp_path, recipes.rows()[:1])) == 1
    assert "E818" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("characters", "epochs", "batch"),
    [(100, 120, 300), (4_000, 25, 300), (96_000, 12, 1200), (900_000, 4, 4000)],
)
def test_without_a_configuration_training_goes_by_the_size_of_the_data(characters, epochs, batch):
    chosen = load(None, ["--training.seed", "3"], for_data("x", characters)).training
    assert (chosen.epochs, chosen.batch_chars, chosen.seed) == (epochs, batch, 3)


def test_texts_of_dev_that_are_trained_on_are_told(schema, tmp_path):
    documents, _ = _read(schema, tmp_path, _row() + _row(text="鸡，好"))
    (issue,) = repeated(documents, documents[:1] * 2, "dev")
    assert "E824 2 of the 2 documents of --dev stand in --data too" in str(issue)
    assert list(repeated(documents[:1], documents[1:], "test")) == []


def test_training_starts_from_the_encoder_of_the_checkout_wherever_it_is_run(
    tmp_path, monkeypatch, root
):
    monkeypatch.chdir(root)
    assert load(None, [], for_data("x", 100)).training.encoder == "models/encoder"
    monkeypatch.chdir(tmp_path)
    encoder = Path(load(None, [], for_data("x", 100)).training.encoder)
    assert (encoder / "encoder.safetensors").is_file()
    monkeypatch.setattr("train.config.default_folder", lambda name: tmp_path / name)
    assert load(None, [], for_data("x", 100)).training.encoder == ""


def test_a_start_from_random_weights_is_told(tmp_path, monkeypatch, caplog):
    monkeypatch.setattr("train.config.default_folder", lambda name: tmp_path / name)
    words = _files(tmp_path, recipes.rows()[:4])
    at = words.index("--config")
    words[at : at + 2] = [
        word
        for section, keys in tomllib.loads(TINY).items()
        for key, value in ({**keys, "epochs": 1} if section == "training" else keys).items()
        for word in (f"--{section}.{key}", str(value))
    ]
    assert main(words) == 0
    assert "E825 there is no encoder to start from" in caplog.text


def test_an_encoder_of_hugging_face_stands_in_for_that_of_the_checkout():
    words = ["--huggingface.name", "mine"]
    chosen = load(None, words, for_data("x", 100, words))
    assert (chosen.training.encoder, chosen.training.encoder_rate) == ("", 0.05)


def test_an_encoder_that_is_named_moves_as_slowly_as_that_of_the_checkout(root, monkeypatch):
    monkeypatch.chdir(root)
    found = load(None, [], for_data("x", 100)).training
    words = ["--training.encoder", '"mine"']
    named = load(None, words, for_data("x", 100, words)).training
    assert named == found.model_copy(update={"encoder": "mine"})
    assert named.encoder_rate < 1


def test_equal_texts_are_on_one_side(schema, tmp_path):
    documents, _ = _read(
        schema, tmp_path, "".join(_row([], text=f"第{n % 30}道") for n in range(60))
    )
    train, dev = divide(documents, 0)
    assert (len(train), len(dev)) == (54, 6)
    assert not {d.text for d in train} & {d.text for d in dev}
    assert divide(documents, 0) == (train, dev)


def test_what_is_left_out_stops_nothing(schema, tmp_path):
    _, issues = _read(schema, tmp_path, _row([*ENTITIES, {**ENTITIES[1], "id": 3}], colour="red"))
    assert {code for code, _, _ in issues} <= set(LEFT_OUT)


def test_a_file_that_cannot_be_read_is_one_error(schema, tmp_path):
    with pytest.raises(PingyuError, match="E101"):
        Reader(schema).read(tmp_path / "none.jsonl")
    (tmp_path / "gb.txt").write_bytes("茄 O".encode("gb18030"))
    with pytest.raises(PingyuError, match="E603"):
        Reader(schema).read(tmp_path / "gb.txt")
