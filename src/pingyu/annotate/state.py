"""What this checkout knows of a doccano project: the versions last seen to agree, and what a push has
in hand. It decides nothing that the documents themselves can decide, so it may be lost."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from pathlib import Path

from pingyu.files import write_whole

FOLDER = Path(".doccano")
Pair = tuple[str, str]  # digests: here, in doccano


@dataclass(slots=True)
class State:
    """`agreed`: name → the two versions that were last in step; `in_hand`: documents that a push has
    begun with and not yet seen arrive; `task`: the import that it waits for."""

    path: Path
    agreed: dict[str, Pair] = field(default_factory=dict)
    in_hand: set[str] = field(default_factory=set)
    task: str = ""

    @classmethod
    def load(cls, url: str, project: int) -> State:
        """Of one project of one server; empty where none was kept."""
        server = re.sub(r"\W+", "-", url.split("://")[-1])
        path = FOLDER / f"{server}-{project}.json"
        if not path.is_file():
            return cls(path)
        values = json.loads(path.read_text(encoding="utf-8"))
        agreed = {name: (pair[0], pair[1]) for name, pair in values["agreed"].items()}
        return cls(path, agreed, set(values["in_hand"]), values["task"])

    def save(self) -> None:
        """Whole or not at all, so that a command may be cut off anywhere."""
        values = {
            "agreed": dict(sorted(self.agreed.items())),
            "in_hand": sorted(self.in_hand),
            "task": self.task,
        }
        write_whole(self.path, json.dumps(values, indent=0, ensure_ascii=False).encode())


def compare(here: str, there: str, pushed: str, agreed: Pair | None) -> str:
    """Who changed a document since the two were in step: "none", "here", "there" or "both".

    here, there: digests of both versions; pushed: of the version that doccano was once given. Where
    nothing is known of the past, a version here that is the one pushed has not changed; any other
    difference counts as changed on both sides, so that nothing is overwritten.
    """
    if agreed is None and here == pushed:
        agreed = pushed, pushed
    if here == there:
        return "none"
    if agreed is None:
        return "both"
    changes = (here != agreed[0], there != agreed[1])
    return {
        (False, False): "none",
        (True, False): "here",
        (False, True): "there",
        (True, True): "both",
    }[changes]
