"""Recipes, a domain of its own: dishes within dishes, two relations between the same labels."""

from __future__ import annotations

import itertools
import json
import re

SCHEMA = """
[labels."菜名"]

[labels."食材"]
inside = ["菜名"]

[labels."用量"]
inside = []

[labels."动作"]

[relations."需要"]
heads = ["食材"]
tails = ["用量"]

[relations."加入"]
heads = ["动作"]
tails = ["食材"]

[relations."取出"]
heads = ["动作"]
tails = ["食材"]

[relations."主料"]
heads = ["菜名"]
tails = ["食材"]
by = "containment"
"""
_FOODS = ("番茄", "土豆", "豆腐", "青椒", "茄子", "排骨")
_MEASURES = ("两勺", "三克", "半碗", "一把")


def row(marked: str, *relations: tuple[str, int, int]) -> dict[str, object]:
    """A row as doccano writes it: `[label:text]` marks an entity, which may hold others; relations
    are (type, from, to), by the order in which entities begin."""
    text, entities, open_ = "", [], []
    for opens, closes, plain in re.findall(r"\[(\w+):|(\])|([^\[\]]+)", marked):
        if opens:
            entities.append({"id": len(entities) + 7, "label": opens, "start_offset": len(text)})
            open_.append(entities[-1])
        elif closes:
            open_.pop()["end_offset"] = len(text)
        text += plain
    made = [{"type": t, "from_id": a + 7, "to_id": b + 7} for t, a, b in relations]
    return {"text": text, "entities": entities, "relations": made}


def rows() -> list[dict[str, object]]:
    """60 sentences."""
    found = []
    for n, (a, b) in enumerate(itertools.permutations(_FOODS, 2)):
        steps = f"锅中[动作:放入][食材:{a}][用量:{_MEASURES[n % 4]}]，[动作:捞出][食材:{b}]。"
        found.append(row(steps, ("加入", 0, 1), ("需要", 1, 2), ("取出", 3, 4)))
        dish = f"今天做[菜名:[菜名:[食材:{a}]炒[食材:{b}]]盖饭]，好吃。"
        found.append(row(dish, ("主料", 1, 2), ("主料", 1, 3)))
    return found


def jsonl(some: list[dict[str, object]]) -> str:
    return "".join(json.dumps(each, ensure_ascii=False) + "\n" for each in some)
