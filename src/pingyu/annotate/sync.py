"""push, pull and status: documents here and in a doccano project kept in step.

A document is known by its name, which doccano keeps beside the text; so a push repeated finds what is
there. What a push begins with it writes down first (state.in_hand), and crosses out once doccano
shows it as it was sent: cut off anywhere and repeated, it completes. A document changed on both sides
is left as it is on both.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from tqdm import tqdm

from pingyu.annotate.client import Client, ServerError
from pingyu.annotate.exchange import Copy, Row, digest, from_row, metadata, to_row
from pingyu.annotate.labels import LabelSchema
from pingyu.annotate.local import Local, check_name, read_gold, write_gold
from pingyu.annotate.merge import merge
from pingyu.annotate.state import State, compare
from pingyu.errors import PingyuError
from pingyu.schema import Document

BATCH = 50  # documents a task of the server
_CONNECTIONS = 4
_LEFT_OVER = 10.0  # seconds that an import which an earlier push began may still take


@dataclass(slots=True)
class Report:
    """What a command did: name of the outcome → names of the documents; and what it could not."""

    outcomes: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    errors: list[PingyuError] = field(default_factory=list)

    def __str__(self) -> str:
        parts = [f"{len(names)} {outcome}" for outcome, names in self.outcomes.items()]
        return ", ".join([*parts, f"{len(self.errors)} failed"])


@dataclass
class Project:
    """A project of a server, and what this checkout knows of it."""

    client: Client
    row: Row
    state: State

    @classmethod
    def find(cls, client: Client, name: str) -> Project:
        """Raises PingyuError E507–E509."""
        row = client.find_project(name)
        if row is None:
            raise PingyuError("E509", project=name, url=client.url)
        return cls(client, row, State.load(client.url, row["id"]))

    @classmethod
    def find_or_make(
        cls, client: Client, name: str, schema: LabelSchema, guideline: str, shared: bool
    ) -> Project:
        """The project with the labels of the schema. Raises PingyuError E507, E508."""
        row = client.find_project(name) or client.make_project(name, guideline, shared)
        client.set_labels(row["id"], schema)
        return cls(client, row, State.load(client.url, row["id"]))

    @property
    def id(self) -> int:
        """Its number on the server."""
        return int(self.row["id"])

    @property
    def shared(self) -> bool:
        """Do all annotators see the same spans? Else each has a version of his own."""
        return bool(self.row["collaborative_annotation"])

    def listing(self, confirmed: bool = False) -> dict[str, list[Row]]:
        """Documents in doccano, or those ticked as done, by name, without their spans.

        What pingyu did not push has no name and is left out.
        """
        found: dict[str, list[Row]] = defaultdict(list)
        for row in sorted(self.client.examples(self.id, confirmed), key=lambda row: row["id"]):
            if isinstance(row["meta"].get("name"), str):
                found[row["meta"]["name"]].append(row)
        return dict(found)

    def copies(self, rows: list[Row]) -> list[Copy]:
        """Documents of a listing with the spans that all annotators share."""
        labels = {number: name for name, number in self.labels.items()}
        types = {number: name for name, number in self.relation_types.items()}
        found = []
        for row in rows:
            where = self.id, row["id"]
            spans = [
                {**span, "label": labels.get(span["label"], "made meanwhile")}
                for span in self.client.labels(*where, "spans")
            ]
            relations = [
                {**relation, "type": types.get(relation["type"], "made meanwhile")}
                for relation in self.client.labels(*where, "relations")
            ]
            values = {**row, **row["meta"], "entities": spans, "relations": relations}
            found.append(from_row(values, values["name"]))
        return found

    @cached_property
    def labels(self) -> dict[str, int]:
        """Labels → their numbers on the server."""
        return self.client.types(self.id, "span-types")

    @cached_property
    def relation_types(self) -> dict[str, int]:
        """Relation types → their numbers on the server."""
        return self.client.types(self.id, "relation-types")

    def versions(
        self, confirmed: bool, errors: list[PingyuError], also: Iterable[str] = ()
    ) -> Iterator[list[Copy]]:
        """Documents with their spans, of a name together; where each annotator has a version of his
        own, named "annotator/name".

        `confirmed`: those ticked as done, and those named in `also`. What cannot be read is added to
        `errors`. Raises ServerError.
        """

        def read(rows: list[Row]) -> list[Copy] | PingyuError:
            try:
                check_name(rows[0]["meta"]["name"])
                return self.copies(rows)
            except ServerError:
                raise
            except PingyuError as error:
                return error

        if not self.shared:
            yield from self._of_each_annotator(confirmed, errors)
            return
        listing = self.listing(confirmed)
        if also:
            every = self.listing()
            listing.update({name: every[name] for name in also if name in every})
        with ThreadPoolExecutor(_CONNECTIONS) as threads:
            found = threads.map(read, listing.values())
            for copies in tqdm(found, total=len(listing), unit="doc", desc="read", disable=None):
                if isinstance(copies, PingyuError):
                    errors.append(copies)
                else:
                    yield copies

    def _of_each_annotator(
        self, confirmed: bool, errors: list[PingyuError]
    ) -> Iterator[list[Copy]]:
        for annotator, rows in sorted(self.client.download(self.id, confirmed).items()):
            for row in rows:
                if row.get("name") and row["entities"]:
                    name = f"{annotator}/{row['name']}"
                    try:
                        check_name(name)
                        yield [from_row(row, name)]
                    except PingyuError as error:
                        errors.append(error)


def push(
    project: Project, locals_: dict[str, Local], schema: LabelSchema, overwrite: Iterable[str] = ()
) -> Report:
    """Upload what doccano has not, and change there what was changed here alone.

    `overwrite`: names whose version here replaces doccano's, whatever it is. Predictions are only
    uploaded; doccano's versions of them are left. To a project where each annotator has a version of
    his own only the texts are uploaded.
    """
    report, state = Report(), project.state
    overwrite = set(overwrite)
    for name in overwrite - locals_.keys():
        report.errors.append(PingyuError("E525", name=name))
    if state.task:
        with suppress(PingyuError):  # lost with the server, or it failed: then all is sent again
            project.client.wait(state.task, _LEFT_OVER)
    there = project.listing()
    to_upload: list[Local] = []
    to_revise: list[tuple[Local, Copy]] = []
    for name, local in locals_.items():
        try:
            schema.check(local.document, name)
            if name not in there:
                bare = replace(local, document=Document(local.document.text))
                to_upload.append(local if project.shared else bare)
            elif not project.shared:
                if there[name][0]["text"] != local.document.text:
                    raise PingyuError("E533", name)
                report.outcomes["unchanged here"].append(name)
                state.in_hand.discard(name)
            else:
                _push_again(project, local, there[name], name in overwrite, to_revise, report)
        except ServerError:
            raise
        except PingyuError as error:
            report.errors.append(error)
    try:
        _send(project, to_upload, to_revise, report)
    finally:
        state.save()
    return report


def _push_again(
    project: Project,
    local: Local,
    rows: list[Row],
    overwrite: bool,
    to_revise: list[tuple[Local, Copy]],
    report: Report,
) -> None:
    """A document that doccano has. Raises PingyuError E517–E519."""
    name, state = local.name, project.state
    here, agreed = digest(local.document), state.agreed.get(name)
    ours = overwrite or name in state.in_hand
    known = (
        {here} if local.marked is None else {agreed[0] if agreed else rows[0]["meta"].get("pushed")}
    )
    if len(rows) == 1 and not ours and here in known:
        report.outcomes["unchanged here"].append(name)
        return
    copy = _drop_spares(project, local, project.copies(rows), ours)
    there = digest(copy.document)
    who = ("none" if here == there else "here") if ours else _who_changed(local, copy, state)
    if who == "here":
        to_revise.append((local, copy))
    elif who == "both":
        raise _keep_both(project, local, copy)
    elif who == "there":
        report.outcomes["changed in doccano (pull them)"].append(name)
    else:
        report.outcomes["in step"].append(name)
        _settle(project, local, there)


def _settle(project: Project, local: Local, there: str) -> None:
    """The version here and that of digest `there` are in step."""
    project.state.agreed[local.name] = digest(local.document), there
    project.state.in_hand.discard(local.name)
    _their_file(local.path).unlink(missing_ok=True)


def _who_changed(local: Local, copy: Copy, state: State) -> str:
    agreed = state.agreed.get(local.name)
    here, there = digest(local.document), digest(copy.document)
    if local.marked is None:
        return "none" if here == there else "there"
    who = compare(here, there, copy.pushed, agreed)
    if who == "both" and local.document.spans and _same(local, copy):
        return "none"
    return who


def _same(local: Local, copy: Copy) -> bool:
    """Is doccano's version the one here, but for what a gold file does not tell apart?"""
    with suppress(PingyuError):
        return merge(copy, local.marked) == local.marked
    return False


