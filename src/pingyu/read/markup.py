"""HTML, Markdown and front matter → lines of text, each character with its place in the source."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

import frontmatter
import yaml

from pingyu.read.source import Builder, SourceText, join_lines

_BLOCK = frozenset([
    "address", "article", "aside", "blockquote", "body", "br", "caption", "center", "dd",
    "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3",
    "h4", "h5", "h6", "header", "hr", "html", "li", "main", "nav", "ol", "p", "pre", "section",
    "table", "tbody", "td", "tfoot", "th", "thead", "title", "tr", "ul",
])  # fmt: skip
_VOID = frozenset([
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param",
    "source", "track", "wbr",
])  # fmt: skip
_SILENT = frozenset([
    "button", "canvas", "iframe", "nav", "noscript", "object", "script", "select",
    "style", "svg", "template", "textarea",
])  # fmt: skip
_ENDED_BY_NEXT = frozenset(("p", "li", "dt", "dd", "td", "th", "tr"))
_ASIDE = frozenset(("aside", "footer"))
# has-sidebar and comments-open say what a page has, not what it is
_ASIDE_CLASS = re.compile(
    r"(?:^|[\s_-])(?<!has[_-])(?<!no[_-])(?<!with[_-])(?:nav|navbar|menu|footer|sidebar|breadcrumbs?|crumbs?|copyright|related|recommend"
    r"|share|comments?)(?:$|[\s_-])(?!open|closed)",
    re.IGNORECASE,
)
_ROOTS = frozenset(("html", "body", "main", "article"))
_LOOKS_LIKE_HTML = re.compile(
    r"<(?:!doctype html|html|body|div|p|br|span|font|table|tr|td|h[1-6]|article|section)\b[^<>]*>",
    re.IGNORECASE,
)
# As html.parser takes it: what that passes over must not be lost.
_ENTITY = re.compile(r"&(?:#[xX][0-9a-fA-F]+|#[0-9]+|[A-Za-z][-.A-Za-z0-9]*);?")
# What html.parser knows to stand behind <![; at anything else it stops with an AssertionError.
_SECTION = re.compile(
    r"<!\[(?:cdata|temp|rcdata|ignore|include|if|else|endif)(?![-.\w])", re.IGNORECASE
)
_FRONT_MATTER = re.compile(r"\s*---[ \t]*\r?\n(.*?)\r?\n---[ \t]*(?:\r?\n|$)", re.DOTALL)
_TITLE_PARTS = re.compile(r"\s*[_|–—]\s*|\s+-\s+|-(?=[^-]*(?:网|报|新闻|政府)$)")
_SPACE = re.compile(r"[ \t\r\n\f]+")


@dataclass(slots=True)
class Marked:
    """The lines of a source and what its markup says of it."""

    body: SourceText
    metadata: dict[str, str] = field(default_factory=dict)


def read_markup(source: str, markdown: bool) -> Marked:
    """Front matter goes to metadata, its title to the first line; HTML and Markdown lose their
    marks; plain text stays as it is."""
    text = SourceText.of(source)
    metadata: dict[str, str] = {}
    title = SourceText.of("")
    front = _FRONT_MATTER.match(source)
    if front:
        metadata = _front_matter(front[0])
        if metadata:
            markdown = True
            text = text[front.end() :]
            title = _find_title(metadata.get("title", ""), front)
    if _LOOKS_LIKE_HTML.search(text.text):
        marked = _read_html(text)
        metadata = {**marked.metadata, **metadata}
        body = marked.body
    else:
        body = text
    if markdown:
        body = _strip_markdown(body)
    if len(title.text) and not body.text.lstrip().startswith(title.text):
        body = join_lines([title, body])
    return Marked(body, metadata)


def _front_matter(block: str) -> dict[str, str]:
    try:
        values = frontmatter.loads(block.strip()).metadata
    except (yaml.YAMLError, ValueError):  # the latter: 2024-02-30
        return {}
    return {
        str(k): str(v).strip()
        for k, v in values.items()
        if v is not None and not isinstance(v, list | dict)
    }


def _find_title(title: str, front: re.Match[str]) -> SourceText:
    """The title where it stands in the front matter (nothing, if it is not there letter by letter)."""
    line = re.search(r"^title:", front[1], re.MULTILINE)
    at = front[1].find(title, line.end()) if line and title else -1
    if at < 0:
        return SourceText.of("")
    builder = Builder()
    builder.verbatim(title, front.start(1) + at)
    return builder.build()


@dataclass(slots=True)
class _Block:
    text: SourceText
    linked: int
    aside: bool
    heading: bool


class _Blocks(HTMLParser):
    """Collects the text of a page block by block."""

    def __init__(self, source: SourceText) -> None:
        super().__init__(convert_charrefs=False)
        self.source = source
        self.blocks: list[_Block] = []
        self.title = SourceText.of("")
        self._line_starts = [0, *(m.end() for m in re.finditer("\n", source.text))]
        self._builder = Builder()
        self._open: list[tuple[str, bool, bool]] = []  # tag, aside, link
        self._linked = 0

    def run(self) -> None:
        self.feed(self.source.text)
        self.close()
        self._end_block()

    def _at(self) -> int:
        line, column = self.getpos()
        return self._line_starts[line - 1] + column

    def _inside(self, tags: frozenset[str] | tuple[str, ...]) -> bool:
        return any(tag in tags for tag, _, _ in self._open)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _BLOCK:
            self._end_block()
        if tag in _VOID:
            return
        last = self._open[-1][0] if self._open else ""
        if (tag in _ENDED_BY_NEXT and last == tag) or (tag in _BLOCK and last == "p"):
            self._open.pop()
        names = " ".join(v or "" for k, v in attrs if k in ("class", "id", "role"))
        hidden = any(
            k == "hidden" or (k == "style" and "display:none" in (v or "").replace(" ", ""))
            for k, v in attrs
        )
        beside = tag in _BLOCK - _ROOTS and bool(_ASIDE_CLASS.search(names))
        link = tag == "a" and any(k == "href" for k, _ in attrs)
        self._open.append((tag, tag in _ASIDE or hidden or beside, link))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _BLOCK:
            self._end_block()

    def handle_endtag(self, tag: str) -> None:
        if tag in _BLOCK:
            self._end_block()
        for n in range(len(self._open) - 1, -1, -1):
            if self._open[n][0] == tag:
                del self._open[n:]
                break

    def handle_data(self, data: str) -> None:
        if not self._inside(_SILENT):
            self._builder.verbatim(data, self._at())
            if any(link for _, _, link in self._open):
                self._linked += len(data.strip())

    def parse_html_declaration(self, i: int) -> int:
        """As the parser does, but what looks like a section of SGML and is none is a comment."""
        if self.rawdata.startswith("<![", i) and not _SECTION.match(self.rawdata, i):
            return self.parse_bogus_comment(i)
        return super().parse_html_declaration(i)

    def _handle_reference(self) -> None:
        found = _ENTITY.match(self.source.text, self._at())
        if found and not self._inside(_SILENT):
            self._builder.stands_for(html.unescape(found[0]), *found.span())

    def handle_entityref(self, name: str) -> None:
        self._handle_reference()

    def handle_charref(self, name: str) -> None:
        self._handle_reference()

    def _end_block(self) -> None:
        text = _collapse(self._builder.build())
        self._builder = Builder()
        linked, self._linked = self._linked, 0
        if not text.text:
            return
        places = SourceText(
            text.text, self.source.starts[text.starts], self.source.ends[text.ends - 1]
        )
        if self._inside(("title",)):
            self.title = places
        elif not self._inside(("head",)):
            aside = any(aside for _, aside, _ in self._open)
            self.blocks.append(_Block(places, linked, aside, self._inside(("h1", "h2"))))


def _collapse(text: SourceText) -> SourceText:
    """White space of the markup: none at the edges or between Chinese characters, one elsewhere."""
    cuts = []
    for m in _SPACE.finditer(text.text):
        before, after = text.text[m.start() - 1 : m.start()], text.text[m.end() : m.end() + 1]
        wide = bool(before and after) and ord(before) > 0x2E80 and ord(after) > 0x2E80
        broken = "\n" in m[0] and wide
        cuts.append((m.start() if not (before and after) or broken else m.start() + 1, m.end()))
    kept = text.without([cut for cut in cuts if cut[0] < cut[1]])
    return kept.retext(_SPACE.sub(" ", kept.text))


def _read_html(source: SourceText) -> Marked:
    parser = _Blocks(source)
    parser.run()
    blocks = _article(parser.blocks)
    body = join_lines([block.text for block in blocks])
    title = parser.title.text
    main = _TITLE_PARTS.split(title)[0] if title else ""
    if main and main not in body.text[: 4 * len(main) + 400]:
        body = join_lines([parser.title[: len(main)], body])
    return Marked(body, {"title": main} if main else {})


def _article(blocks: list[_Block]) -> list[_Block]:
    """Without what stands aside, and without the lists of links before and after the article."""
    inside = [b for b in blocks if not b.aside or b.heading]
    if all(b.heading for b in inside):  # what looked like the margin is the page
        inside = blocks
    solid = [n for n, b in enumerate(inside) if b.heading or b.linked <= 0.6 * len(b.text.text)]
    return inside[solid[0] : solid[-1] + 1] if solid else inside


_MARKDOWN = (
    re.compile(r"^[ ]{0,3}(#{1,6}[ \t]+)", re.MULTILINE),
    re.compile(r"^[ ]{0,3}((?:>[ \t]?)+)", re.MULTILINE),
    re.compile(r"^[ ]{0,3}([*+-][ \t]+)(?=\S)", re.MULTILINE),
    re.compile(r"(?:^|(?<=\n))([ ]{0,3}(?:[-*_][ ]*){3,})(?=\n|$)"),
    re.compile(r"(!\[[^\]\n]*\]\([^)\n]*\))"),
    re.compile(r"(<https?://[^>\s]+>)"),
    re.compile(r"(\*\*|__(?=\S)|(?<=\S)__)"),
)
_LINK = re.compile(r"(\[)([^\]\n]+)(\]\([^)\s]+\))")


def _strip_markdown(text: SourceText) -> SourceText:
    for pattern in _MARKDOWN:
        text = text.remove(pattern)
    return text.without([m.span(g) for m in _LINK.finditer(text.text) for g in (1, 3)])


def tidy(text: SourceText) -> SourceText:
    """Lines without blanks at their edges, no empty ones, no invisible characters."""
    plain = text.text.replace("\r\n", " \n").replace("\r", "\n").translate(_BLANKS)
    lines = []
    for line in text.retext(plain).remove(_INVISIBLE).lines():
        bare = line.text.strip()
        if bare:
            at = line.text.index(bare)
            lines.append(line[at : at + len(bare)])
    return join_lines(lines)


_BLANKS = str.maketrans(
    dict.fromkeys("\t\x0b\x0c\xa0", " ") | {"\u2028": "\n", "\u2029": "\n", "\x85": "\n"}
)
_INVISIBLE = re.compile("[\u200b-\u200f\u2060\ufeff\xad\x00-\x08\x0e-\x1f\x7f]")
