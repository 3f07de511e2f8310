"""doccano's REST interface, as far as the annotation loop needs it (doccano 1.8).

Passwords and tokens stay in memory. Every failure is a PingyuError that says what to do.
"""

from __future__ import annotations

import io
import json
import time
import zipfile
from types import TracebackType
from typing import Any

import httpx

from pingyu.annotate.exchange import Row
from pingyu.errors import PingyuError
from pingyu.labels import LabelSchema

PATIENCE = 60.0  # seconds that a task of the server may take
_POLL = 0.1
_KIND = "SequenceLabelingProject"
# what a project must be for offsets and relations to come back as they went
_SETTINGS = {"allow_overlapping": True, "use_relation": True, "grapheme_mode": True}


class ServerError(PingyuError):
    """The server does not do what it is asked: no document after this one would fare better."""


class Client:
    """One user's session on one server. Raises ServerError E502–E506, E532 from every method."""

    def __init__(self, url: str, user: str, password: str) -> None:
        if "@" in url:
            raise PingyuError("E524", url=url.split("@")[-1])
        self.url, self.user = url.rstrip("/"), user
        self._http = httpx.Client(base_url=f"{self.url}/v1/", timeout=httpx.Timeout(60, connect=5))
        login = {"username": user, "password": password}
        try:
            token = self._json("POST", "auth/login/", json=login)["key"]
        except ServerError:
            self._http.close()
            raise
        self._http.headers["Authorization"] = f"Token {token}"
        self._http.cookies.clear()  # with a session cookie the server would ask for a CSRF token

    def __enter__(self) -> Client:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._http.close()

    def _call(self, method: str, path: str, **content: Any) -> httpx.Response:
        what = f"{method} {path}"
        try:
            response = self._http.request(method, path, **content)
        except (httpx.TransportError, httpx.InvalidURL) as error:
            reason = str(error) or type(error).__name__
            raise ServerError("E502", url=self.url, reason=reason) from None
        self._http.cookies.clear()
        status = response.status_code
        if status == 401 or (status == 400 and path == "auth/login/"):
            raise ServerError("E503", url=self.url, user=self.user)
        if status == 404:
            code = "E504" if path == "auth/login/" else "E532"
            raise ServerError(code, url=self.url, path=path)
        if status == 403:
            raise ServerError("E505", url=self.url, user=self.user, what=what)
        if not response.is_success:
            reason = " ".join(response.text[:200].split())
            raise ServerError("E506", url=self.url, status=status, what=what, reason=reason)
        return response

    def _json(self, method: str, path: str, **content: Any) -> Any:
        response = self._call(method, path, **content)
        try:
            return response.json()
        except ValueError:  # a page, from a server that is not doccano
            raise ServerError("E504", url=self.url, path=path) from None

    # projects

    def find_project(self, name: str) -> Row | None:
        """The project of this name. Raises PingyuError E507, E508 where it cannot hold documents of
        pingyu."""
        found = self._json("GET", "projects", params={"q": name, "limit": 1000})["results"]
        project = next((p for p in found if p["name"] == name), None)
        if project is None:
            return None
        if project["resourcetype"] != _KIND:
            kind = project["resourcetype"]
            raise PingyuError("E507", url=self.url, project=name, found=kind)
        for setting, wanted in _SETTINGS.items():
            if project[setting] != wanted:
                raise PingyuError(
                    "E508",
                    url=self.url,
                    project=name,
                    setting=setting,
                    found=project[setting],
                    wanted=wanted,
                )
        return dict(project)

    def make_project(self, name: str, guideline: str, shared: bool) -> Row:
        """`shared`: all annotators see and change the same spans; else each has spans of their own."""
        values = {
            "name": name,
            "description": "pingyu",
            "guideline": guideline,
            "project_type": "SequenceLabeling",
            "resourcetype": _KIND,
            "collaborative_annotation": shared,
            **_SETTINGS,
        }
        return dict(self._json("POST", "projects", json=values))

    def set_labels(self, project: int, schema: LabelSchema) -> None:
        """Make the project's labels and relation types those of the schema; others stay."""
        labels = {name: (entry.colour, entry.key) for name, entry in schema.labels.items()}
        relations = {name: (entry.colour, None) for name, entry in schema.relations.items()}
        for kind, wanted in (("span-types", labels), ("relation-types", relations)):
            path = f"projects/{project}/{kind}"
            known = {entry["text"]: entry for entry in self._json("GET", path)}
            for name, (colour, key) in wanted.items():
                values = {"text": name, "background_color": colour, "suffix_key": key}
                if name not in known:
                    self._call("POST", path, json={**values, "text_color": "#ffffff"})
                elif any(known[name][field] != value for field, value in values.items()):
                    self._call("PATCH", f"{path}/{known[name]['id']}", json=values)

    def types(self, project: int, kind: str) -> dict[str, int]:
        """Labels ("span-types") or relation types ("relation-types") → their numbers."""
        return {
            entry["text"]: entry["id"] for entry in self._json("GET", f"projects/{project}/{kind}")
        }

    # documents

    def upload(self, project: int, rows: list[Row]) -> str:
        """Begin to import documents; → the task, to wait() for."""
        lines = "".join(json.dumps(row) + "\n" for row in rows)
        upload = self._call(
            "POST", "fp/process/", files={"filepond": ("pingyu.jsonl", lines.encode())}
        ).text
        values = {
            "format": "JSONL",
            "task": "RelationExtraction",
            "uploadIds": [upload],
            "encoding": "utf_8",
        }
        return str(self._json("POST", f"projects/{project}/upload", json=values)["task_id"])

    def wait(self, task: str, patience: float = PATIENCE) -> None:
        """Until the task has ended. Raises ServerError E514, E515."""
        end = time.monotonic() + patience
        while True:
            status = self._json("GET", f"tasks/status/{task}")
            if status["ready"]:
                break
            if time.monotonic() > end:
                raise ServerError("E514", url=self.url, seconds=round(patience))
            time.sleep(_POLL)
        result = status["result"]
        issues = result["error"] if isinstance(result, dict) else status["error"]
        if issues:
            raise ServerError("E515", reason=json.dumps(issues, ensure_ascii=False)[:500])

    def download(self, project: int, confirmed: bool) -> dict[str, list[Row]]:
        """The documents (or those ticked as done) of a project where each annotator has spans of his
        own: annotator → rows."""
        path = f"projects/{project}/download"
        values = {"format": "JSONL", "exportApproved": confirmed}
        task = self._json("POST", path, json=values)["task_id"]
        self.wait(task, 10 * PATIENCE)  # the server looks every relation up by itself
        archive = zipfile.ZipFile(
            io.BytesIO(self._call("GET", path, params={"taskId": task}).content)
        )
        return {
            name.removesuffix(".jsonl"): [
                json.loads(line) for line in archive.read(name).decode().split("\n") if line.strip()
            ]
            for name in archive.namelist()
        }

    def examples(self, project: int, confirmed: bool) -> list[Row]:
        """Number, text and metadata of the documents, or of those ticked as done."""
        found: list[Row] = []
        while True:
            values: dict[str, Any] = {"limit": 500, "offset": len(found)}
            if confirmed:
                values["confirmed"] = "true"
            page = self._json("GET", f"projects/{project}/examples", params=values)
            found += page["results"]
            if not page["next"] or not page["results"]:
                return found

    def delete(self, project: int, examples: list[int]) -> None:
        """Delete documents."""
        if examples:  # of an empty list the server would take all
            self._call("DELETE", f"projects/{project}/examples", json={"ids": examples})

    def describe(self, project: int, example: int, text: str, metadata: dict[str, str]) -> None:
        """Change the text and the metadata of a document."""
        values = {"text": text, "meta": metadata}
        self._call("PATCH", f"projects/{project}/examples/{example}", json=values)

    def labels(self, project: int, example: int, kind: str) -> list[Row]:
        """The "spans" or "relations" of a document, with their ids."""
        return list(self._json("GET", f"projects/{project}/examples/{example}/{kind}"))

    def add_label(self, project: int, example: int, kind: str, values: Row) -> int:
        """→ its id."""
        path = f"projects/{project}/examples/{example}/{kind}"
        return int(self._json("POST", path, json=values)["id"])

    def delete_label(self, project: int, example: int, kind: str, number: int) -> None:
        """Delete one span (and its relations) or one relation."""
        self._call("DELETE", f"projects/{project}/examples/{example}/{kind}/{number}")

    def address(self, project: int, example: int) -> str:
        """Where a person finds the document, near enough."""
        return f"{self.url}/projects/{project}/dataset, document {example}"
