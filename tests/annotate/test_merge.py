from dataclasses import replace

import pytest

from pingyu import inline
from pingyu.annotate.exchange import from_row, to_row
from pingyu.annotate.merge import merge
from pingyu.errors import PingyuError
from pingyu.schema import Relation, Span

MARKED = (
    "[U:s 石桥镇]、[U:d 大河乡][A:d+s 新修灌渠十二公里]，[A:s 进度[R 全县第一]]，但[D:d 集镇保洁]不足。\n"
    "[R:r1 前两名]、[R:r2 末两名]是[U:d:r2+r1 大河乡]和[U:b:r1 北关街道]，[U:s 石桥]领先。"
)


def copy_of(marked, change=None, keys=True):
    document = inline.parse(marked)
    row = {"id": 1, **to_row("n", document)}
    if not keys:
        row["keys"] = None
    copy = from_row(row, "n")
    return replace(copy, document=change(copy.document)) if change else copy


def without(document, text):
    """The document without the spans of this text, and their relations."""
    gone = {n for n, s in enumerate(document.spans) if s.text == text}
    kept = [n for n in range(len(document.spans)) if n not in gone]
    index = {n: i for i, n in enumerate(kept)}
    return replace(
        document,
        spans=[document.spans[n] for n in kept],
        relations=[
            Relation(r.type, index[r.head], index[r.tail])
            for r in document.relations
            if r.head in index and r.tail in index
        ],
        keys=[""] * len(kept),
    )


def added(document, label, text, relations=()):
    """The document with a span at the first `text`; relations as (type, text of head, text of tail)."""
    at = document.text.index(text)
    spans = sorted(
        [*document.spans, Span(label, at, at + len(text), text)],
        key=lambda s: (s.start, -s.end, s.label),
    )
    index = {span: n for n, span in enumerate(spans)}
    found = [
        Relation(r.type, index[document.spans[r.head]], index[document.spans[r.tail]])
        for r in document.relations
    ]
    by_text = {span.text: n for n, span in reversed(list(enumerate(spans)))}
    found += [Relation(t, by_text[h], by_text[d]) for t, h, d in relations]
    return replace(document, spans=spans, relations=found, keys=[""] * len(spans))


def test_unchanged_is_unchanged_to_the_order_of_keys():
    assert merge(copy_of(MARKED), MARKED) == MARKED


def test_without_the_file_the_keys_that_were_pushed_are_used():
    back = inline.parse(merge(copy_of(MARKED), None))
    assert (back.spans, back.relations, back.keys) == (
        inline.parse(MARKED).spans,
        inline.parse(MARKED).relations,
        inline.parse(MARKED).keys,
    )


def test_without_any_key_names_decide_what_is_one_unit():
    back = inline.parse(merge(copy_of(MARKED, keys=False), None))
    assert len(back.mentions()) == 3
    assert back.relations == inline.parse(MARKED).relations


def test_an_edit_changes_its_own_mark_alone():
    copy = copy_of(MARKED, lambda d: without(d, "集镇保洁"))
    assert merge(copy, MARKED) == MARKED.replace("[D:d 集镇保洁]", "集镇保洁")


def test_a_new_mention_joins_the_unit_of_its_name():
    fresh = "[U:s 石桥镇][A:s 完工]。县林业局[D:s 不足]，石桥镇领先。"
    copy = copy_of(
        fresh, lambda d: added(d, "UNIT", "县林业局", [("HAS_DEFICIENCY", "县林业局", "不足")])
    )
    assert (
        merge(copy, fresh) == "[U:s 石桥镇][A:s 完工]。[U:u1 县林业局][D:s+u1 不足]，石桥镇领先。"
    )
    again = fresh.replace("，石桥镇", "，石桥镇区")
    copy = copy_of(again, lambda d: added(d, "UNIT", "石桥镇区"))
    assert "[U:u1 石桥镇区]" in merge(copy, again)


def test_a_rank_in_a_statement_needs_no_arrow():
    copy = copy_of(
        MARKED,
        lambda d: replace(
            d, relations=[r for r in d.relations if d.spans[r.tail].text != "全县第一"]
        ),
    )
    assert merge(copy, MARKED) == MARKED


def test_two_mentions_of_one_unit_count_once():
    def twice(document):
        last = len(document.spans) - 1
        tail = next(n for n, s in enumerate(document.spans) if s.text.startswith("进度"))
        return replace(
            document, relations=[*document.relations, Relation("HAS_ACHIEVEMENT", last, tail)]
        )

    assert merge(copy_of(MARKED, twice), MARKED) == MARKED


def test_a_new_rank_of_a_unit_gets_a_key():
    marked = "[U:s 石桥镇][A:s 完工]，位居前列。"
    copy = copy_of(marked, lambda d: added(d, "RANK", "前列", [("HAS_RANK", "石桥镇", "前列")]))
    assert merge(copy, marked) == "[U:s:r1 石桥镇][A:s 完工]，位居[R:r1 前列]。"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda d: replace(d, relations=[]), "E528"),
        (lambda d: added(d, "RANK", "一，但"), "E529"),
        (lambda d: added(d, "UNIT", "新修"), "E529"),
        (lambda d: added(d, "RANK", "石桥"), "E529"),
        (lambda d: added(d, "RANK", "不足。\n"), "E202"),
        (lambda d: replace(d, relations=[*d.relations, Relation("HAS_RANK", 2, 6)]), "E523"),
    ],
)
def test_what_a_gold_file_cannot_say(change, code):
    with pytest.raises(PingyuError) as caught:
        merge(copy_of(MARKED, change), MARKED)
    assert caught.value.code == code
