"""Every message of pingyu, in one place: a code, what was wrong, where, and what to do."""

from __future__ import annotations

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
    # models
    "E301": "no model in {path}: {missing} is missing. "
    "Give the path of a model folder, or retrain with `python -m train`",
    "E302": "the model in {path} has format {found}, this pingyu reads {wanted}. "
    "Install a fitting version, or retrain",
    # output
    "E501": "--format tables writes several files. Name a folder for them with -o FOLDER/",
    # configuration
    "E401": "{path}: {reason}",
    "E402": "--{key}: {reason}",
    "E403": "the training of row {row!r}, seed {seed}, ended with status {status}. "
    "See {log}, then run the sweep again: it goes on where it stopped",
    "E404": "another sweep, or a training that it left behind, is at work here. Wait for it or end it",
    "E405": "reading a TensorFlow checkpoint needs it. Run: pip install tensorflow-cpu",
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
}


class PingyuError(ValueError):
    """An error with a code, a place and a remedy.

    `code` is a key of MESSAGES; `path` names the file, where there is one. str() gives one line:
    "E101 path: message".
    """

    def __init__(self, code: str, path: str | None = None, **values: object) -> None:
        self.code, self.path = code, path
        self.message = MESSAGES[code].format(path=path, **values)
        place = f"{path}: " if path is not None and "{path}" not in MESSAGES[code] else ""
        super().__init__(f"{code} {place}{self.message}")
