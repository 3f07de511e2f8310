"""The loop with a real doccano server; the annotator is doccano-client, which shares no code with
pingyu."""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time

import pytest
from doccano_server import PASSWORD, USER, Annotator, Server

from pingyu import inline
from pingyu.annotate import sync
from pingyu.annotate.client import Client, ServerError
from pingyu.cli import main
from pingyu.export import write_jsonl

pytestmark = pytest.mark.doccano


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    server = Server(tmp_path_factory.mktemp("doccano"))
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def annotator(server):
    annotator = Annotator(server.url)
    yield annotator
    annotator.close()


@pytest.fixture
def here(server, root, tmp_path, monkeypatch, request):
    """A working folder with annotations/schema.toml, and the server's address in the environment."""
    (tmp_path / "annotations").mkdir()
    shutil.copy(root / "annotations" / "schema.toml", tmp_path / "annotations")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DOCCANO_URL", server.url)
    monkeypatch.setenv("DOCCANO_USER", USER)
    monkeypatch.setenv("DOCCANO_PASSWORD", PASSWORD)
    monkeypatch.setenv("DOCCANO_PROJECT", request.node.name)
    return tmp_path


def gold(folder, **texts):
    for name, marked in texts.items():
        path = folder / "annotations" / "town" / f"{name}.inl"
        path.parent.mkdir(exist_ok=True)
        path.write_text(marked + "\n", encoding="utf-8")
    return folder / "annotations"


def read(folder, name):
    return (folder / "annotations" / "town" / f"{name}.inl").read_text(encoding="utf-8")


def run(*words):
    return main(["doccano", *map(str, words)])


@pytest.fixture
def there(annotator, request):
    """The project of the test as the annotator sees it: name → example."""

    def look():
        project = next(p for p in annotator("list_projects") if p["name"] == request.node.name)
        examples = annotator("list_examples", project["id"])
        names = [e["meta"]["name"] for e in examples]
        assert len(names) == len(set(names)), "duplicates"
        return project["id"], dict(zip(names, examples, strict=True))

    return look


PLAIN = "[U:s 石桥镇][A:s 新修灌渠十二公里]，[A:s 进度[R 全县第一]]，但在[D:s 集镇保洁]等方面不足。"
ODD = (
    "𠮷田镇😀，[U:y 𠮷田镇] [A:y 修路👍🏽三\u3000公里]。\n\n  [D:y 防火e\u0301不足]；[R 全县第😀一]"
)


def test_what_is_pushed_is_what_the_annotator_sees(here, there, annotator):
    assert run("push", gold(here, plain=PLAIN, odd=ODD)) == 0
    project, examples = there()
    for name, marked in (("plain", PLAIN), ("odd", ODD)):
        document = inline.parse(marked)
        example = examples[f"town/{name}"]
        assert example["text"] == document.text
        spans = annotator("list_spans", project, example["id"])
        assert len(spans) == len(document.spans)
        relations = annotator("list_relations", project, example["id"])
        assert len(relations) == len(document.relations)
    # clusters are what doccano's browser counts: 𠮷 and 😀 one each, as code points; 👍🏽 one, not two
    labels = {t["id"]: t["text"] for t in annotator("list_label_types", project, "span")}
    odd = examples["town/odd"]
    spans = annotator("list_spans", project, odd["id"])
    found = sorted((s["start_offset"], s["end_offset"], labels[s["label"]]) for s in spans)
    assert found[:2] == [(5, 8, "UNIT"), (9, 16, "ACHIEVEMENT")]
    assert {
        t["text"]: t["background_color"] for t in annotator("list_label_types", project, "span")
    }["RANK"] == "#F9A825"


