"""Shared fixtures. Nothing here or in any test reaches the network."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

os.environ["HF_HUB_OFFLINE"] = "1"
ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def shipped() -> Path:
    """The model that ships."""
    return ROOT / "models" / "pingyu-small"


@pytest.fixture(scope="session")
def schema():
    """The labels of the corpus."""
    from pingyu.labels import LabelSchema

    return LabelSchema.read(ROOT / "annotations" / "schema.toml")


@pytest.fixture(scope="session")
def roles(schema):
    """The roles of the corpus's labels, one layer each."""
    from pingyu.extract.roles import Roles

    return Roles(schema, tuple(schema.labels))


@pytest.fixture(scope="session")
def smoke_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model trained by configs/smoke.cfg, once a test run."""
    from train.config import load
    from train.trainer import train

    output = tmp_path_factory.mktemp("smoke") / "model"
    config_path = ROOT / "configs" / "smoke.cfg"
    os.chdir(ROOT)
    train(load(config_path, ["--output", f'"{output}"']), config_path)
    return output


@pytest.fixture
def trained(smoke_model, root, monkeypatch):
    """The trainings that sweep and simulate ask for are recorded; their model is the smoke model."""
    from train import runs

    monkeypatch.chdir(root)
    recorded = []

    def train(run):
        recorded.append(run)
        shutil.copytree(smoke_model, run.folder)

    monkeypatch.setattr(runs, "_train", train)
    return recorded
