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
