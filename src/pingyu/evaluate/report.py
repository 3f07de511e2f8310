"""Documents that a model was tried on → one report, as data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from pingyu.evaluate import bio, kinds, slices
from pingyu.evaluate.calibration import calibration, scored_relations, scored_spans
from pingyu.evaluate.kinds import Mistake, Pair
from pingyu.evaluate.resample import DRAWS, Interval, differences, intervals
from pingyu.evaluate.scores import (
    MEASURES,
    Tally,
    by_name,
    figures,
    rows,
    score,
    tally,
    total,
)
from pingyu.schema import REVIEWS, Document, Names

ALL = "all"
FEW = 5  # documents; an interval from fewer says nothing


@dataclass
class Case:
    """One gold document, and what was found in it.

    system: by the model; given: its relations where it was given the gold spans; other: by the
    model that it is compared with; facts: slice → value (see pingyu.evaluate.slices); names: of the
    schema that the model was trained for.
    """

    name: str
    gold: Document
    system: Document
    given: Document
    other: Document | None = None
    facts: dict[str, str] = field(default_factory=dict)
    names: Names = REVIEWS

    @cached_property
    def tally(self) -> dict[str, Tally]:
        """Counts by measure."""
        return tally(self.gold, self.system, self.given, self.names)

    @cached_property
    def pairs(self) -> list[Pair]:
        """Spans of gold and system that belong together."""
        return kinds.align(self.gold, self.system, self.names)

    @cached_property
    def mistakes(self) -> list[Mistake]:
        """All errors, in the order of the text."""
        return kinds.mistakes(self.gold, self.system, self.pairs, self.names)


def build(
    cases: Sequence[Case], model: str, against: str = "", curve: Sequence[dict[str, Any]] = ()
) -> dict[str, Any]:
    """The report of at least one case. `curve`: the loss by step of the training that made the
    model, where it is known."""
    pairs, names = [(case.gold, case.system) for case in cases], cases[0].names
    return {
        "model": model,
        "against": against,
        "documents": len(cases),
        "characters": sum(len(case.gold.text) for case in cases),
        "draws": DRAWS,
        "measures": _measures([case.tally for case in cases], names),
        "seqeval": bio.seqeval_figures(pairs, names.labels),
        "differences": _differences(cases) if against else {},
        "slices": _slices(cases),
        "errors": kinds.summary(m for case in cases for m in case.mistakes),
        "calibration": {
            "spans": calibration(s for pair in pairs for s in scored_spans(*pair)),
            "relations": calibration(s for pair in pairs for s in scored_relations(*pair, names)),
        },
        "confusion": kinds.confusion(
            ((case.gold, case.system, case.pairs) for case in cases), names.labels
        ),
        "curve": list(curve),
        "by_document": {
            case.name: {
                "spans": figures(case.tally["spans"]),
                "relations": figures(case.tally["relations"]),
                "errors": len(case.mistakes),
                **case.facts,
            }
            for case in cases
        },
    }


def metrics(cases: Sequence[Case]) -> dict[str, Any]:
    """What a model is known by: its strict figures (see scores.score), and the 95 % intervals of F1
    over all spans and all relations."""
    return {
        "documents": len(cases),
        **score(((case.gold, case.system) for case in cases), cases[0].names),
        "intervals": {
            name: intervals([case.tally[name] for case in cases])[-1]
            for name in ("spans", "relations")
        },
    }


def _measures(tallies: list[dict[str, Tally]], names: Names) -> dict[str, Any]:
    """Measure → label or type (or ALL) → figures with their interval."""
    sums = total(tallies)
    found: dict[str, Any] = {}
    for measure in MEASURES:
        named = (*rows(measure, names), ALL)
        sure = dict(zip(named, intervals([t[measure] for t in tallies]), strict=True))
        found[measure] = {
            name: {**row, "interval": sure[name]}
            for name, row in {
                ALL: figures(sums[measure]),
                **by_name(sums[measure], measure, names),
            }.items()
        }
    return found


def _differences(cases: Sequence[Case]) -> dict[str, Any]:
    """Measure → label or type (or ALL) → F1 of both models, the difference and its interval."""
    mine, names = [case.tally for case in cases], cases[0].names
    theirs = [tally(case.gold, case.other, names=names) for case in cases if case.other]
    sums, other_sums = total(mine), total(theirs)
    found: dict[str, Any] = {}
    for measure in ("spans", "relations"):
        named = (*rows(measure, names), ALL)
        sure = differences([t[measure] for t in mine], [t[measure] for t in theirs])
        others = by_name(other_sums[measure], measure, names)
        both = {
            ALL: (figures(sums[measure]), figures(other_sums[measure])),
            **{
                name: (row, others[name])
                for name, row in by_name(sums[measure], measure, names).items()
            },
        }
        interval: dict[str, Interval] = dict(zip(named, sure, strict=True))
        found[measure] = {
            name: {
                "f1": a["f1"],
                "other": b["f1"],
                "difference": round(a["f1"] - b["f1"], 4),
                "interval": interval[name],
            }
            for name, (a, b) in both.items()
        }
    return found


def _slices(cases: Sequence[Case]) -> dict[str, Any]:
    """Slice → value → number of documents, figures of spans and relations."""
    found: dict[str, Any] = {}
    for name, values in slices.members([case.facts for case in cases]).items():
        found[name] = {}
        for value, numbers in values.items():
            some = [cases[n].tally for n in numbers]
            row: dict[str, Any] = {"documents": len(some)}
            for measure in ("spans", "relations"):
                sure = intervals([t[measure] for t in some])[-1] if len(some) >= FEW else None
                row[measure] = {**figures(total(some)[measure]), "interval": sure}
            found[name][value] = row
    return found