def _drop_spares(project: Project, local: Local, copies: list[Copy], ours: bool) -> Copy:
    """The copy that counts; others of its name, left by an import that the server began twice, are
    deleted where nobody worked on them. Raises PingyuError E519."""
    here = digest(local.document)
    worked_on = [c for c in copies if digest(c.document) not in (c.pushed, here)]
    versions = {digest(c.document) for c in worked_on}
    if len(versions) > 1 and not ours:
        numbers = ", ".join(str(c.example) for c in worked_on)
        raise PingyuError("E519", local.name, count=len(copies), examples=numbers)
    same = [c for c in copies if digest(c.document) == here]
    kept = (same if ours and same else worked_on or same or copies)[0]
    project.client.delete(project.id, [c.example for c in copies if c is not kept])
    return kept


def _send(
    project: Project,
    to_upload: list[Local],
    to_revise: list[tuple[Local, Copy]],
    report: Report,
) -> None:
    client, state = project.client, project.state
    sent: dict[str, Local] = {}
    bar = tqdm(total=len(to_upload) + len(to_revise), unit="doc", desc="push", disable=None)
    with bar:
        for start in range(0, len(to_upload), BATCH):
            rows: dict[str, Row] = {}
            for local in to_upload[start : start + BATCH]:
                try:
                    rows[local.name] = to_row(local.name, local.document, _first_id(rows))
                    sent[local.name] = local
                except PingyuError as error:
                    report.errors.append(error)
            state.in_hand.update(rows)
            state.save()
            if rows:
                state.task = client.upload(project.id, list(rows.values()))
                state.save()
                client.wait(state.task)
                report.outcomes["uploaded"] += rows
            bar.update(min(BATCH, len(to_upload) - start))
        state.in_hand.update(local.name for local, _ in to_revise)
        state.save()
        for local, copy in to_revise:
            _revise(project, local, copy)
            sent[local.name] = local
            report.outcomes["changed"].append(local.name)
            bar.update()
    if sent:
        _verify(project, sent, report)
    state.task = ""


