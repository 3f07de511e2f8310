import pytest


@pytest.fixture(autouse=True)
def scripts(root, monkeypatch):
    """The scripts of benchmarks/ import each other by name."""
    monkeypatch.syspath_prepend(root / "benchmarks")
