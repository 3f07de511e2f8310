import pytest

from pingyu.annotate.state import State, compare


@pytest.mark.parametrize(
    ("here", "there", "pushed", "agreed", "who"),
    [
        ("a", "a", "", None, "none"),
        ("a", "b", "", None, "both"),
        ("a", "b", "a", None, "there"),
        ("b", "a", "a", None, "both"),  # without a past, nothing says that doccano's is the older
        ("b", "a", "a", ("a", "a"), "here"),
        ("a", "b", "a", ("a", "a"), "there"),
        ("b", "c", "a", ("a", "a"), "both"),
        ("a", "b", "a", ("a", "b"), "none"),  # as pulled: a gold file says some things otherwise
        ("a", "c", "a", ("a", "b"), "there"),
    ],
)
def test_who_changed(here, there, pushed, agreed, who):
    assert compare(here, there, pushed, agreed) == who


def test_what_is_kept_is_read_back(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    state = State.load("http://127.0.0.1:8000", 3)
    assert (state.agreed, state.in_hand, state.task) == ({}, set(), "")
    state.agreed["市/区"] = ("a", "b")
    state.in_hand.add("x")
    state.task = "t"
    state.save()
    assert State.load("http://127.0.0.1:8000", 3) == state
    assert State.load("http://127.0.0.1:8000", 4).agreed == {}
    assert [p.name for p in (tmp_path / ".doccano").iterdir()] == ["127-0-0-1-8000-3.json"]
