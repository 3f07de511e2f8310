"""Failures that a real server does not produce on demand; a stand-in on 127.0.0.1 does."""

import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from pingyu.annotate.client import Client
from pingyu.cli import main
from pingyu.errors import PingyuError

LOGIN = (200, b'{"key": "t"}')


@pytest.fixture
def serve():
    servers = []

    def begin(answers):
        """answers: path → (status, body); all else is 404."""

        class Handler(BaseHTTPRequestHandler):
            def answer(self):
                self.rfile.read(int(self.headers.get("Content-Length") or 0))
                status, body = answers.get(self.path.split("?")[0], (404, b"nothing"))
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            do_GET = do_POST = answer  # noqa: N815 - the names that http.server calls

            def log_message(self, *_):
                pass

        server = HTTPServer(("127.0.0.1", 0), Handler)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        servers.append((server, thread))
        return f"http://127.0.0.1:{server.server_port}"

    yield begin
    for server, thread in servers:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.mark.parametrize(
    ("answers", "code"),
    [
        ({}, "E504"),
        ({"/v1/auth/login/": (200, b"<html>")}, "E504"),
        ({"/v1/auth/login/": (400, b"{}")}, "E503"),
        ({"/v1/auth/login/": (502, b"Bad Gateway")}, "E506"),
        ({"/v1/auth/login/": LOGIN, "/v1/projects": (403, b"{}")}, "E505"),
        ({"/v1/auth/login/": LOGIN, "/v1/projects": (500, b"locked")}, "E506"),
        ({"/v1/auth/login/": LOGIN}, "E532"),
    ],
)
def test_every_failure_has_its_message(serve, answers, code):
    url = serve(answers)
    with pytest.raises(PingyuError) as caught, Client(url, "me", "secret-word") as client:
        client.find_project("x")
    assert caught.value.code == code
    assert "secret-word" not in str(caught.value)


def test_no_server_and_no_address():
    with pytest.raises(PingyuError, match="E502"):
        Client("http://127.0.0.1:9", "me", "x")
    with pytest.raises(PingyuError, match="E502"):
        Client("nowhere", "me", "x")
    with pytest.raises(PingyuError, match="E524") as caught:
        Client("http://me:secret-word@host", "me", "x")
    assert "secret-word" not in str(caught.value)


def test_tasks(serve):
    answers = {"/v1/auth/login/": LOGIN}
    answers["/v1/tasks/status/slow"] = (200, b'{"ready": false, "result": null, "error": null}')
    answers["/v1/tasks/status/bad"] = (
        200,
        b'{"ready": true, "result": {"error": [{"line": 3}]}, "error": null}',
    )
    answers["/v1/tasks/status/dead"] = (
        200,
        b'{"ready": true, "result": null, "error": {"text": "x"}}',
    )
    with Client(serve(answers), "me", "x") as client:
        with pytest.raises(PingyuError, match=r"E514.*doccano task"):
            client.wait("slow", patience=0)
        for task in ("bad", "dead"):
            with pytest.raises(PingyuError, match="E515"):
                client.wait(task)


def test_where_the_server_is_comes_from_options_environment_and_file(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    for name in ("URL", "USER", "PASSWORD", "PROJECT"):
        monkeypatch.delenv(f"DOCCANO_{name}", raising=False)
    words = ["doccano", "status", "annotations"]
    monkeypatch.setattr("sys.stdin.isatty", lambda: False, raising=False)
    assert main(words) == 1
    assert "E516" in capsys.readouterr().err
    monkeypatch.setenv("DOCCANO_PASSWORD", "secret-word")
    (tmp_path / ".doccano").mkdir()
    config = tmp_path / ".doccano" / "config.toml"
    config.write_text('url = "http://127.0.0.1:7"\n')
    assert main(words) == 1
    assert "http://127.0.0.1:7 (" in capsys.readouterr().err
    monkeypatch.setenv("DOCCANO_URL", "http://127.0.0.1:9")
    assert main(words) == 1
    assert "http://127.0.0.1:9 (" in capsys.readouterr().err
    assert main([*words, "--url", "http://127.0.0.1:11"]) == 1
    captured = capsys.readouterr()
    assert "http://127.0.0.1:11 (" in captured.err
    assert "secret-word" not in captured.err + captured.out
    config.write_text('password = "x"\n')
    assert main(words) == 1
    assert "E401" in capsys.readouterr().err


@pytest.mark.parametrize(
    "command",
    [
        ["doccano"],
        ["doccano", "push"],
        ["doccano", "pull"],
        ["doccano", "status"],
        ["suggest"],
        ["agreement"],
    ],
)
def test_help_has_an_example(command, capsys):
    with pytest.raises(SystemExit) as done:
        main([*command, "--help"])
    assert done.value.code == 0
    assert "example" in capsys.readouterr().out
