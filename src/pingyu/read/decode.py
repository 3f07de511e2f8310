"""Bytes → text: UTF-8, UTF-16, GB18030 and Big5, told apart by charset-normalizer."""

from __future__ import annotations

import codecs
import re

from pingyu.errors import PingyuError

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_MAGIC = (
    (b"%PDF", "PDF"),
    (b"PK\x03\x04", "a zip container such as DOCX or XLSX"),
    (b"\xd0\xcf\x11\xe0", "an old Office file"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF8", "GIF"),
    (b"\x1f\x8b", "gzip"),
    (b"\x7fELF", "a program"),
)
# of a page that is not UTF-8; others (ISO-8859-1, the default of some servers) decode whatever there is
_CHINESE = {"gb2312": "gb18030", "gbk": "gb18030", "gb18030": "gb18030"} | {
    name: name for name in ("big5", "big5hkscs")
}
_DECLARED = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?\s*([\w-]+)""", re.IGNORECASE)
_CANDIDATES = ["utf_8", "gb18030", "big5", "utf_16_le", "utf_16_be"]


def decode(data: bytes, path: str, encoding: str | None = None) -> tuple[str, str]:
    """→ (text, name of the encoding). Raises PingyuError E102 (empty), E103 (binary), E104.

    A byte order mark decides; else valid UTF-8 is UTF-8; else the Chinese encoding that the page
    declares, where it decodes; else what charset-normalizer finds.
    """
    if not data.strip():
        raise PingyuError("E102", path)
    for magic, kind in _MAGIC:
        if data.startswith(magic):
            raise PingyuError("E103", path, kind=kind)
    if encoding:
        return _strictly(data, encoding, path), encoding
    for mark, name in _MARKS:
        if data.startswith(mark):
            return _strictly(data, name, path), name
    if b"\0" not in data:
        tries = ["utf-8", *_declared(data)]
        for name in tries:
            try:
                return data.decode(name), name
            except (UnicodeError, LookupError):
                continue
    return _detect(data, path)


def _strictly(data: bytes, encoding: str, path: str) -> str:
    try:
        return data.decode(encoding)
    except (UnicodeError, LookupError) as error:
        raise PingyuError("E104", path) from error


def _declared(data: bytes) -> list[str]:
    found = _DECLARED.search(data[:4096])
    if not found:
        return []
    try:
        name = codecs.lookup(found[1].decode("ascii")).name
    except LookupError:
        return []
    return [_CHINESE[name]] if name in _CHINESE else []


def _detect(data: bytes, path: str) -> tuple[str, str]:
    # 0.1 s to import, and most files are UTF-8
    from charset_normalizer import from_bytes

    names = _CANDIDATES if b"\0" not in data else _CANDIDATES[3:]
    # by its own threshold it takes nothing of a short text that is full of places and numerals
    best = from_bytes(data, cp_isolation=names, enable_fallback=False, threshold=1.0).best()
    if best is None:
        if b"\0" in data:
            raise PingyuError("E103", path, kind="it holds NUL bytes")
        raise PingyuError("E104", path)
    return data.decode(best.encoding), best.encoding
