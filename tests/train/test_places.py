from train.places import build, write


def test_the_gazetteer_that_ships_is_what_the_package_gives(root, tmp_path):
    shipped = (root / "src" / "pingyu" / "interpret" / "places.tsv").read_text(encoding="utf-8")
    assert build() == shipped
    assert write(tmp_path / "places.tsv") == shipped.count("\n") - 1
    assert (tmp_path / "places.tsv").read_text(encoding="utf-8") == shipped
