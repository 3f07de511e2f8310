import pytest

from pingyu import inline
from pingyu.annotate.labels import LabelSchema
from pingyu.errors import PingyuError
from pingyu.schema import LABELS, RELATION_TYPES, Document, Relation, Span


@pytest.fixture
def schema(root):
    return LabelSchema.read(root / "annotations" / "schema.toml")


def test_the_schema_is_the_products(schema, root):
    assert tuple(schema.labels) == LABELS
    assert tuple(schema.relations) == RELATION_TYPES
    for name, document in inline.read_folder(root / "annotations"):
        schema.check(document, name)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("[labels", "Mend the file"),
        ("[labels.X]\nkey = 'x'\n[relations]", "labels.X.colour"),
        ("[labels]\n[relations.R]\ncolour = '#0'\nheads = ['X']\ntails = []", "no label 'X'"),
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
