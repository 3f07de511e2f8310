"""Names to look for in pieces of a text, of which a long document has many thousands."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable


class Known:
    """Names, found by their first character. None is empty."""

    def __init__(self, names: Iterable[str] = ()) -> None:
        self._by_first: dict[str, list[tuple[int, str]]] = defaultdict(list)
        for n, name in enumerate(names):
            self._by_first[name[0]].append((n, name))

    def among(self, text: str) -> list[str]:
        """Those that begin with a character of the text, and so all that stand in it or in what is
        left of it when some are taken out; in the order in which they were given."""
        several = (self._by_first[first] for first in set(text) & self._by_first.keys())
        return [name for _, name in sorted(entry for entries in several for entry in entries)]
