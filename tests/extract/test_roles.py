"""What a network's outputs stand for: layers, mentions, targets, scores."""

import pytest

from pingyu import inline
from pingyu.extract.roles import Roles, depths
from pingyu.labels import LabelSchema
from pingyu.schema import Document, Span


def _spans(*places):
    return [Span(label, start, end, "") for label, start, end in places]


def test_the_corpus_has_a_layer_a_label_and_two_scores(roles, schema, root):
    documents = [d for _, d in inline.read_folder(root / "annotations" / "town")]
    assert Roles.of(schema, documents) == roles
    assert roles.mentions == ("UNIT",)
    assert roles.targets == ("ACHIEVEMENT", "DEFICIENCY", "RANK")
    assert roles.governed == {"ACHIEVEMENT": "HAS_ACHIEVEMENT", "DEFICIENCY": "HAS_DEFICIENCY"}
    assert (roles.types, roles.scores) == (("HAS_RANK",), 2)


@pytest.mark.parametrize(
    ("places", "expected"),
    [
        ([("a", 0, 9), ("a", 0, 4), ("a", 1, 3), ("a", 5, 8)], [0, 1, 2, 1]),
        ([("a", 0, 9), ("b", 0, 4), ("b", 5, 8)], [0, 0, 0]),
        ([("a", 0, 5), ("a", 3, 8), ("a", 6, 9)], [0, 1, 0]),
    ],
)
def test_a_span_is_as_deep_as_it_overlaps_its_own_label(places, expected):
    assert depths(_spans(*places)) == expected


def test_layers_and_open_nesting_come_from_the_documents():
    schema = LabelSchema.model_validate({"labels": {"a": {}, "b": {"inside": []}}})
    spans = _spans(("a", 0, 9), ("a", 0, 4), ("b", 1, 3), ("a", 1, 3))
    roles = Roles.of(schema, [Document("x" * 9, spans, [], [""] * 4)])
    assert roles.layers == ("a", "a", "a", "b")
    assert roles.schema.labels["a"].inside == ("a", "b")
    assert roles.schema.labels["b"].inside == ()
    assert roles.layered(spans) == [(0, 0, 9), (1, 0, 4), (3, 1, 3), (2, 1, 3)]
    assert Roles(roles.schema, ("a", "b")).layered(spans) == [(0, 0, 9), (1, 1, 3)]


def test_the_narrowest_holder_holds():
    relation = {"heads": ["a"], "tails": ["a", "b"], "by": "containment"}
    schema = LabelSchema.model_validate(
        {"labels": {"a": {}, "b": {}}, "relations": {"R": relation}}
    )
    roles = Roles(schema, ("a", "a", "b"))
    spans = _spans(("a", 0, 9), ("a", 0, 4), ("b", 0, 4), ("b", 5, 8), ("b", 8, 10))
    assert roles.held(spans) == {1: (0, "R"), 2: (1, "R"), 3: (0, "R")}
    assert roles.scores == 0


def test_only_names_join(schema):
    labels = {"a": {"names": True}, "b": {}}
    relation = {"heads": ["a", "b"], "tails": ["b"]}
    roles = Roles(
        LabelSchema.model_validate({"labels": labels, "relations": {"R": relation}}), ("a", "b")
    )
    spans = [Span(label, 0, 3, "清河区") for label in "abab"]
    assert roles.bodies(spans) == [0, -1, 0, -2]
