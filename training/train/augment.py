"""Other documents from the ones there are: each kind of change seeded, each with its own rate.

Punctuation width and script are not among them: the encoder folds every text to one width and the
reader converts every page to one script, so a model never sees the other.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from pingyu.extract.mentions import listed
from pingyu.interpret.gazetteer import gazetteer
from pingyu.names import COUNTY, DISTRICT, split
from pingyu.schema import ACHIEVEMENT, DEFICIENCY, RANK, UNIT, Document, Relation, Span
from train.config import AugmentConfig
from train.splice import Edit, cut, edit, grown, join, sentence_ends, without

LONGER = 8  # names that a list of units may get behind one of its own
MORE_AREAS = 2  # areas that may be put in behind one of a list
CUT_TO_TWO = 0.5  # share of the lists of areas that are cut to two, the shortest that there are
PASSAGE = 6  # sentences of the longest passage that is cut out of a document

MOVED, PLACES = 6, 3  # clauses that may join another section side by side, and in how many places

# A verb of work under way: told as a result in one section, as a plan in the next.
_DOES = re.compile(
    "(?:持续|扎实|深入|全面|大力|着力|切实|严格|认真|不断|积极|进一步|有序|稳步|系统|常态化){0,2}"
    "(?:加强|强化|深化|推进|推动|落实|坚持|完善|开展|实施|优化|提升|加快|抓好|做好|健全|促进|聚焦|统筹|规范|压实|"
    "巩固|拓展|拓宽|构建|严守|守牢|建立|推行|支持|引导|培育|打造|改善|整治|保障|加大|壮大|盘活|用好|建设|发展|筑牢|织密)"
    r"(?!.*(?:[将要拟应须争定再仍]|确保|力求|计划|目标|今年|明年|年底|下半年|[下本]月|[\d“”（）()《》])).{4,22}"
)
# where what is still to be done begins: a heading, or a sentence
_PLANS = re.compile(
    r"^.{0,12}(?:下一步|下一阶段|下步|打算|安排|计划|工作思路|目标任务|今后).{0,20}$|(?:^|(?<=。))下一?步[，,]",
    re.MULTILINE,
)
_NUMBER = re.compile(r"(?<![\d.])\d{1,4}(?:\.\d{1,2})?(?![\d.年])")
_YEAR = re.compile(r"(?<!\d)20[0-2]\d(?=年)")
_DAY = re.compile(
    r"(?<![\d.])(?:1[0-2]|[1-9])(?=月)|(?<=月)(?:[12]\d|3[01]|[1-9])(?=日)|(?<![前续两近])[一二三四](?=季度)"
)
_LIKE_A_UNIT = re.compile(
    r"[\u4e00-\u9fff]{1,5}(?:[省市州县区旗镇乡村局委办站]|街道|集团|公司|中心|园区|大队|医院|学校)"
)
# what follows a list of areas, each a span of its own
_AFTER_AREAS = re.compile(
    r"等?(?:[两二三四五六几多这][个项块件样桩方]|方面|环节|领域|工作)|上(?![半报级周月])"
)
# Words before and after a list of deficiencies; those of one group may stand for each other.
_FRAMES = (
    (  # around areas
        ("在", "等方面仍存不足"), ("在", "等方面还有差距"), ("在", "等方面存在短板"), ("在", "上仍有差距"),
        ("在", "等环节仍有短板"), ("在", "等领域欠账较多"), ("在", "等方面不够扎实"), ("在", "等工作上进展偏慢"),
        ("", "等工作还需加力"), ("", "等方面有待加强"), ("", "等方面仍需补强"),
    ),
    (  # around shortfalls that have a predicate
        ("存在", "等问题"), ("存在", "等不足"), ("存在", "等突出问题"), ("存在", "的问题"), ("存在", "的情况"),
        ("还有", "等问题"), ("暴露出", "等问题"), ("", "等问题仍未解决"), ("", "等问题突出"),
    ),
    (  # before either
        ("不足是", ""), ("短板是", ""), ("问题是", ""), ("差距是", ""), ("短处是", ""), ("弱项是", ""),
        ("不足在于", ""), ("问题在于", ""), ("不足表现为", ""), ("欠缺的是", ""),
    ),
    (("但", ""), ("但是", ""), ("然而", ""), ("不过", ""), ("可是", "")),
    (("但在", ""), ("然而在", ""), ("不过在", ""), ("可是在", "")),
)  # fmt: skip
_RESIDUE = (
    "责任编辑：{}", "编辑：{}", "来源：{}融媒体中心", "来源：{}日报", "发布时间：20{}-0{}-1{}", "浏览次数：{}{}次",
    "字体：【大 中 小】", "【打印】【关闭窗口】", "分享到：", "扫一扫在手机打开当前页", "上一篇：没有了", "附件下载",
    "您当前所在位置：首页 > 政务动态 > 正文", "?", "（记者 {}）", "原标题：{}", "点击上方蓝字关注我们", "图文无关",
)  # fmt: skip


@dataclass(frozen=True)
class Augmenter:
    """Makes variants of training documents. `others`: documents to put before one."""

    config: AugmentConfig
    others: Sequence[Document]

    @cached_property
    def areas(self) -> list[str]:
        """What is listed as an area of deficiency (财源建设) anywhere in the others."""
        found = {d.spans[n].text for d in self.others for run in _area_lists(d) for n in run}
        return sorted(found)

    @cached_property
    def planned(self) -> list[str]:
        """What the others say is to be done, in words that a result could be told in as well."""
        return sorted({clause for d in self.others for clause in _unmarked(d)})

    @cached_property
    def done(self) -> list[str]:
        """Results of the others, in words that a plan could be told in as well."""
        texts = {d.spans[n].text for d in self.others for run in _results(d) for n in run}
        return sorted(text for text in texts if _DOES.fullmatch(text))

    @cached_property
    def stems(self) -> list[str]:
        """Names of counties and districts without their kind, from the gazetteer."""
        places = (p for p in gazetteer().places.values() if p.kind in (DISTRICT, COUNTY))
        return sorted({p.stem for p in places if p.stem != p.name and len(p.stem) <= 4})

    def __call__(self, document: Document, rng: np.random.Generator) -> Document:
        """A variant; offsets, relations and keys follow the text."""
        steps = (
            (self.config.passage, self._passage),
            (self.config.names, self._names),
            (self.config.figures, self._figures),
            (self.config.list_order, self._list_order),
            (self.config.areas, self._areas),
            (self.config.list_length, self._list_length),
            (self.config.sections, self._sections),
            (self.config.lines, self._lines),
            (self.config.residue, self._residue),
            (self.config.preceded, self._preceded),
            (self.config.dates, self._dates),
            (self.config.frames, self._frames),
        )
        for rate, step in steps:
            if rate and rng.random() < rate:
                document = step(document, rng)
        return document

    def _passage(self, document: Document, rng: np.random.Generator) -> Document:
        """A few sentences alone, as they are quoted, whose statements are all of units named there."""
        ends = sentence_ends(document)
        first = int(rng.integers(len(ends)))
        for last in range(min(first + int(rng.integers(PASSAGE)), len(ends) - 1), first - 1, -1):
            passage = cut(document, ends[first - 1] if first else 0, ends[last])
            if passage:
                return passage
        return document

    def _names(self, document: Document, rng: np.random.Generator) -> Document:
        """Units get other names of their kind, everywhere in the document."""
        new_stems: dict[str, str] = {}
        names: dict[str, str] = {}
        for span in document.spans:
            if span.label != UNIT or span.text in names:
                continue
            parts = split(span.text)
            if parts.kind and 2 <= len(parts.stem) <= 4:
                new = self.stems[rng.integers(len(self.stems))]
                new_stems.setdefault(parts.stem, new)
                names[span.text] = new_stems[parts.stem] + span.text[len(parts.stem) :]
        names |= {stem: new for stem, new in new_stems.items() if len(stem) > 1}
        if not names:
            return document
        pattern = re.compile("|".join(sorted(map(re.escape, names), key=len, reverse=True)))
        return edit(document, [(*m.span(), names[m[0]]) for m in pattern.finditer(document.text)])

    def _figures(self, document: Document, rng: np.random.Generator) -> Document:
        """Half of the numbers (years left out) get other digits."""
        edits = []
        for match in _NUMBER.finditer(document.text):
            if rng.random() < 0.5:
                digits = [str(rng.integers(1, 10)) if c.isdigit() else c for c in match[0]]
                edits.append((*match.span(), "".join(digits)))
        return edit(document, edits)

    def _dates(self, document: Document, rng: np.random.Generator) -> Document:
        """All years move by as many; months, days and quarters become others."""
        by = int(rng.integers(1, 6)) * (1 if rng.random() < 0.5 else -1)
        edits = [(*m.span(), str(int(m[0]) + by)) for m in _YEAR.finditer(document.text)]
        for match in _DAY.finditer(document.text):
            if match[0].isdigit():
                last = 12 if document.text[match.end()] == "月" else 28
                new = str(rng.integers(1, last + 1))
            else:
                new = "一二三四"[rng.integers(4)]
            edits.append((*match.span(), new))
        return edit(document, sorted(edits))

    def _frames(self, document: Document, rng: np.random.Generator) -> Document:
        """The words around a list of deficiencies give way to others that fit it as well."""
        edits: list[Edit] = []
        for start, end in _lists(document):
            fitting = [
                (group, frame)
                for group in _FRAMES
                for frame in group
                if _stands(document, frame, start, end)
            ]
            if not fitting:
                continue
            group, (before, after) = fitting[rng.integers(len(fitting))]
            new_before, new_after = group[rng.integers(len(group))]
            edits.append((start - len(before), start, new_before))
            edits.append((end, end + len(after), new_after))
        return edit(document, edits)

    def _list_order(self, document: Document, rng: np.random.Generator) -> Document:
        """Areas listed with 、 change places."""
        edits: list[Edit] = []
        run: list[Span] = []
        ranked = _ranked(document)
        for n, span in enumerate([*document.spans, Span(UNIT, -1, -1, "")]):
            follows = run and document.text[run[-1].end : span.start] == "、"
            if span.label == DEFICIENCY and n not in ranked and (follows or not run):
                run.append(span)
                continue
            order = rng.permutation(len(run)).tolist()
            edits += [(s.start, s.end, run[o].text) for s, o in zip(run, order, strict=True)]
            run = [span] if span.label == DEFICIENCY and n not in ranked else []
        return edit(document, edits)

    def _areas(self, document: Document, rng: np.random.Generator) -> Document:
        """Half of the areas in a list (在…、…等方面仍存不足) become others, and lists get longer or are
        cut to two: what divides them is the frame and the 、, not what an area is about."""
        document = self._cut_to_two(document, rng)
        edits: list[Edit] = []
        more: dict[int, list[str]] = {}

        def drawn(count: int) -> list[str]:
            return [self.areas[n] for n in rng.integers(len(self.areas), size=count).tolist()]

        for run in _area_lists(document):
            others = zip(run, drawn(len(run)), rng.random(len(run)) < 0.5, strict=True)
            spans = [(document.spans[n], other) for n, other, changes in others if changes]
            edits += [(span.start, span.end, other) for span, other in spans]
            more[run[0]] = drawn(int(rng.integers(MORE_AREAS + 1)))
        facts = {n: [r for r in document.relations if r.tail == n] for n in more}
        return grown(edit(document, edits), more, facts)

    def _cut_to_two(self, document: Document, rng: np.random.Generator) -> Document:
        """Some lists of areas keep their first two or their last two."""
        left_out: list[tuple[int, int]] = []
        for run in _area_lists(document):
            if len(run) > 2 and rng.random() < CUT_TO_TWO:
                first, second = document.spans[run[0]], document.spans[run[1]]
                last_but_one, last = document.spans[run[-2]], document.spans[run[-1]]
                if rng.random() < 0.5:
                    left_out.append((second.end, last.end))
                else:
                    left_out.append((first.start, last_but_one.start))
        return without(document, left_out)

    def _list_length(self, document: Document, rng: np.random.Generator) -> Document:
        """Lists of units of which the same is told get longer."""
        units = [n for n, span in enumerate(document.spans) if span.label == UNIT]
        told: dict[str, set[tuple[str, int]]] = {document.keys[n]: set() for n in units}
        for r in document.relations:
            if document.spans[r.head].label == UNIT:
                told[document.keys[r.head]].add((r.type, r.tail))
        followed = listed(document.text, [document.spans[n] for n in units])
        more: dict[int, list[str]] = {}  # mention → names to put in behind it
        for n, after, is_followed in zip(units, units[1:], followed, strict=False):
            name = document.spans[n].text
            parts = split(name)
            alike = told[document.keys[n]] == told[document.keys[after]]
            if is_followed and alike and parts.kind and 2 <= len(parts.stem) <= 4:
                stems = rng.integers(len(self.stems), size=rng.integers(0, LONGER + 1)).tolist()
                more[n] = [self.stems[s] + name[len(parts.stem) :] for s in stems]
        facts = {
            n: [Relation(t, n, tail) for t, tail in sorted(told[document.keys[n]])] for n in more
        }
        return grown(document, more, facts)

    def _sections(self, document: Document, rng: np.random.Generator) -> Document:
        """Plans of others join the results, as results, and results of others the plans, as plans:
        加强执法检查 is either, and only the section that it stands in tells which."""

        def drawn(texts: list[str]) -> list[str]:
            return [texts[n] for n in rng.integers(len(texts), size=rng.integers(1, MOVED + 1))]

        plans = _plans(document)
        if plans is not None and self.done:
            ends = [plans + m.end() for m in re.finditer("。", document.text[plans:])]
            places = sorted({ends[n] for n in rng.integers(len(ends), size=PLACES).tolist()})
            document = edit(
                document, [(at, at, "，".join(drawn(self.done)) + "。") for at in places]
            )
        long = [run for run in _results(document) if len(run) > 2]
        if not long or not self.planned:
            return document
        more: dict[int, list[str]] = {}
        for at in rng.integers(len(long), size=PLACES).tolist():
            behind = long[at][int(rng.integers(1, len(long[at]) - 1))]
            more[behind] = drawn(self.planned)
        facts = {n: [r for r in document.relations if r.tail == n] for n in more}
        return grown(document, more, facts, "，")

    def _lines(self, document: Document, rng: np.random.Generator) -> Document:
        """Sentences move to a line of their own, or join the line before."""
        edits: list[Edit] = []
        for match in re.finditer("。(\n?)", document.text[:-1]):
            if rng.random() < 0.25:
                edits.append((match.start(), match.end(), "。" if match[1] else "。\n"))
        return edit(document, edits)

    def _residue(self, document: Document, rng: np.random.Generator) -> Document:
        """Lines that a scraper leaves behind, between others."""
        breaks = [m.start() for m in re.finditer("\n", document.text)] or [len(document.text)]
        edits: dict[int, Edit] = {}
        for _ in range(rng.integers(1, 4)):
            at = breaks[rng.integers(len(breaks))]
            stem = self.stems[rng.integers(len(self.stems))]
            line = _RESIDUE[rng.integers(len(_RESIDUE))]
            if "{}-" in line or "次" in line:
                line = line.format(*rng.integers(1, 9, 3).tolist())
            edits[at] = (at, at, "\n" + line.format(stem))
        return edit(document, sorted(edits.values()))

    def _preceded(self, document: Document, rng: np.random.Generator) -> Document:
        """Another document stands before this one."""
        some = rng.integers(len(self.others), size=3).tolist()
        return join(min((self.others[n] for n in some), key=lambda d: len(d.text)), document)


def decoys(document: Document, count: int, rng: np.random.Generator) -> list[Span]:
    """Up to `count` stretches outside UNIT spans, most of them shaped like the name of a unit."""
    if not count:
        return []
    taken = [(s.start, s.end) for s in document.spans if s.label == UNIT]
    found = [m.span() for m in _LIKE_A_UNIT.finditer(document.text)]
    starts = rng.integers(0, max(1, len(document.text) - 8), count // 4)
    found += [
        (start, start + size)
        for start, size in zip(
            starts.tolist(), rng.integers(2, 7, len(starts)).tolist(), strict=True
        )
    ]
    free = [
        (s, e)
        for s, e in found
        if e <= len(document.text) and all(e <= a or b <= s for a, b in taken)
    ]
    picked = rng.permutation(len(free))[: rng.integers(0, count + 1)]
    places = [free[n] for n in sorted(picked.tolist())]
    return [Span(UNIT, start, end, document.text[start:end]) for start, end in places]


def _ranked(document: Document) -> set[int]:
    """What has a rank: indices of spans."""
    return {r.head for r in document.relations if document.spans[r.tail].label == RANK}


def _area_lists(document: Document) -> Iterator[list[int]]:
    """The areas of every list of two or more: indices of spans."""
    ranked = _ranked(document)
    for start, end in _lists(document):
        run = [
            n
            for n, s in enumerate(document.spans)
            if s.label == DEFICIENCY and start <= s.start and s.end <= end
        ]
        if len(run) > 1 and _AFTER_AREAS.match(document.text, end) and not ranked & set(run):
            yield run


def _plans(document: Document) -> int | None:
    """Where the part of a document begins that speaks of what is still to be done; None where there
    is none, or where something is told of a unit behind it."""
    told = [s.end for s in document.spans if s.label in (ACHIEVEMENT, DEFICIENCY)]
    for match in _PLANS.finditer(document.text):
        if match.end() >= max(told, default=0) and "。" in document.text[match.end() :]:
            return match.end() if told else None
    return None


def _unmarked(document: Document) -> Iterator[str]:
    """Clauses outside of all spans that begin with a verb of work under way; not what begins a line,
    which may be a heading."""
    marked = np.zeros(len(document.text) + 1, bool)
    for span in document.spans:
        marked[span.start : span.end] = True
    for match in re.finditer("(?<=[。；，])[^。；，\n]+(?=[。；，])", document.text):
        if not marked[match.start() : match.end()].any() and _DOES.fullmatch(match[0]):
            yield match[0]


def _results(document: Document) -> Iterator[list[int]]:
    """Achievements side by side, each a clause, of the same units and without ranks: indices of
    spans."""
    ranked = _ranked(document)
    units: dict[int, set[int]] = {}
    for r in document.relations:
        units.setdefault(r.tail, set()).add(r.head)
    run: list[int] = []
    for n, span in enumerate(document.spans):
        if span.label != ACHIEVEMENT:
            if span.label == UNIT:
                if run:
                    yield run
                run = []
            continue
        plain = n in units and n not in ranked
        follows = run and document.text[document.spans[run[-1]].end : span.start] in ("，", ",")
        if run and not (plain and follows and units[run[-1]] == units[n]):
            yield run
            run = []
        if plain:
            run.append(n)
    if run:
        yield run


def _lists(document: Document) -> Iterator[tuple[int, int]]:
    """Start and end of every run of deficiencies that are joined by 、 or 和."""
    run: tuple[int, int] | None = None
    for span in document.spans:
        if span.label != DEFICIENCY:
            continue
        if run and document.text[run[1] : span.start] in ("、", "和"):
            run = run[0], span.end
            continue
        if run:
            yield run
        run = span.start, span.end
    if run:
        yield run


def _stands(document: Document, frame: tuple[str, str], start: int, end: int) -> bool:
    """Is `frame` around this stretch, whole and outside any span?"""
    text, (before, after) = document.text, frame
    first, last = start - len(before), end + len(after)
    if not (text.endswith(before, 0, start) and text.startswith(after, end)):
        return False
    if not before and text.endswith(("在", "有", "出"), 0, start):  # part of a longer frame
        return False
    return not any(
        (s.start < start and s.end > first) or (s.start < last and s.end > end)
        for s in document.spans
    )
