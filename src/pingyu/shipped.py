"""Where the models that ship are."""

from __future__ import annotations

from pathlib import Path


def default_folder(name: str = "pingyu-small") -> Path:
    """Inside the installed package, or in the checkout's models/."""
    package = Path(__file__).resolve().parent
    inside = package / "models" / name
    return inside if inside.is_dir() else package.parents[1] / "models" / name