def test_a_push_repeated_changes_nothing_and_a_pull_gives_the_same_files(here, there, capsys):
    folder = gold(here, plain=PLAIN, odd=ODD)
    assert run("push", folder) == 0
    before = there()
    assert run("push", folder) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "2 unchanged here, 0 failed"
    assert there() == before
    assert run("pull", folder, "--all") == 0
    assert (read(here, "plain"), read(here, "odd")) == (PLAIN + "\n", ODD + "\n")
    shutil.rmtree(here / ".doccano")
    assert run("pull", here / "elsewhere", "--all") == 0
    for name in ("plain", "odd"):
        pulled = (here / "elsewhere" / "town" / f"{name}.inl").read_text(encoding="utf-8")
        assert pulled == read(here, name)


def test_only_what_is_ticked_comes_back(here, there, annotator):
    folder = gold(here, plain=PLAIN, odd=ODD)
    run("push", folder)
    project, examples = there()
    for name in ("plain", "odd"):
        number = examples[f"town/{name}"]["id"]
        rank = max(annotator("list_spans", project, number), key=lambda s: s["start_offset"])
        annotator("delete_span", project, number, rank["id"])
    annotator("update_example_state", project, examples["town/plain"]["id"])
    assert run("pull", folder) == 0
    assert read(here, "plain") == PLAIN.replace("[D:s 集镇保洁]", "集镇保洁") + "\n"
    assert read(here, "odd") == ODD + "\n"
    assert run("pull", folder, "--all") == 0
    assert read(here, "odd") == ODD.replace("[R 全县第😀一]", "全县第😀一") + "\n"


def test_a_change_here_reaches_doccano_and_keeps_its_tick(here, there, annotator):
    folder = gold(here, plain=PLAIN)
    run("push", folder)
    project, examples = there()
    number = examples["town/plain"]["id"]
    annotator("update_example_state", project, number)
    gold(
        here,
        plain=PLAIN.replace("[D:s 集镇保洁]", "[D:s 集镇]保洁")
        .replace("[U:s ", "[U:q ")
        .replace(":s ", ":q "),
    )
    assert run("push", folder) == 0
    _, examples = there()
    assert examples["town/plain"]["id"] == number
    assert examples["town/plain"]["is_confirmed"]
    offsets = {
        (s["start_offset"], s["end_offset"]) for s in annotator("list_spans", project, number)
    }
    start = inline.parse(PLAIN).text.index("集镇")
    assert (start, start + 2) in offsets
    assert (start, start + 4) not in offsets
    assert len(annotator("list_relations", project, number)) == 4
    assert run("pull", folder, "--all") == 0
    assert "[D:q 集镇]保洁" in read(here, "plain")


def test_changed_on_both_sides_is_a_conflict_with_both_kept(here, there, annotator, capsys):
    folder = gold(here, plain=PLAIN)
    run("push", folder)
    project, examples = there()
    number = examples["town/plain"]["id"]
    rank = next(
        s
        for s in annotator("list_spans", project, number)
        if s["end_offset"] - s["start_offset"] == 4
    )
    annotator("delete_span", project, number, rank["id"])
    ours = PLAIN.replace("[D:s 集镇保洁]", "[D:s 集镇]保洁")
    gold(here, plain=ours)
    theirs = folder / "town" / "plain.inl.doccano"
    for command in (("push", folder), ("pull", folder, "--all")):
        assert run(*command) == 1
        assert "E517" in capsys.readouterr().err
        assert read(here, "plain") == ours + "\n"
        assert theirs.read_text(encoding="utf-8") != ours + "\n"
        theirs_text = theirs.read_text(encoding="utf-8")
    spans = annotator("list_spans", project, number)
    assert len(spans) == 4  # as the annotator left it
    assert run("status", folder) == 0
    assert "1 changed on both sides" in capsys.readouterr().out
    assert run("pull", folder, "--all", "--overwrite", "town/plain") == 0
    assert read(here, "plain") == theirs_text
    assert not theirs.exists()
    gold(here, plain=ours)
    assert run("push", folder, "--overwrite", "town/plain") == 0
    assert run("pull", here / "other", "--all") == 0
    assert (here / "other" / "town" / "plain.inl").read_text(encoding="utf-8") == ours + "\n"


