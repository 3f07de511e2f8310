"""A folder to steer fake documents by, and a disk that is soon full."""

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

SIZE, LEFT = 512, 200  # kibibytes


@dataclass
class Disk:
    folder: Path

    @property
    def out(self):
        return self.folder / "out"

    def make_room(self):
        (self.folder / "filler").unlink()


@pytest.fixture
def control(tmp_path):
    (tmp_path / "control").mkdir()
    return tmp_path / "control"


@pytest.fixture
def small_disk(tmp_path):
    """Room for some partitions, and after `make_room` for more."""
    disk = Disk(tmp_path / "disk")
    disk.folder.mkdir()
    mount = shutil.which("mount")
    if os.geteuid() != 0 or mount is None:
        pytest.skip("only root may mount a small disk")
    command = [mount, "-t", "tmpfs", "-o", f"size={SIZE}k", "tmpfs", disk.folder]
    done = subprocess.run(command, capture_output=True, check=False)
    if done.returncode:
        pytest.skip(f"no small disk: {done.stderr.decode()}")
    (disk.folder / "filler").write_bytes(bytes((SIZE - LEFT) * 1024))
    yield disk
    subprocess.run(["umount", disk.folder], check=True)
