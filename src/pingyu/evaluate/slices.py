"""Parts of a test set: by genre, script, length, seen or unseen, kind of source."""

from __future__ import annotations

from collections.abc import Sequence

SLICES = ("genre", "seen", "script", "source", "length")
_BANDS = {"under 300": 300, "300–599": 600, "600–1,199": 1200, "1,200–3,999": 4000}  # characters
_LONG = "4,000 and more"


def length_band(text: str) -> str:
    """The band of lengths that a text falls into, in characters."""
    return next((band for band, limit in _BANDS.items() if len(text) < limit), _LONG)


def members(facts: Sequence[dict[str, str]]) -> dict[str, dict[str, list[int]]]:
    """Facts of each document (slice → value) → slice → value → numbers of the documents.

    A slice that says the same of all documents, or nothing of some, is left out.
    """
    found: dict[str, dict[str, list[int]]] = {}
    for name in SLICES:
        values = [fact.get(name, "") for fact in facts]
        if all(values) and len(set(values)) > 1:
            order = [*_BANDS, _LONG] if name == "length" else sorted(set(values))
            numbers = {value: [n for n, v in enumerate(values) if v == value] for value in order}
            found[name] = {value: some for value, some in numbers.items() if some}
    return found
