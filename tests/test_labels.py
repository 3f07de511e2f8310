import ast

import pytest

from pingyu import inline
from pingyu.errors import PingyuError
from pingyu.labels import LabelSchema
from pingyu.schema import LABELS, RELATION_TYPES, REVIEWS, Document, Relation, Span


def test_the_schema_is_the_products(schema, root):
    assert tuple(schema.labels) == LABELS
    assert tuple(schema.relations) == RELATION_TYPES
    assert schema.names == REVIEWS
    assert schema.of_reviews
    for name, document in inline.read_folder(root / "annotations"):
        schema.check(document, name)


X = "[labels.X]\n"
GOVERNED = "[relations.{}]\nheads = ['X']\ntails = ['X']\nby = 'governor'\n"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("[labels", "Mend the file"),
        (
            "[labels.X]\nkeys = 'x'\ninside = 'X'",
            "labels.X.inside: Input should be a valid tuple; ",
        ),
        ("[labels.X]\nkeys = 'x'\ninside = 'X'", "labels.X.keys: Extra inputs"),
        ("[labels]", "labels: there is none"),
        ("[labels.PER.NAM]", 'is part of the name, write [labels."PER.NAM"]'),
        (
            f"{X}inside = ['Y']\n[relations.R]\nheads = ['Z']\ntails = []",
            "labels.X.inside: no label 'Y'",
        ),
        (
            f"{X}inside = ['Y']\n[relations.R]\nheads = ['Z']\ntails = []",
            "relations.R: no label 'Z'",
        ),
        (
            f"{X}[relations.R]\nheads = ['X']\ntails = ['X']\nby = {{ Y = 'pair' }}",
            "R.by: give a way",
        ),
        (X + GOVERNED.format("R") + GOVERNED.format("S"), "S: X is governed by R already"),
    ],
)
def test_a_wrong_schema_is_refused(tmp_path, text, reason):
    path = tmp_path / "schema.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(PingyuError, match="E401") as caught:
        LabelSchema.read(path)
    assert reason in str(caught.value)


def test_what_the_schema_forbids_is_named(schema):
    unit, person = Span("UNIT", 0, 1, "甲"), Span("PERSON", 1, 2, "乙")
    with pytest.raises(PingyuError, match="E510 n: no label 'PERSON'"):
        schema.check(Document("甲乙", [unit, person], [], ["", ""]), "n")
    with pytest.raises(
        PingyuError, match="E511 n: HAS_RANK may not go from UNIT '甲' to UNIT '甲'"
    ):
        schema.check(Document("甲乙", [unit], [Relation("HAS_RANK", 0, 0)], [""]), "n")


# what reads reviews, and the corpus of them: all else takes its labels from a schema
OF_REVIEWS = {
    *("src/pingyu/schema.py", "src/pingyu/inline.py", "src/pingyu/export.py"),
    *("src/pingyu/annotate/merge.py", "src/pingyu/annotate/agreement.py"),
    *("training/train/augment.py", "training/train/check.py", "training/train/composition.py"),
    *("training/train/describe.py", "training/train/formats.py", "training/train/card.py"),
    *("training/train/splice.py", "training/train/topic_gold.py", "training/train/words.py"),
}


def _says(path, words):
    """Does the code (not its prose) hold one of the words, as a name or as a string?"""
    nodes = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    parts = (getattr(n, field, None) for n in nodes for field in ("id", "attr", "name", "value"))
    return any(isinstance(part, str) and part in words for part in parts)


def test_only_what_reads_reviews_names_a_label(root):
    words = {*LABELS, *RELATION_TYPES, "LABELS", "RELATION_TYPES", "GOVERNED"}
    files = [*(root / "src").rglob("*.py"), *(root / "training").rglob("*.py")]
    naming = {p.relative_to(root).as_posix() for p in files if _says(p, words)}
    assert {path for path in naming if "/interpret/" not in path} == OF_REVIEWS
