"""What the model that ships finds in the dev split, once a test run."""

import pytest

from pingyu import trial
from pingyu.extract.extractor import Extractor
from train.config import split_names


@pytest.fixture(scope="session")
def dev_cases(root, shipped):
    annotations = root / "annotations"
    names = split_names(annotations / "splits.toml", "dev")
    golds, errors = trial.find(annotations / f"{name}.inl" for name in names)
    assert not errors
    return trial.run(golds, Extractor.load(shipped))