def test_what_a_gold_file_cannot_say_is_told_and_the_rest_comes_back(
    here, there, annotator, capsys
):
    folder = gold(here, plain=PLAIN, odd=ODD)
    run("push", folder)
    project, examples = there()
    number = examples["town/plain"]["id"]
    for relation in annotator("list_relations", project, number):
        annotator("delete_relation", project, number, relation["id"])
    number = examples["town/odd"]["id"]
    rank = max(annotator("list_spans", project, number), key=lambda s: s["start_offset"])
    annotator("delete_span", project, number, rank["id"])
    assert run("pull", folder, "--all") == 1
    errors = capsys.readouterr().err
    assert "E518 town/plain" in errors
    assert "E528" in errors
    assert "Draw HAS_ACHIEVEMENT" in errors
    assert read(here, "plain") == PLAIN + "\n"
    assert "全县第😀一" in read(here, "odd").replace("[R ", "")
    assert read(here, "odd") != ODD + "\n"


def test_predictions_are_begun_from_and_never_put_over_an_annotators_work(here, there, annotator):
    document = inline.parse(PLAIN)
    document.source = "pool/fresh.html"
    document.relations = document.relations[1:]  # the model may miss one
    with (here / "suggested.jsonl").open("w", encoding="utf-8") as file:
        write_jsonl([document], file)
    assert run("push", here / "suggested.jsonl") == 0
    project, examples = there()
    number = examples["pool/fresh"]["id"]
    types = {t["text"]: t["id"] for t in annotator("list_label_types", project, "relation")}
    spans = sorted(annotator("list_spans", project, number), key=lambda s: s["start_offset"])
    annotator(
        "create_relation", project, number, spans[0]["id"], spans[1]["id"], types["HAS_ACHIEVEMENT"]
    )
    annotator("update_example_state", project, number)
    assert run("push", here / "suggested.jsonl") == 0
    assert len(annotator("list_relations", project, number)) == 4
    assert run("pull", here / "annotations") == 0
    pulled = inline.read_file(here / "annotations" / "pool" / "fresh.inl")
    assert pulled.relations == inline.parse(PLAIN).relations


def test_each_annotator_has_a_version_of_his_own(here, server, annotator, capsys):
    folder = gold(here, plain=PLAIN)
    assert run("push", folder, "--separate") == 0
    project = next(
        p
        for p in annotator("list_projects")
        if p["description"] == "pingyu" and p["name"].startswith("test_each")
    )
    number = annotator("list_examples", project["id"])[0]["id"]
    labels = {t["text"]: t["id"] for t in annotator("list_label_types", project["id"], "span")}
    types = {t["text"]: t["id"] for t in annotator("list_label_types", project["id"], "relation")}
    annotator("create_user", "bo", PASSWORD)
    annotator("add_member", project["id"], "bo", "annotator")
    bo = Annotator(server.url, "bo")
    for who, end in ((annotator, 11), (bo, 9)):
        assert who("list_spans", project["id"], number) == []
        unit = who("create_span", project["id"], number, 0, 3, labels["UNIT"])
        done = who("create_span", project["id"], number, 3, end, labels["ACHIEVEMENT"])
        who(
            "create_relation",
            project["id"],
            number,
            unit["id"],
            done["id"],
            types["HAS_ACHIEVEMENT"],
        )
        who("update_example_state", project["id"], number)
    bo.close()
    assert run("push", folder, "--separate") == 0
    assert run("pull", here / "second") == 0
    capsys.readouterr()
    assert main(["agreement", str(here / "second" / "admin"), str(here / "second" / "bo")]) == 0
    out = capsys.readouterr().out
    assert "ACHIEVEMENT 新修灌渠十二公里" in out
    assert "1 documents" in out


