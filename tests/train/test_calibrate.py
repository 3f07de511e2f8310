"""Temperatures find their way back to honest scores."""

import math
from dataclasses import replace
from types import SimpleNamespace

import numpy as np

from pingyu.extract.spans import flattened
from pingyu.schema import REVIEWS, Document, Span
from train.calibrate import fit_temperatures

TEXT = "石桥镇" * 200


class Boaster:
    """Says 0.95 of every span, and is right four times in five."""

    settings = SimpleNamespace(
        temperatures={"spans": 1.0, "relations": 1.0},
        roles=SimpleNamespace(schema=SimpleNamespace(names=REVIEWS)),
    )

    def extract(self, text):
        score = flattened(math.log(0.95), self.settings.temperatures["spans"])
        spans = [Span("UNIT", n, n + 3, text[n : n + 3], score) for n in range(0, len(text), 3)]
        return Document(text, spans)


def test_a_model_that_boasts_is_taken_at_its_record(monkeypatch):
    monkeypatch.setattr(
        "train.calibrate.replace", lambda old, **new: SimpleNamespace(**{**vars(old), **new})
    )
    model = Boaster()
    gold = model.extract(TEXT)
    gold.spans = [
        span if n % 5 else replace(span, end=span.end - 1, text=span.text[:-1])
        for n, span in enumerate(gold.spans)
    ]
    gold.keys = ["u"] * len(gold.spans)
    fit_temperatures(model, [gold])
    assert np.isclose(model.extract(TEXT).spans[0].score, 0.8, atol=0.01)