def _first_id(rows: dict[str, Row]) -> int:
    return 1 + sum(len(row["entities"]) + len(row["relations"]) for row in rows.values())


def _revise(project: Project, local: Local, copy: Copy) -> None:
    """Make doccano's copy the version here, span by span, so that its tick and comments stay."""
    client, where = project.client, (project.id, copy.example)
    labels, types = project.labels, project.relation_types
    row = to_row(local.name, local.document)
    keeps = {"name": local.name, **metadata(local.document)}
    client.describe(*where, row["text"], keeps)
    wanted = {
        (labels[e["label"]], e["start_offset"], e["end_offset"]): e["id"] for e in row["entities"]
    }
    numbers: dict[int, int] = {}  # id in the row → id on the server
    for span in client.labels(*where, "spans"):
        number = wanted.get((span["label"], span["start_offset"], span["end_offset"]))
        if number is None or number in numbers:
            client.delete_label(*where, "spans", span["id"])
        else:
            numbers[number] = span["id"]
    for (label, start, end), number in wanted.items():
        if number not in numbers:
            values = {"label": label, "start_offset": start, "end_offset": end}
            numbers[number] = client.add_label(*where, "spans", values)
    relations = {
        (types[r["type"]], numbers[r["from_id"]], numbers[r["to_id"]]) for r in row["relations"]
    }
    for relation in client.labels(*where, "relations"):
        item = (relation["type"], relation["from_id"], relation["to_id"])
        if item in relations:
            relations.discard(item)
        else:
            client.delete_label(*where, "relations", relation["id"])
    for type_, head, tail in sorted(relations):
        values = {"type": type_, "from_id": head, "to_id": tail}
        client.add_label(*where, "relations", values)


def _verify(project: Project, sent: dict[str, Local], report: Report) -> None:
    """That doccano now has what was sent, once."""
    there = project.listing()
    for name, local in sent.items():
        rows = there.get(name, [])
        if len(rows) > 1:
            kept = _drop_spares(project, local, project.copies(rows), ours=True).example
            rows = [row for row in rows if row["id"] == kept]
        here = digest(local.document)
        shown = [(row["text"], row["meta"].get("pushed")) for row in rows]
        if shown != [(local.document.text, here)]:
            report.errors.append(PingyuError("E531", name))
        else:
            _settle(project, local, here)