def test_failures_say_what_to_do(here, there, annotator, monkeypatch, capsys):
    folder = gold(here, plain=PLAIN)
    assert run("pull", folder) == 1
    assert "E509" in capsys.readouterr().err
    annotator("create_project", "images", "ImageClassification", "x")
    assert run("push", folder, "--project", "images") == 1
    assert "E507" in capsys.readouterr().err
    annotator("create_project", "browser", "SequenceLabeling", "x")
    assert run("push", folder, "--project", "browser") == 1
    assert "E508" in capsys.readouterr().err
    monkeypatch.setenv("DOCCANO_PASSWORD", "not-that-one")
    assert run("push", folder) == 1
    error = capsys.readouterr().err
    assert "E503" in error
    assert "not-that-one" not in error
    monkeypatch.setenv("DOCCANO_PASSWORD", PASSWORD)
    schema = here / "annotations" / "schema.toml"
    values = schema.read_text(encoding="utf-8").split("[labels.RANK]")[0]
    schema.write_text(values + "[relations]\n", encoding="utf-8")
    assert run("push", folder) == 1
    assert "no label 'RANK' in the schema" in capsys.readouterr().err


# the whole corpus


@pytest.fixture
def corpus(here, root):
    for path in (root / "annotations").rglob("*.inl"):
        copy = here / "annotations" / path.relative_to(root / "annotations")
        copy.parent.mkdir(exist_ok=True)
        shutil.copy(path, copy)
    return here / "annotations"


def files(folder):
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*.inl")}


def test_the_whole_corpus_comes_back_identical(here, corpus):
    before = files(corpus)
    assert len(before) > 900
    assert run("push", corpus) == 0
    assert run("pull", corpus, "--all") == 0
    assert files(corpus) == before
    shutil.rmtree(here / ".doccano")
    assert run("pull", here / "elsewhere", "--all") == 0
    for name, data in files(here / "elsewhere").items():
        was, now = (inline.parse(d.decode().removesuffix("\n")) for d in (before[name], data))
        assert (now.text, now.spans, now.relations, now.keys) == (
            was.text,
            was.spans,
            was.relations,
            was.keys,
        )


def test_killed_during_a_push_and_repeated(here, corpus, server, there):
    names = sorted(files(corpus))[:300]
    for name in files(corpus).keys() - set(names):
        (corpus / name).unlink()
    push = subprocess.Popen(
        [sys.executable, "-m", "pingyu.cli", "doccano", "push", str(corpus)],
        stderr=subprocess.PIPE,
        text=True,
        env=dict(os.environ),
    )
    deadline = time.monotonic() + 120
    tasks = set()
    while time.monotonic() < deadline and len(tasks) < 2:  # in the middle of the second batch
        for state in (here / ".doccano").glob("*.json"):
            tasks |= {json.loads(state.read_text(encoding="utf-8"))["task"]} - {""}
        time.sleep(0.02)
    assert len(tasks) == 2
    server.stop(signal.SIGKILL)
    _, error = push.communicate(timeout=120)
    assert push.returncode == 1
    assert error.startswith("E502")
    server.start()
    assert run("push", corpus) == 0
    _, examples = there()
    assert len(examples) == 300
    before = files(corpus)
    assert run("pull", corpus, "--all") == 0
    assert files(corpus) == before
    assert run("push", corpus) == 0


def test_what_annotators_did_after_a_push_was_cut_off_stays(
    here, there, annotator, monkeypatch, capsys
):
    folder = gold(here, odd=ODD, plain=PLAIN)
    upload, batches = Client.upload, []

    def cut_off(client, project, rows):
        batches.append(rows)
        if len(batches) == 2:
            raise ServerError("E502", url=client.url, reason="gone")
        return upload(client, project, rows)

    monkeypatch.setattr(sync, "BATCH", 1)
    monkeypatch.setattr(Client, "upload", cut_off)
    assert run("push", folder) == 1
    project, examples = there()
    assert list(examples) == ["town/odd"]
    number = examples["town/odd"]["id"]
    rank = max(annotator("list_spans", project, number), key=lambda s: s["start_offset"])
    annotator("delete_span", project, number, rank["id"])
    assert run("push", folder) == 0
    _, examples = there()
    assert sorted(examples) == ["town/odd", "town/plain"]
    assert rank["id"] not in {s["id"] for s in annotator("list_spans", project, number)}
    assert run("pull", folder, "--all") == 0
    assert read(here, "plain") == PLAIN + "\n"
    assert "全县第😀一" in read(here, "odd").replace("[R ", "")


