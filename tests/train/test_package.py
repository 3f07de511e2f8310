"""The spaCy package, built and installed beside the runtime's own wheel in a new environment."""

import json
import os
import shutil
import subprocess
import sys
import sysconfig
from email.parser import HeaderParser
from pathlib import Path
from zipfile import ZipFile

import pytest

from pingyu.extract.model_folder import ModelFiles
from train.__main__ import main
from train.package import package

MB = 1_000_000
# spaCy's packaging leaves the files that it writes to be closed by the interpreter
pytestmark = pytest.mark.filterwarnings("ignore:unclosed file:ResourceWarning")


@pytest.fixture(scope="module", autouse=True)
def _in_the_checkout(root):
    before = Path.cwd()
    os.chdir(root)
    yield
    os.chdir(before)


@pytest.fixture(scope="module")
def wheel(shipped, tmp_path_factory):
    return package(shipped, tmp_path_factory.mktemp("dist"), "pingyu_sm", "0.1.0")


@pytest.fixture(scope="module")
def environment(wheel, root, tmp_path_factory):
    """A new environment with the two wheels; what they depend on comes from this one."""
    from build import ProjectBuilder
    from pyproject_hooks import quiet_subprocess_runner

    folder = tmp_path_factory.mktemp("fresh")
    runtime = ProjectBuilder(root, runner=quiet_subprocess_runner).build("wheel", folder / "dist")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder / "env"], check=True)
    python = folder / "env" / "bin" / "python"
    pip = [sys.executable, "-m", "pip", "--python", python, "install", "--quiet"]
    subprocess.run([*pip, "--no-index", "--no-deps", runtime, wheel], check=True)
    paths = ["-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]
    packages = subprocess.run([python, *paths], check=True, capture_output=True, text=True).stdout
    # a path that a .pth file names brings packages, not the .pth files of an editable install there
    Path(packages.strip(), "dependencies.pth").write_text(sysconfig.get_path("purelib"))
    return folder


@pytest.fixture(scope="module")
def user(environment):
    """What tests/train/spacy_user.py printed there."""
    clean = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    run = subprocess.run(
        [environment / "env" / "bin" / "python", "-W", "error::UserWarning",
         Path(__file__).with_name("spacy_user.py"), environment],
        env=clean, cwd=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)


def test_the_wheel_says_what_it_is_and_needs(wheel):
    assert wheel.name == "zh_pingyu_sm-0.1.0-py3-none-any.whl"
    assert wheel.stat().st_size <= 15 * MB
    with ZipFile(wheel) as archive:
        info = "zh_pingyu_sm-0.1.0.dist-info"
        head = HeaderParser().parsestr(archive.read(f"{info}/METADATA").decode())
        names = set(archive.namelist())
    assert head["License"] == "MIT"
    assert head.get_all("Requires-Dist") == ["pingyu>=0.1.0"]
    assert head.get_payload().startswith("# pingyu-small")
    assert {f"{info}/licenses/LICENSE", f"{info}/licenses/LICENSES_SOURCES"} <= names


def test_a_model_far_from_the_encoder_that_it_started_from_has_its_licence(shipped, tmp_path):
    """Its card names a folder of the checkout where it was made; here that is not."""
    shutil.copytree(shipped, tmp_path / "model")
    page = tmp_path / "model" / "README.md"
    text = page.read_text(encoding="utf-8")
    page.write_text(text.replace("`models/encoder`", "`elsewhere/encoder`"), encoding="utf-8")
    made = package(tmp_path / "model", tmp_path, "pingyu_sm", "0.1.0")
    assert any(name.endswith("LICENSES_SOURCES") for name in ZipFile(made).namelist())


def test_the_same_model_gives_the_same_wheel(wheel, shipped, tmp_path):
    again = package(shipped, tmp_path, "pingyu_sm", "0.1.0")
    assert again.read_bytes() == wheel.read_bytes()


def test_it_runs_from_the_new_environment_alone(user, environment):
    assert all(Path(file).is_relative_to(environment) for file in user["files"])


def test_it_finds_what_the_component_finds(user):
    assert ["石桥镇", "UNIT"] in user["found"]["tokens"]
    (review,) = (r for r in user["found"]["reviews"] if r["unit"] == "石桥镇")
    assert [d["text"] for d in review["deficiencies"]] == ["集镇保洁", "林区防火"]
    assert user["found"]["relations"]


@pytest.mark.parametrize("way", ["loaded from a folder", "sourced", "from bytes", "from a DocBin"])
def test_every_way_of_sharing_it_finds_the_same(way, user):
    assert user[way] == user["found"]


def test_two_processes_find_the_same(user):
    assert user["two processes"] == [user["found"]] * 3


def test_spacy_knows_its_labels_licence_and_figures(user, shipped):
    labels = ["UNIT", "ACHIEVEMENT", "DEFICIENCY", "RANK"]
    assert user["info"]["labels"] == {"pingyu": labels}
    assert user["info"]["license"] == "MIT"
    assert user["info"]["requirements"] == ["pingyu>=0.1.0"]
    assert user["problems"] == {"pingyu": []}
    metrics = json.loads((shipped / "metrics.json").read_text(encoding="utf-8"))["test"]
    assert user["performance"]["spans_pingyu_f"] == pytest.approx(metrics["spans"]["f1"])
    assert user["performance"]["relations_r"] == pytest.approx(metrics["relations"]["r"])
    assert list(user["performance"]["spans_pingyu_per_type"]) == labels


def test_displacy_shows_the_spans(user):
    for label in ("UNIT", "ACHIEVEMENT", "DEFICIENCY", "RANK"):
        assert label in user["html"]


@pytest.mark.parametrize(
    ("option", "value", "code"),
    [("--name", "pingyu sm", "E901"), ("--name", "zh_sm", "E901"), ("--version", "new", "E902")],
)
def test_a_name_or_version_that_cannot_be_is_refused(option, value, code, tmp_path, capsys):
    assert main(["package", "-o", str(tmp_path), option, value]) == 1
    assert capsys.readouterr().err.startswith(code)
    assert not list(tmp_path.iterdir())


def test_a_folder_without_card_or_figures_is_refused(shipped, tmp_path, capsys):
    ModelFiles.read(shipped).write(tmp_path / "model")
    assert main(["package", "--model", str(tmp_path / "model"), "-o", str(tmp_path / "dist")]) == 1
    error = capsys.readouterr().err
    assert error.startswith("E301")
    assert "README.md, metrics.json is missing" in error
