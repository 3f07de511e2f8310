import json

import pytest

from pingyu import inline
from pingyu.annotate.local import check_name, name_of, read_all, write_gold
from pingyu.errors import PingyuError

MARKED = "[U:s 石桥镇][A:s 完工]"


def line(**values):
    return json.dumps({**inline.parse(MARKED).to_dict(), "source": "pool/a.html", **values})


def test_folders_and_lines_are_read_and_what_is_wrong_is_told(tmp_path):
    folder = tmp_path / "annotations" / "town"
    folder.mkdir(parents=True)
    (folder / "good.inl").write_text(MARKED, encoding="utf-8")
    (folder / "bad.inl").write_text("[U:s 石", encoding="utf-8")
    (folder / "gbk.inl").write_bytes(MARKED.encode("gb18030"))
    lines = tmp_path / "some.jsonl"
    bad = [
        line(source="pool/b.html", text="x"),
        "{",
        line(source="pool/c.html", relations=[{"type": "HAS_RANK", "head": 0, "tail": 9}]),
        line(source="pool/d.html", text="石桥镇完工\r"),
        line(source="pool/e.html", text="石桥镇完工\ud800"),
        line(source=""),
        line(source=None),
    ]
    lines.write_text("\n".join([line(), *bad, line()]), encoding="utf-8")
    errors = []
    found = read_all([tmp_path / "annotations", lines, tmp_path / "none.jsonl"], errors)
    assert set(found) == {"town/good", "pool/a"}
    assert found["town/good"].marked == MARKED
    assert found["pool/a"].marked is None
    assert found["pool/a"].document.spans == inline.parse(MARKED).spans
    codes = [error.code for error in errors]
    assert codes == ["E201", "E603", *["E520"] * 7, "E521", "E101"]
    assert "line 2" in str(errors[2])


@pytest.mark.parametrize(
    ("before", "after"), [(b"x", b"y\nz"), (b"x\n", b"y\nz\n"), (b"a\r\nx\r\n", b"y\r\nz\r\n")]
)
def test_a_file_keeps_its_line_ends(tmp_path, before, after):
    path = tmp_path / "a.inl"
    path.write_bytes(before)
    write_gold(path, "y\nz")
    assert path.read_bytes() == after
    assert [p.name for p in tmp_path.iterdir()] == ["a.inl"]


@pytest.mark.parametrize(
    ("source", "name"),
    [("pages/town/a.b.html", "town/a.b"), ("/x/a.txt", "x/a"), ("a.md", "a"), ("../a.md", "a")],
)
def test_names_come_from_paths(source, name):
    assert name_of(source) == name
    check_name(name)


@pytest.mark.parametrize(
    "name", ["../a", "/etc/x", "a//b", "a/.b", "a\\b", "a\nb", "C:a", " a", ""]
)
def test_names_that_leave_the_folder_are_refused(name):
    with pytest.raises(PingyuError, match="E522"):
        check_name(name)
