"""Every message of pingyu, in one place: a code, what was wrong, where, and what to do."""

from __future__ import annotations

from functools import partial
from typing import Any

MESSAGES = {
    # files
    "E101": "no such file. Check the path",
    "E102": "the file is empty. Nothing was read",
    "E103": "this looks like a binary file ({kind}). Convert it to text or HTML first",
    "E104": "the encoding could not be told. Convert it to UTF-8, or name it with --encoding",
    "E105": "{size:,} bytes is more than --max-bytes {limit:,}. Raise the limit or split the file",
    "E106": "cannot be read: {reason}. Check its permissions",
    "E107": "no text is left after the markup. Is this the right page?",
    "E108": "no readable file in this folder (looked for {suffixes})",
    # notation
    "E201": "line {line}, column {column}: the mark {mark!r} is not closed. Add its ']'",
    "E202": "line {line}, column {column}: empty span, or blank at its edge: {text!r}. Move the mark",
    "E203": "line {line}, column {column}: {label} inside {outer}: {text!r}. "
    "Only R may stand inside A or D",
    "E204": "line {line}, column {column}: no unit {key!r} in the document for {text!r}. "
    "Mark one mention as [U:{key} …]",
    "E205": "line {line}, column {column}: no rank {key!r} in the document for {text!r}. "
    "Mark it as [R:{key} …]",
    "E206": "the text at {start}–{end} ({text!r}) cannot be written in the inline notation. "
    "Take its square brackets out",
    "E207": "line {line}, column {column}: {label} {text!r} names no unit. Write [{letter}:id …]",
    "E208": "line {line}, column {column}: {text!r} has the key {key!r} of another rank. Give it its own",
    # models
    "E301": "no model in {path}: {missing} is missing. "
    "Give the path of a model folder, or retrain with `python -m train`",
    "E302": "the model in {path} has format {found}, this pingyu reads {wanted}. "
    "Install a fitting version, or retrain",
    "E303": "the model reads sub-words, which needs tokenizers. Run: pip install 'pingyu[encoder]'",
    "E304": "an overlap of {overlap} tokens does not fit into windows of {window}. "
    "Set huggingface.overlap, or huggingface.window, and retrain",
    "E305": "no words {found!r}. Choose one of: {known}",
    "E306": "words={found!r} needs {package}. Run: pip install 'pingyu[words]'",
    # output
    "E701": "--format tables writes several files. Name a folder for them with -o FOLDER/",
    "E702": "cannot be written: {reason}. Check the path, its permissions and the room on the disk",
    # configuration
    "E401": "{path}: {reason}",
    "E402": "--{key}: {reason}",
    "E403": "the training of row {row!r}, seed {seed}, ended with status {status}. "
    "See {log}, then run the command again: it goes on where it stopped",
    "E404": "another command, or a training that it left behind, is at work here. Wait for it or end it",
    "E405": "reading a TensorFlow checkpoint needs it. Run: pip install tensorflow-cpu",
    "E406": "{path}: {issues}. Mend the lines: without their blanks they must stand in the document",
    "E421": "the encoder {name!r} cannot be loaded ({reason}). Give a folder that has config.json, "
    "the weights and the tokenizer, or a name that the Hugging Face hub knows, with access to it "
    "and without HF_HUB_OFFLINE",
    "E422": "the tokenizer of {name!r} cannot be used without transformers ({reason}). Put a "
    "tokenizer.json of the library tokenizers beside the weights, or take another encoder",
    "E423": "{batches} batches a step cannot be shared by {processes} processes. Set "
    "training.accumulate to a multiple of {processes}, or launch fewer",
    "E424": "its checkpoints are of another configuration or other documents. Leave --resume out to begin "
    "anew, or name another folder with --output",
    # evaluation
    "E601": "a report needs {missing}. Run: pip install 'pingyu[evaluate]'",
    "E602": "no gold document (.inl) here. Give .inl files, or a folder that holds some",
    "E603": "gold must be UTF-8; byte {at} is not. Convert the file",
    "E611": "{path}: {figure} on {split} is {now:.4f}, committed is {then:.4f}. To see why: {command}",
    "E612": "{path} has no figures of {split}. Write them: {command}",
    "E613": "{path}: the model was made from another {what} (sha256 {then}, now {now}). "
    "Retrain: {command}",
    "E614": "{path}: no line of the card gives the sha256 of {what}. Retrain: {command}",
    "E615": "no place for the figures. Put {begin!r} and {end!r} where they belong",
    # data sets of many documents
    "E721": "--engine {engine} needs {missing}. Run: pip install 'pingyu[scale]'",
    "E722": "--engine writes a data set of Parquet files. Name a folder for it with -o FOLDER/, and "
    "leave --format out",
    "E723": "{found} is here already. Add --resume to go on with an interrupted run, or name another "
    "folder",
    "E724": "the run here had {what} {then}, now it is {now}. Repeat the command as it was, or name "
    "another folder",
    "E725": "another run writes here. Wait for it or end it",
    "E726": "cannot be written: {reason}. What is finished is kept: see to it (room? permissions? on "
    "a cluster, a folder that all nodes share?), then repeat the command with --resume",
    "E727": "interrupted. What is finished is kept: repeat the command with --resume",
    "E728": "a worker ended {times} times in a row before it had begun ({reason}). What is finished is "
    "kept: see to the cause (memory? the installation?), then repeat the command with --resume",
    "E729": "no Ray cluster at {address} ({reason}). Start one with `ray start --head`, or name its "
    "address with --address",
    "E730": "its documents are records. Add --engine local, and a folder to write to with -o",
    "E731": "row {row} is not a JSON object ({reason}). Mend the line; the other rows were read",
    "E732": "row {row}: {column!r} is {found}, must be {wanted}. Mend the row; the others were read",
    "E733": "cannot be read as Parquet ({reason}). Write it anew",
    "E734": "no column 'text' of strings (columns: {columns}). Name the column of the documents so",
    "E735": "row {row} is not there any more. The file was changed during the run: start another one",
    "E736": "pingyu failed ({kind}: {reason}). Please report it, with the document",
    "E737": "{times} times the process ended while it was at this document (out of memory?). It was "
    "left out. Try it alone, with more memory",
    "E738": "worker {worker} has pingyu {found}, this is {wanted}. Install one version on all nodes",
    "E739": "the cluster failed ({reason}). What is finished is kept: repeat the command with "
    "--resume",
    "E740": "partition {number} cannot be finished ({kind}: {reason}). The others are kept. With more "
    "memory or smaller --partition-bytes it may go; else please report it",
    "E741": "worker {worker} does not see {path} ({reason}). Inputs and output must lie in folders "
    "that all nodes share",
    "E742": "{options} only means something with --engine. Add --engine local, or leave it out",
    # packages
    "E901": "{name!r} cannot be the name of a pipeline. Use small letters and digits, _ between them, "
    "and leave the zh_ before it out",
    "E902": "{version!r} is no version. Give one like 0.2.0",
    "E903": "this needs the package datasets. Run: pip install 'pingyu[hf]'",
    # other people's data
    "E801": "this is not JSON ({reason}). Give one JSON object a line, or one list of all",
    "E802": "no document: {found}. Each needs the key 'text'",
    "E803": "the key {key!r} of {what} is not known and is passed over, here and below. Known: "
    "{known}",
    "E804": "no label {label!r} in the schema, but {text!r} at {start} has it. Add "
    '[labels."{label}"], or change the span',
    "E805": "{label}: {start}–{end} is no stretch of a text of {length} characters. Offsets count "
    "characters from 0, the end is the first one after the span",
    "E806": "{found!r} stands at {start}–{end}, not {said!r}. Mend the offsets (the end is the first "
    "character after the span)",
    "E807": "{type}: no entity has the id {id!r}. Mend from_id or to_id",
    "E808": "no relation {type!r} in the schema, but {head!r} at {start} has it to {tail!r}. Add "
    '[relations."{type}"], or take it out',
    "E809": "{type} may not go from {head} at {start} to {tail}. Take the relation out, or allow it in "
    "the schema",
    "E810": "{label} {text!r} at {start} stands there twice. One is left out",
    "E811": "{label} is in pieces ({start}–{end}), which no span can be. It and its relations are left "
    "out",
    "E812": "{label} {text!r} at {start} crosses the edge of {other}. Both are trained on, but a model "
    "never gives both",
    "E813": "two entities have the id {id!r}, the second is {text!r} at {start}. Give each its own",
    "E814": "no token and tag: {found!r}. A line is a token, a blank or tab, and a tag such as B-X or O",
    "E815": "{tag} at {start} goes on where no span has begun. It is read as the beginning of one",
    "E816": "{what} is not understood: {found}. An entity has label, start_offset and end_offset, a "
    "relation from_id, to_id and type",
    "E817": "{errors} errors. Mend them or the schema, or train on what is right with --keep-going",
    "E818": "{count} documents are too few to train on and to keep some for dev. Give more, or --dev. (Each "
    "line of JSON is a document, each block of columns that a blank line ends)",
    "E819": "{label} {text!r} at {start} stands in {other}, which its `inside` in the schema does not "
    "allow. Both are trained on, but a model never gives both",
    "E820": "{type} goes from {text!r} at {start} to itself. It is left out",
    "E821": "{augment} of [augment] is made for reviews. Take it out of the configuration: {path}",
    "E822": "--{given} needs --{missing} too. Example: python -m train --schema schema.toml --data "
    "data.jsonl",
    "E823": "{count} of {all} relations {type} can never be given: their ends are further apart than "
    "`reach`, or the tail does not stand in the narrowest head that could hold it",
    "E824": "{count} of the {all} documents of --{option} stand in --data too. The figures on them say "
    "how well the model remembers, not how well it reads",
    "E825": "there is no encoder to start from (a wheel has none), so training starts from random weights, "
    "and finds less. Name the folder models/encoder of a checkout with --training.encoder",
    "E826": "this processor has no instructions for bfloat16, so that training runs in float32: slower "
    "than where it has, and the model is not the same to the last digit. To say so yourself: "
    "--training.precision float32",
    # annotation with doccano
    "E501": "the command needs {package}. Install it: pip install 'pingyu[annotate]'",
    "E502": "no answer from {url} ({reason}). Is doccano running there? Name its address with --url "
    "or DOCCANO_URL, and repeat the command: it goes on where it was cut off",
    "E503": "{url} refuses the user {user!r} or the password. Check --user or DOCCANO_USER, and "
    "DOCCANO_PASSWORD",
    "E504": "{url} says 404 to {path}. Is this the address of a doccano server, without /v1 behind it?",
    "E505": "{url} lets {user!r} not do this (403, {what}). Ask an administrator of the project to "
    "make you one too",
    "E506": "{url} failed ({status}, {what}): {reason}. Repeat the command: it goes on where it was "
    "cut off; if it fails again, read the server's log",
    "E507": "the project {project!r} on {url} is a {found}, pingyu needs a sequence labelling "
    "project. Name another with --project; push makes it",
    "E508": "the project {project!r} on {url} has {setting} = {found}, it must be {wanted}. "
    "Change it in the project's settings, or name another project with --project",
    "E509": "no project {project!r} on {url}. Push first, or check --project",
    "E510": "no label {label!r} in the schema, but {text!r} at {start} has it. "
    "Change the span, or add the label to schema.toml",
    "E511": "{type} may not go from {head} to {tail}. Take the relation out, or allow it in schema.toml",
    "E512": "the span {text!r} at {start}–{end} cuts a character with a mark or an emoji in two. "
    "Move its edge",
    "E513": "doccano has a span at {start}–{end} of a text of {length} characters. Delete it there",
    "E514": "{url}: the task did not end within {seconds} s. Is doccano's task worker running "
    "(doccano task)? Then repeat the command: it goes on where it was cut off",
    "E515": "doccano did not import all: {reason}",
    "E516": "no password. Set DOCCANO_PASSWORD, or run the command in a terminal, which asks for it",
    "E517": "changed here and in doccano. doccano's version is in {theirs}: put what is right into "
    "the .inl file and `push --overwrite {name}`, or `pull --overwrite {name}`",
    "E518": "cannot be brought back as it is in doccano: {reason}. Mend it there "
    "({url}), then pull again",
    "E519": "doccano has {count} documents of this name, changed in different ways ({examples}). "
    "Delete all but one there",
    "E520": "{path}: line {line} is not a document that `pingyu extract --format jsonl` or `pingyu "
    "suggest` writes ({reason})",
    "E521": "two documents are called {name!r} ({path} and {other}). Rename one of them",
    "E522": "the name {name!r} cannot be a file here. Rename the document in doccano's metadata",
    "E523": "{head} —{type}→ {tail} cannot be written in a gold file: a rank belongs to the "
    "statement around it, or to a unit",
    "E524": "the address {url} has a user or password in it. Use --user and DOCCANO_PASSWORD",
    "E525": "no document {name!r} in doccano and here. Give the name as `pingyu doccano status` does",
    "E526": "{a} and {b} have no document in common. Give two folders of .inl files of the same names",
    "E527": "the text differs in {a} and {b}, at character {at}. Compare annotations of one text only",
    "E528": "{label} {text!r} at {start} belongs to no unit. Draw {type} to it from its unit",
    "E529": "{label} {text!r} at {start} overlaps another span. Only a rank may stand in another "
    "span, all of it",
    "E530": "its push was cut off. Push again first; pull then brings it back",
    "E531": "doccano keeps it otherwise than it was pushed. Take the blanks at the ends of the text "
    "out, or change the document in doccano and pull",
    "E532": "{url} has no {path} any more (404). Somebody deleted it, or it is another version than "
    "doccano 1.8. Repeat the command",
    "E533": "its text was changed here since it was pushed, and annotators have begun with it. Push "
    "it under another name",
}


class PingyuError(ValueError):
    """An error with a code, a place and a remedy.

    `code` is a key of MESSAGES; `path` names the file, where there is one. str() gives one line:
    "E101 path: message".
    """

    def __init__(self, code: str, path: str | None = None, **values: object) -> None:
        self.code, self.path, self.values = code, path, values
        self.message = MESSAGES[code].format(path=path, **values)
        place = f"{path}: " if path is not None and "{path}" not in MESSAGES[code] else ""
        super().__init__(f"{code} {place}{self.message}")

    def __reduce__(self) -> tuple[Any, ...]:
        return partial(PingyuError, self.code, self.path, **self.values), ()


def unreadable(error: OSError, path: object) -> PingyuError:
    """E101 for a file that is not there, E106 for one that cannot be read."""
    if isinstance(error, FileNotFoundError):
        return PingyuError("E101", str(path))
    return PingyuError("E106", str(path), reason=error.strerror)


def unforeseen(error: Exception, path: str | None = None) -> PingyuError:
    """E736 for a defect of pingyu's own, so that it costs one document and no other."""
    return PingyuError("E736", path, kind=type(error).__name__, reason=str(error))