def test_a_change_that_cuts_an_emoji_is_one_line_of_the_report(here, capsys):
    folder = gold(here, odd=ODD, plain=PLAIN)
    run("push", folder)
    changed = PLAIN.replace("[D:s 集镇保洁]", "[D:s 集镇]保洁")
    gold(here, odd=ODD.replace("👍🏽三\u3000公里]", "👍]🏽三\u3000公里"), plain=changed)
    capsys.readouterr()
    assert run("push", folder) == 1
    assert "E512 town/odd" in capsys.readouterr().err
    assert run("pull", here / "other", "--all") == 0
    assert (here / "other" / "town" / "plain.inl").read_text(encoding="utf-8") == changed + "\n"


# thirty edits


def an_edit(document, rng):
    """One random edit of a document: what the annotator does, to which span (or where)."""
    spans = list(document.spans)
    kinds = ["delete", "shorten", "relabel", "add", "second unit"]
    rng.shuffle(kinds)
    statements = [s for s in spans if s.label in ("ACHIEVEMENT", "DEFICIENCY")]
    ranks = [s for s in spans if s.label == "RANK"]
    bare = [
        s
        for s in statements
        if s.end - s.start > 5 and not any(s.start <= r.start < s.end for r in ranks)
    ]
    for kind in kinds:
        if kind == "delete" and bare:
            return kind, rng.choice(bare)
        if kind == "shorten" and bare:
            span = rng.choice(bare)
            if not document.text[span.end - 2].isspace():
                return kind, span
        if kind == "relabel" and bare:
            return kind, rng.choice(bare)
        if kind == "add":
            covered = {n for s in spans for n in range(s.start, s.end)}
            free = [
                n
                for n in range(len(document.text) - 4)
                if not covered & set(range(n, n + 4)) and document.text[n : n + 4].isalnum()
            ]
            if free and any(s.label == "UNIT" for s in spans):
                return kind, rng.choice(free)
        if kind == "second unit" and bare and len(document.mentions()) > 1:
            return kind, rng.choice(bare)
    raise AssertionError("nothing to edit")


def items(document):
    """Spans, and relations with units by their keys."""
    spans = {(s.label, s.start, s.end) for s in document.spans}
    relations = set()
    for r in document.relations:
        head, tail = document.spans[r.head], document.spans[r.tail]
        unit = document.keys[r.head] if head.label == "UNIT" else (head.start, head.end)
        relations.add((r.type, unit, tail.label, tail.start, tail.end))
    return spans, relations