def pull(
    project: Project,
    folder: Path,
    schema: LabelSchema,
    everything: bool = False,
    overwrite: Iterable[str] = (),
) -> Report:
    """Write what annotators ticked as done (`everything`: all) to gold files below `folder`.

    `overwrite`: names whose version in doccano replaces the one here, whatever it is.
    """
    report, state = Report(), project.state
    overwrite = set(overwrite)
    missing = set(overwrite)
    try:
        for copies in project.versions(not everything, report.errors, overwrite):
            name = copies[0].name
            missing.discard(name)
            try:
                outcome = _pull_one(project, folder, schema, copies, name in overwrite)
                report.outcomes[outcome].append(name)
            except PingyuError as error:
                report.errors.append(error)
    finally:
        state.save()
    report.errors += [PingyuError("E525", name=name) for name in sorted(missing)]
    return report


def _pull_one(
    project: Project, folder: Path, schema: LabelSchema, copies: list[Copy], overwrite: bool
) -> str:
    """→ the outcome. Raises PingyuError E517–E519, E530, and what reading the gold file raises."""
    copy, state = _worked_on(copies), project.state
    name = copy.name
    if name in state.in_hand:
        raise PingyuError("E530", name)
    local = read_gold(folder, name)
    there = digest(copy.document)
    who = "there" if overwrite or local is None else _who_changed(local, copy, state)
    if who == "here":
        return "changed here (push them)"
    if who == "none" and local is not None:
        state.agreed[name] = digest(local.document), there
        return "in step"
    if who == "both" and local is not None:
        raise _keep_both(project, local, copy)
    path = folder / f"{name}.inl"
    try:
        schema.check(copy.document, name)
        marked = merge(copy, local.marked if local else None)
    except PingyuError as error:
        raise _not_gold(project, copy, error) from None
    changed = local is None or marked != local.marked
    if changed:
        write_gold(path, marked)
    _their_file(path).unlink(missing_ok=True)
    written = read_gold(folder, name)
    assert written is not None
    state.agreed[name] = digest(written.document), there
    if not changed:
        return "in step"
    return "new" if local is None else "changed"


def _worked_on(copies: list[Copy]) -> Copy:
    """Of several of one name, the one that somebody worked on."""
    worked_on = [c for c in copies if digest(c.document) != c.pushed]
    if len({digest(c.document) for c in worked_on}) > 1:
        numbers = ", ".join(str(c.example) for c in worked_on)
        raise PingyuError("E519", copies[0].name, count=len(copies), examples=numbers)
    return (worked_on or copies)[0]


def _their_file(path: Path) -> Path:
    return path.with_name(f"{path.name}.doccano")


def _keep_both(project: Project, local: Local, copy: Copy) -> PingyuError:
    """Write doccano's version beside the gold file; → what to tell the user."""
    theirs = _their_file(local.path)
    try:
        write_gold(theirs, merge(copy, local.marked))
    except PingyuError as error:
        return _not_gold(project, copy, error)
    return PingyuError("E517", str(local.path), theirs=theirs.name, name=copy.name)


def _not_gold(project: Project, copy: Copy, error: PingyuError) -> PingyuError:
    url = project.client.address(project.id, copy.example)
    return PingyuError("E518", copy.name, reason=str(error).rstrip("."), url=url)


def status(project: Project, folder: Path) -> Report:
    """Who changed which document; changes nothing."""
    report, state = Report(), project.state
    report.outcomes["ticked as done"] = list(project.listing(confirmed=True))
    known = set()
    for copies in project.versions(False, report.errors):
        name = copies[0].name
        known.add(name)
        try:
            copy = _worked_on(copies)
            local = read_gold(folder, name)
        except PingyuError as error:
            report.errors.append(error)
            continue
        if name in state.in_hand:
            outcome = "cut off (push again)"
        elif local is None:
            outcome = "only in doccano"
        else:
            outcome = {
                "none": "in step",
                "here": "changed here (push them)",
                "there": "changed in doccano (pull them)",
                "both": "changed on both sides",
            }[_who_changed(local, copy, state)]
        report.outcomes[outcome].append(name)
    for path in sorted(folder.rglob("*.inl")):
        name = path.relative_to(folder).with_suffix("").as_posix()
        if name not in known:
            report.outcomes["only here"].append(name)
    return report
