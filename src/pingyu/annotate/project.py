"""A project of a doccano server, and what this checkout knows of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property

from tqdm import tqdm

from pingyu.annotate.client import Client, ServerError
from pingyu.annotate.exchange import Copy, Row, from_row
from pingyu.annotate.local import check_name
from pingyu.annotate.state import State
from pingyu.errors import PingyuError
from pingyu.labels import LabelSchema

_CONNECTIONS = 4


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
            # the number of a row is doccano's, whatever an import has put into its metadata
            values = {**row["meta"], **row, "entities": spans, "relations": relations}
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
