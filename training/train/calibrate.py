"""Temperatures under which the scores of a model say how often it is right, fitted on dev.

Guo et al. (2017), «On Calibration of Modern Neural Networks».
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial

import numpy as np
from scipy.optimize import minimize_scalar

from pingyu.evaluate.calibration import Scored, scored_relations, scored_spans
from pingyu.extract.extractor import Extractor, Reading
from pingyu.extract.model_folder import ModelFiles
from pingyu.schema import Document

RANGE = (0.3, 6.0)


class Remembering(Extractor):
    """An extractor that tags each text once: temperatures change its scores, not its tags."""

    def __init__(self, files: ModelFiles, threads: int = 1) -> None:
        super().__init__(files, threads)
        self._tagged: dict[str, Reading] = {}

    def _tag(self, text: str) -> Reading:
        if text not in self._tagged:
            self._tagged[text] = super()._tag(text)
        return self._tagged[text]


def fit_temperatures(model: Remembering, gold: Iterable[Document]) -> dict[str, float]:
    """The temperatures "spans" and "relations" of the least negative log likelihood.

    `model` is left with them. Those of spans first: a relation is scored with both its spans.
    """
    documents = list(gold)
    names = model.settings.roles.schema.names
    scored: dict[str, Callable[[Document, Document], list[Scored]]] = {
        "spans": scored_spans,
        "relations": partial(scored_relations, names=names),
    }
    for name, of in scored.items():

        def loss(
            temperature: float, name: str = name, of: Callable[..., list[Scored]] = of
        ) -> float:
            temperatures = model.settings.temperatures | {name: float(temperature)}
            model.settings = replace(model.settings, temperatures=temperatures)
            return _loss([pair for g in documents for pair in of(g, model.extract(g.text))])

        best = minimize_scalar(loss, bounds=RANGE, method="bounded", options={"xatol": 0.02})
        loss(round(float(best.x), 3))
    return model.settings.temperatures


def _loss(scored: list[Scored]) -> float:
    """Mean negative log likelihood of what is right and wrong, by its scores."""
    values = np.array([(score, right) for score, right in scored], dtype=np.float64).reshape(-1, 2)
    likely = np.where(values[:, 1] > 0, values[:, 0], 1 - values[:, 0])
    return float(-np.log(np.clip(likely, 1e-6, 1)).mean()) if len(likely) else 0.0
