import spacy

from pingyu import inline

GOLD = inline.parse("[U:a 石桥镇][A:a 进度[R 第一]]。\n不足：[D:a 防火😀]，[R 前十]")


def test_gold_goes_into_spacys_formats_and_what_it_says_comes_back():
    import stock

    docs = list(stock.to_docbin([GOLD]).get_docs(spacy.blank("zh").vocab))
    assert [e.text for e in docs[0].ents] == ["石桥镇"]
    assert {s.label_ for s in docs[0].spans["statements"]} == {"ACHIEVEMENT", "DEFICIENCY", "RANK"}
    document = stock.to_document(docs[0])
    places = [(s.label, s.start, s.end, s.text) for s in document.spans]
    assert places == [(s.label, s.start, s.end, s.text) for s in GOLD.spans]
    relations = [(r.type, r.head, r.tail) for r in document.relations]
    assert relations == [
        ("HAS_ACHIEVEMENT", 0, 1),
        ("HAS_RANK", 1, 2),
        ("HAS_DEFICIENCY", 0, 3),
        ("HAS_RANK", 0, 4),
    ]


def test_a_statement_before_every_unit_has_no_relation():
    import stock

    doc = spacy.blank("zh")("进度第一，石桥镇")
    doc.spans["statements"] = [doc.char_span(0, 4, label="ACHIEVEMENT")]
    doc.set_ents([doc.char_span(5, 8, label="UNIT")])
    assert stock.to_document(doc).relations == []


def test_differences_are_spans_missed_and_spans_too_many():
    import peers

    said = inline.parse("[U:a 石桥镇]进度[R 第一]。\n不足：[D:a 防火😀]，[R 前十]")
    assert peers.differences(GOLD, said) == [
        {"kind": "missed", "label": "ACHIEVEMENT", "text": "进度第一"}
    ]
