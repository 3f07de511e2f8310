"""`python -m train package`: a model folder → a wheel that `spacy.load` knows by its name."""

from __future__ import annotations

import json
import re
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

import pyproject_hooks
from build import ProjectBuilder
from packaging.requirements import Requirement
from packaging.version import InvalidVersion, Version
from spacy.cli.package import package as write_source

import pingyu
from pingyu.component import KEY, Pingyu
from pingyu.errors import PingyuError
from pingyu.extract.model_folder import ModelFiles
from pingyu.shipped import default_folder
from train import card
from train.evaluate import METRICS

_REPORTED = ("test", "dev")  # meta.json gives the figures of the first of them that there is
_OF_REVIEWS = (
    "Units, achievements, deficiency areas and rank phrases in Chinese review texts, and which unit "
    "each belongs to"
)
_EPOCH = "315532800"  # 1980, where the dates of a zip begin: the same files give the same wheel


def package(model: Path, output: Path, name: str, version: str) -> Path:
    """Build zh_NAME-VERSION-py3-none-any.whl of a model folder in `output`; → its path.

    Raises PingyuError E301, E302 (the model), E901 (the name), E902 (the version).
    """
    if not re.fullmatch(r"(?!zh_)[a-z][a-z0-9]*(_[a-z0-9]+)*", name):
        raise PingyuError("E901", name=name)
    try:
        version = str(Version(version))
    except InvalidVersion as error:
        raise PingyuError("E902", version=version) from error
    output.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        pipeline = Path(folder, "pipeline")
        _write_pipeline(model, pipeline, name, version)
        write_source(pipeline, Path(folder), create_sdist=False)
        builder = ProjectBuilder(Path(folder, f"zh_{name}-{version}"), runner=_run)
        return output / Path(builder.build("wheel", output.resolve())).name


def _write_pipeline(model: Path, folder: Path, name: str, version: str) -> None:
    """The pipeline as `spacy.load(folder)` reads it, its card and licences beside it."""
    ModelFiles.read(model).settings()
    missing = [page for page in (card.CARD, METRICS) if not (model / page).is_file()]
    if missing:
        raise PingyuError("E301", path=str(model), missing=", ".join(missing))
    nlp = pingyu.load()
    component = nlp.get_pipe(KEY)
    assert isinstance(component, Pingyu)
    component.from_disk(model)
    nlp.meta.update(meta(model, name, version))
    nlp.to_disk(folder)
    shutil.copy(model / card.CARD, folder)
    licence = distribution("pingyu").read_text("licenses/LICENSE")
    (folder / "LICENSE").write_text(str(licence), encoding="utf-8")
    encoder = card.encoder(model)
    for place in (encoder, default_folder(encoder.name)) if encoder else ():
        if (place / "LICENSE").is_file():
            shutil.copy(place / "LICENSE", folder / "LICENSES_SOURCES")
            break


def meta(model: Path, name: str, version: str) -> dict[str, Any]:
    """What meta.json says beside what spaCy itself knows of a pipeline."""
    metrics = json.loads((model / METRICS).read_text(encoding="utf-8"))
    schema = ModelFiles.read(model).settings().roles.schema
    reported = next((split for split in _REPORTED if split in metrics), None)
    needed = map(Requirement, distribution("pingyu").requires or ())
    return {
        "name": name,
        "version": version,
        "description": _OF_REVIEWS
        if schema.of_reviews
        else f"Finds {', '.join((*schema.labels, *schema.relations))}",
        "license": "MIT",
        "spacy_version": next(str(r.specifier) for r in needed if r.name == "spacy"),
        "requirements": [f"pingyu>={pingyu.__version__}"],
        "notes": f"Performance: the {reported} split; strict, from 0 to 1." if reported else "",
        "performance": performance(metrics[reported]) if reported else {},
    }


def performance(metrics: Mapping[str, Any]) -> dict[str, Any]:
    """Figures of one split under the names that spaCy's scorer gives those of a span group."""
    out: dict[str, Any] = {}
    for prefix, micro, parts in (
        (f"spans_{KEY}", "spans", "labels"),
        ("relations", "relations", "types"),
    ):
        out |= {f"{prefix}_{key}": value for key, value in _prf(metrics[micro]).items()}
        out[f"{prefix}_per_type"] = {name: _prf(part) for name, part in metrics[parts].items()}
    return out


def _prf(figures: Mapping[str, float]) -> dict[str, float]:
    return {"p": figures["p"], "r": figures["r"], "f": figures["f1"]}


def _run(
    cmd: Sequence[str],
    cwd: str | None = None,
    extra_environ: Mapping[str, str] | None = None,
) -> None:
    environment = {**(extra_environ or {}), "SOURCE_DATE_EPOCH": _EPOCH}
    pyproject_hooks.quiet_subprocess_runner(cmd, cwd, environment)
