from pingyu.evaluate.slices import length_band, members


def test_bands_of_length():
    bands = [length_band("字" * n) for n in (0, 299, 300, 1199, 1200, 4000)]
    assert bands == [
        "under 300",
        "under 300",
        "300–599",
        "600–1,199",
        "1,200–3,999",
        "4,000 and more",
    ]


def test_a_slice_that_tells_no_documents_apart_is_left_out():
    facts = [
        {"genre": "town", "script": "Simplified", "length": "300–599", "seen": "seen"},
        {"genre": "bureau", "script": "Simplified", "length": "under 300"},
        {"genre": "town", "script": "Simplified", "length": "300–599", "seen": "unseen"},
    ]
    found = members(facts)
    assert found == {
        "genre": {"bureau": [1], "town": [0, 2]},
        "length": {"under 300": [1], "300–599": [0, 2]},
    }
    assert list(found["length"]) == ["under 300", "300–599"]