def test_thirty_random_edits_come_back_as_those_edits(here, root, there, annotator):
    rng = random.Random(7)
    paths = [
        p
        for p in sorted((root / "annotations").rglob("*.inl"))
        if len(inline.read_file(p).spans) > 8 and inline.read_file(p).mentions()
    ]
    chosen = rng.sample(paths, 40)
    for path in chosen:
        copy = here / "annotations" / path.relative_to(root / "annotations")
        copy.parent.mkdir(exist_ok=True)
        shutil.copy(path, copy)
    corpus = here / "annotations"
    before = files(corpus)
    assert run("push", corpus) == 0
    project, examples = there()
    labels = {t["text"]: t["id"] for t in annotator("list_label_types", project, "span")}
    types = {t["text"]: t["id"] for t in annotator("list_label_types", project, "relation")}
    expected = {}
    for name in sorted(before)[:30]:
        document = inline.parse(before[name].decode().removesuffix("\n"))
        number = examples[name.removesuffix(".inl")]["id"]
        ids = {
            (s["label"], s["start_offset"], s["end_offset"]): s["id"]
            for s in annotator("list_spans", project, number)
        }
        kind, what = an_edit(document, rng)
        spans, relations = items(document)
        if kind == "add":
            unit = rng.choice([s for s in document.spans if s.label == "UNIT"])
            key = document.keys[document.spans.index(unit)]
            new = annotator("create_span", project, number, what, what + 4, labels["DEFICIENCY"])
            head = ids[labels["UNIT"], unit.start, unit.end]
            annotator("create_relation", project, number, head, new["id"], types["HAS_DEFICIENCY"])
            spans.add(("DEFICIENCY", what, what + 4))
            relations.add(("HAS_DEFICIENCY", key, "DEFICIENCY", what, what + 4))
            expected[name] = spans, relations
            continue
        place = (what.label, what.start, what.end)
        governed = {r for r in relations if r[2:] == place}
        span = ids[labels[what.label], what.start, what.end]
        if kind == "delete":
            annotator("delete_span", project, number, span)
            spans.discard(place)
            relations -= governed
        elif kind == "shorten":
            annotator("update_span", project, number, span, end_offset=what.end - 1)
            spans.discard(place)
            spans.add((what.label, what.start, what.end - 1))
            relations -= governed
            relations |= {(*r[:3], what.start, what.end - 1) for r in governed}
        elif kind == "relabel":
            other = {"ACHIEVEMENT": "DEFICIENCY", "DEFICIENCY": "ACHIEVEMENT"}[what.label]
            annotator("update_span", project, number, span, label=labels[other])
            for relation in annotator("list_relations", project, number):
                if relation["to_id"] == span:
                    annotator("delete_relation", project, number, relation["id"])
                    annotator(
                        "create_relation",
                        project,
                        number,
                        relation["from_id"],
                        span,
                        types[f"HAS_{other}"],
                    )
            spans.discard(place)
            spans.add((other, what.start, what.end))
            relations -= governed
            relations |= {(f"HAS_{other}", r[1], other, what.start, what.end) for r in governed}
        else:
            key = rng.choice(sorted(document.mentions().keys() - {r[1] for r in governed}) or [""])
            if key:
                unit = document.spans[document.mentions()[key][0]]
                head = ids[labels["UNIT"], unit.start, unit.end]
                annotator(
                    "create_relation", project, number, head, span, types[f"HAS_{what.label}"]
                )
                relations.add((f"HAS_{what.label}", key, *place))
        expected[name] = spans, relations
    assert len(expected) == 30
    assert run("pull", corpus, "--all") == 0
    after = files(corpus)
    assert after.keys() == before.keys()
    for name, data in after.items():
        if name not in expected:
            assert data == before[name]
            continue
        was, now = (inline.parse(d.decode().removesuffix("\n")) for d in (before[name], data))
        assert now.text == was.text
        assert items(now) == expected[name], name
        # and the file differs in the marks of what was edited alone
        keys = dict(
            zip(
                was.spans,
                zip(was.keys, inline.written_keys(before[name].decode()), strict=True),
                strict=True,
            )
        )
        for span, key, written in zip(
            now.spans, now.keys, inline.written_keys(data.decode()), strict=True
        ):
            if span in keys and span.label in ("UNIT", "RANK"):
                assert (key, written) == keys[span]


def test_a_document_that_was_cut_off_is_completed(here, there, annotator, capsys):
    folder = gold(here, plain=PLAIN)
    run("push", folder)
    project, examples = there()
    number = examples["town/plain"]["id"]
    annotator("delete_all_relations", project, number)  # as an import leaves it that was killed
    state = next((here / ".doccano").glob("*.json"))
    kept = json.loads(state.read_text(encoding="utf-8"))
    kept.update(in_hand=["town/plain"], agreed={}, task="gone")
    state.write_text(json.dumps(kept), encoding="utf-8")
    assert run("pull", folder, "--all") == 1
    assert "E530" in capsys.readouterr().err
    assert run("push", folder) == 0
    assert len(annotator("list_relations", project, number)) == 4
    assert run("pull", folder, "--all") == 0
    assert read(here, "plain") == PLAIN + "\n"
