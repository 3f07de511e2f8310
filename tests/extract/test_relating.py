"""A long text is read window by window and related stretch by stretch."""

import tracemalloc
from dataclasses import replace
from random import Random

import numpy as np
import pytest

from pingyu.extract import pairs, relating
from pingyu.extract.encode import encode
from pingyu.extract.extractor import Extractor
from pingyu.extract.pairs import features, pair_up
from pingyu.extract.relating import Relating
from pingyu.extract.tags import N_TAGS, O, U

OF_ALL = ("units_in_document", "mentions_of_unit")  # features that look at the whole document


class Tagger:
    """Takes every 甲 for a unit, every 修 for an achievement, every 一 for a rank."""

    def __init__(self, extractor):
        characters = extractor.vocabulary.characters
        self.layers = [characters.index(c) for c in "甲修〇一"]
        self.width = extractor.settings.width

    def run(self, _, inputs, *options):
        chars = inputs["chars"][0]
        found = chars[:, None] == np.array(self.layers)
        log_probs = np.full((len(chars), len(self.layers), N_TAGS), -20, np.float32)
        log_probs[..., O] = np.where(found, -20, 0)
        log_probs[..., U] = np.where(found, 0, -20)
        return log_probs[None], np.ones((1, len(chars), self.width), np.float32)


@pytest.fixture
def extractor(shipped):
    extractor = Extractor.load(shipped)
    extractor._tagger = Tagger(extractor)
    extractor.settings = replace(extractor.settings, core=500, margin=100)
    return extractor


@pytest.fixture
def near(monkeypatch):
    """Texts need not be as long as in earnest to be of many stretches."""
    for module in (relating, pairs):
        monkeypatch.setattr(module, "FARTHEST", 600)
    return 600


def _beyond_the_document(extractor, text):
    """Bytes that extraction held at most, without those of what it gave."""
    tracemalloc.start()
    document = extractor.extract(text)
    kept, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(document.relations) > len(text) / 100
    return most - kept


def test_memory_does_not_grow_with_the_number_of_windows(extractor, near):
    line = "甲镇今年新修水渠十二公里，进度居第一，群众都说好。\n"
    short, long = (line * (stretches * near // len(line)) for stretches in (6, 48))
    extractor.extract(line)  # what the first call loads is no part of it
    assert _beyond_the_document(extractor, long) < 1.5 * _beyond_the_document(extractor, short)


def test_the_edges_of_the_first_mention_and_of_near_spans_are_kept(extractor, near, monkeypatch):
    kept = []
    take = Relating.take

    def watched(self, *arguments):
        take(self, *arguments)
        kept.append((len(self.edges), list(self.firsts)))

    monkeypatch.setattr(Relating, "take", watched)
    extractor.extract("甲镇修桥，居第一。" * 1000)
    assert len(kept) > 10
    # those of the last window, FARTHEST before it and what is not related yet
    assert max(edges for edges, _ in kept) <= 3 * (500 + 3 * near) / 9
    assert all(firsts == [0] for _, firsts in kept)


@pytest.mark.parametrize("seed", range(3))
def test_stretches_have_the_pairs_of_the_whole(extractor, near, monkeypatch, seed):
    """… with the same features, but for those that count over the document: it is not read yet."""
    random = Random(seed)
    text = "".join(random.choices("甲修一镇，。、\n的", [1, 2, 1, 3, 3, 1, 2, 1, 80], k=9000))
    roles = extractor.settings.roles
    counts = [list(features(roles)).index(name) for name in OF_ALL]
    found = []

    def watched(text, layout, mentions, targets, roles, part):
        some = pairs_of(text, layout, mentions, targets, roles, part)
        for m, t, row in zip(some.mention, some.target, some.features, strict=True):
            place = mentions.spans[m].start, targets[t].start
            found.append((place, np.delete(row, counts).tolist()))
        return some

    pairs_of = relating.pairs_of
    monkeypatch.setattr(relating, "pairs_of", watched)
    spans = extractor.extract(text).spans
    mentions, targets = (
        [s for s in spans if (s.label == "UNIT") is unit] for unit in (True, False)
    )
    encoded = encode(text, extractor.vocabulary)
    whole = pair_up(text, encoded, mentions, targets, roles.bodies(mentions), roles)
    expected = [
        ((mentions[m].start, targets[t].start), np.delete(row, counts).tolist())
        for m, t, row in zip(whole.mention, whole.target, whole.features, strict=True)
    ]
    assert found == expected
    first = mentions[0].start
    assert max(t for (m, t), _ in found if m == first) > 10 * near
    apart = {abs(m - t) for (m, t), _ in found if m != first}
    assert near - 100 < max(apart) < near


def test_a_text_that_is_read_in_windows_is_told_of(extractor):
    told = []
    extractor.extract("甲镇修桥。" * 300, lambda done, of: told.append((done, of)))
    assert len(told) > 2
    assert [of for _, of in told] == [1500] * len(told)
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    assert told[-1] == (1500, 1500)
