"""push, pull and status: documents here and in a doccano project kept in step.

A document is known by its name, which doccano keeps beside the text; so a push repeated finds what is
there. What a push begins with it writes down first (state.in_hand), and crosses out once doccano
has it: cut off anywhere and repeated, it completes, and what annotators did meanwhile to documents that
had arrived stays. A document changed on both sides is left as it is on both.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from tqdm import tqdm

from pingyu.annotate.client import ServerError
from pingyu.annotate.exchange import Copy, Row, digest, metadata, to_row
from pingyu.annotate.local import Local, read_gold, write_gold
from pingyu.annotate.merge import merge
from pingyu.annotate.project import Project
from pingyu.annotate.state import State, compare
from pingyu.errors import PingyuError
from pingyu.labels import LabelSchema
from pingyu.schema import Document

BATCH = 50  # documents a task of the server
Revision = tuple[Local, Copy, Row]  # a document here, doccano's version, what that shall become
_LEFT_OVER = 10.0  # seconds that an import which an earlier push began may still take
# who changed a document → what a report says of it
_OUTCOMES = {
    "none": "in step",
    "here": "changed here (push them)",
    "there": "changed in doccano (pull them)",
    "both": "changed on both sides",
}


@dataclass(slots=True)
class Report:
    """What a command did: name of the outcome → names of the documents; and what it could not."""

    outcomes: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    errors: list[PingyuError] = field(default_factory=list)

    def __str__(self) -> str:
        parts = [f"{len(names)} {outcome}" for outcome, names in self.outcomes.items()]
        return ", ".join([*parts, f"{len(self.errors)} failed"])


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
    to_revise: list[Revision] = []
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
    to_revise: list[Revision],
    report: Report,
) -> None:
    """A document that doccano has. Raises PingyuError E512, E517–E519."""
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
        to_revise.append((local, copy, to_row(name, local.document)))
    elif who == "both":
        raise _keep_both(project, local, copy)
    else:
        report.outcomes[_OUTCOMES[who]].append(name)
        if who == "none":
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
    if not ours:
        _check_one_version(copies, worked_on)
    same = [c for c in copies if digest(c.document) == here]
    kept = (same if ours and same else worked_on or same or copies)[0]
    project.client.delete(project.id, [c.example for c in copies if c is not kept])
    return kept


def _send(
    project: Project,
    to_upload: list[Local],
    to_revise: list[Revision],
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
                state.in_hand.difference_update(rows)
                state.save()
                report.outcomes["uploaded"] += rows
            bar.update(min(BATCH, len(to_upload) - start))
        for local, copy, row in to_revise:
            state.in_hand.add(local.name)
            state.save()
            _revise(project, local, copy, row)
            state.in_hand.discard(local.name)
            sent[local.name] = local
            report.outcomes["changed"].append(local.name)
            bar.update()
    if sent:
        _verify(project, sent, report)
    state.task = ""


def _first_id(rows: dict[str, Row]) -> int:
    return 1 + sum(len(row["entities"]) + len(row["relations"]) for row in rows.values())


def _revise(project: Project, local: Local, copy: Copy, row: Row) -> None:
    """Make doccano's copy the version here (as `row`), span by span, so that its tick and comments
    stay."""
    client, where = project.client, (project.id, copy.example)
    labels, types = project.labels, project.relation_types
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
            project.state.in_hand.add(name)
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
        return _OUTCOMES[who]
    if who == "none" and local is not None:
        state.agreed[name] = digest(local.document), there
        return _OUTCOMES[who]
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
        return _OUTCOMES["none"]
    return "new" if local is None else "changed"


def _worked_on(copies: list[Copy]) -> Copy:
    """Of several of one name, the one that somebody worked on."""
    worked_on = [c for c in copies if digest(c.document) != c.pushed]
    _check_one_version(copies, worked_on)
    return (worked_on or copies)[0]


def _check_one_version(copies: list[Copy], worked_on: list[Copy]) -> None:
    """Raises PingyuError E519 where the copies of one name were changed in different ways."""
    if len({digest(c.document) for c in worked_on}) > 1:
        numbers = ", ".join(str(c.example) for c in worked_on)
        raise PingyuError("E519", copies[0].name, count=len(copies), examples=numbers)


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
            outcome = _OUTCOMES[_who_changed(local, copy, state)]
        report.outcomes[outcome].append(name)
    for path in sorted(folder.rglob("*.inl")):
        name = path.relative_to(folder).with_suffix("").as_posix()
        if name not in known:
            report.outcomes["only here"].append(name)
    return report
