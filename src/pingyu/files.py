"""Files that are there whole or not at all."""

from __future__ import annotations

import os
import socket
from pathlib import Path


def write_whole(path: Path, data: bytes | memoryview) -> None:
    """Write a file whole or not at all, also where the process is killed or the machine goes down;
    its folder is made where it is missing. Raises OSError."""
    part = path.with_name(f".{path.name}.{socket.gethostname()}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with part.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    finally:
        part.unlink(missing_ok=True)  # what is left of it where it was not renamed
