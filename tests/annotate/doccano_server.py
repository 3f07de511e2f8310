"""A real doccano server and an independent client, each in an environment of its own."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ENVIRONMENTS = ROOT / ".venv-doccano"
SERVER = ("doccano==1.8.4", "marshmallow<4", "numpy<2", "setuptools<81")
CLIENT = ("doccano-client==1.2.8", "urllib3<2")
USER, PASSWORD = "admin", "a-Scratch-password"


def environment(name: str, packages: tuple[str, ...]) -> Path:
    """A virtual environment with `packages`, made at first use; → its bin/."""
    folder = ENVIRONMENTS / name
    stamp = folder / "installed.json"
    if not stamp.is_file() or json.loads(stamp.read_text()) != list(packages):
        subprocess.run([sys.executable, "-m", "venv", "--clear", folder], check=True)
        subprocess.run([folder / "bin" / "pip", "install", "--quiet", *packages], check=True)
        stamp.write_text(json.dumps(packages))
    return folder / "bin"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Server:
    """Web server and task worker on 127.0.0.1 with a scratch database below `home`."""

    def __init__(self, home: Path) -> None:
        self.home, self.port = home, free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.bin = environment("server", SERVER)
        self.processes: list[subprocess.Popen[bytes]] = []
        self.variables = {
            **os.environ,
            "DOCCANO_HOME": str(home),
            "STANDALONE": "True",
            "DJANGO_SETTINGS_MODULE": "config.settings.production",
            "DATABASE_URL": f"sqlite:///{home}/db.sqlite3",
            "MEDIA_ROOT": str(home / "media"),
            "SECRET_KEY": "scratch",
        }
        self._run("init")
        self._run("createuser", "--username", USER, "--password", PASSWORD)

    def _run(self, *words: str) -> None:
        subprocess.run(
            [self.bin / "doccano", *words], env=self.variables, check=True, capture_output=True
        )

    def start(self) -> None:
        backend = next((self.bin.parent / "lib").glob("python*/site-packages/backend"))
        web = [self.bin / "gunicorn", "--chdir", backend, "--bind", f"127.0.0.1:{self.port}"]
        web += ["--workers", "1", "--threads", "4", "config.wsgi"]
        for name, command in (
            ("web", web),
            ("task", [self.bin / "doccano", "task", "--concurrency", "1"]),
        ):
            with (self.home / f"{name}.log").open("ab") as log:
                self.processes.append(
                    subprocess.Popen(
                        command,
                        env=self.variables,
                        stdout=log,
                        stderr=log,
                        start_new_session=True,
                    )
                )
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline:
            try:
                urllib.request.urlopen(f"{self.url}/v1/me", timeout=5)
            except urllib.error.HTTPError:
                return  # it answers, if only to ask who we are
            except OSError:
                time.sleep(0.3)
        raise TimeoutError((self.home / "web.log").read_text()[-2000:])

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        """Both, with the processes that they started."""
        for process in self.processes:
            os.killpg(process.pid, how)
        for process in self.processes:
            process.wait(timeout=60)
        self.processes.clear()


class Annotator:
    """doccano-client in a process of its own: `annotator.list_spans(project, example)`."""

    def __init__(self, url: str, user: str = USER, password: str = PASSWORD) -> None:
        self.process = subprocess.Popen(
            [
                environment("client", CLIENT) / "python",
                Path(__file__).with_name("doccano_annotator.py"),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self("login", url, user, password)

    def __call__(self, method: str, *args: object, **kwargs: object):
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps([method, args, kwargs]) + "\n")
        self.process.stdin.flush()
        answer = json.loads(self.process.stdout.readline())
        if "error" in answer:
            raise RuntimeError(answer["error"])
        return answer["result"]

    def close(self) -> None:
        self.process.communicate(timeout=30)
