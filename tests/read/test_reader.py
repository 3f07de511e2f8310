"""Pages as they come: encodings, markup, scripts, garble."""

import opencc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pingyu.errors import PingyuError
from pingyu.read.reader import read_bytes, read_file

PROSE = (
    "罗川县本月召开工作点评会，听取各乡镇汇报。石桥镇新修灌渠十二公里，受益农田三千亩，进度全县第一；"
    "但在集镇保洁、林区防火等方面仍存不足。会议要求，各单位要对照问题清单逐项整改，确保年底前全部销号。"
)
CHINESE = st.text(
    alphabet=st.sampled_from(list("县区镇第一在方面不足增长，。；、（）“”12.%A b\n\u3000")),
    max_size=80,
)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_encodings_are_detected(encoding):
    assert read_bytes((PROSE * 3).encode(encoding)).text == PROSE * 3


@pytest.mark.parametrize("encoding", ["gb18030", "big5"])
def test_the_encoding_of_a_short_text_full_of_names_and_numerals_is_detected(encoding):
    text = (
        "濛陽河：眉底斷面Ⅱ、柏峪斷面Ⅲ、尖角斷面Ⅳ。漕渡鎮、篆塘鎮、埡口鄉、岷坪鄉、澧溪鎮："
        "氨氮0.87；總磷0.19；溶解氧6.4。"
    )
    simplified = opencc.OpenCC("t2s").convert(text)
    source = text if encoding == "big5" else simplified
    page = read_bytes(source.encode(encoding))
    assert (page.encoding, page.text) == (encoding, simplified)


def test_big5_is_detected_and_simplified():
    prose = PROSE.replace("“", "「").replace("”", "」")
    traditional = opencc.OpenCC("s2t").convert(prose)
    page = read_bytes((traditional * 3).encode("big5"))
    assert (page.encoding, page.text) == ("big5", prose * 3)


def test_a_declared_encoding_is_believed_where_it_decodes():
    html = f'<html><head><meta charset="gb2312"></head><body><p>{PROSE}</p></body></html>'
    assert read_bytes(html.encode("gb18030")).text == PROSE


@given(CHINESE)
@settings(max_examples=200)
def test_plain_text_maps_onto_its_source(text):
    try:
        page = read_bytes(text.encode())
    except PingyuError as error:
        assert error.code in ("E102", "E107")  # noqa: PT017
        return
    content = page.content
    for character, start, end in zip(content.text, content.starts, content.ends, strict=True):
        assert character == "\n" or page.source[start:end] == character


WORDS = st.sampled_from(
    ["石桥镇", "全县第一", "增长8%，", "不足。", "A&amp;B", "&lt;5", "&#20108;季度"]
)
PIECES = st.recursive(
    WORDS,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map("".join),
        inner.map(lambda x: f"<p>{x}</p>"),
        inner.map(lambda x: f"<font color=red><b>{x}</b></font>"),
        inner.map(lambda x: f"{x}<br>"),
        inner.map(lambda x: f"<!-- 注释 -->{x}<style>p {{}}</style>"),
    ),
    max_leaves=8,
)


@given(PIECES)
@settings(max_examples=200)
def test_html_maps_onto_its_source(inner):
    import html

    page = read_bytes(f"<div>{inner}</div>".encode())
    content = page.content
    for character, start, end in zip(content.text, content.starts, content.ends, strict=True):
        if character != "\n":
            assert html.unescape(page.source[start:end]) == character


def test_html_as_scraped():
    page = read_bytes(
        """<html><head><title>罗川县通报 - 某某网</title><style>p{color:red}</style></head><body>
        <nav><a href=/>首页</a><a href=/n>新闻</a></nav>
        <div class="breadcrumb"><a href=/>首页</a> &gt; 正文</div>
        <h1>罗川县通报</h1><!-- 广告 --><script>var a = "<p>不要</p>";</script>
        <p><font size=3><font>石<a href=x>桥</a>镇</font></font>完成投资&nbsp;3亿元，
        居全县第一。</p><p>大河乡<br>存在进度慢问题</p>
        <div id="footer">版权所有</div></body></html>""".encode()
    )
    assert page.text == "罗川县通报\n石桥镇完成投资 3亿元，居全县第一。\n大河乡\n存在进度慢问题"
    assert page.metadata["title"] == "罗川县通报"


def test_a_title_that_the_body_lacks_comes_first():
    page = read_bytes("<title>罗川县工作报告_罗川网</title><p>一、全年工作回顾</p>".encode())
    assert page.text == "罗川县工作报告\n一、全年工作回顾"
    start = page.content.starts[0]
    assert page.source[start : start + 3] == "罗川县"


def test_front_matter_goes_to_metadata_and_the_title_to_the_text():
    source = "---\ntitle: '罗川县点评会'\ndate: 2022-03-01 13:42:24 +0800\ntags: [a]\n---\n<p>石桥镇</p><p>大河乡</p>\n"
    page = read_bytes(source.encode())
    assert page.text == "罗川县点评会\n石桥镇\n大河乡"
    assert page.metadata["title"] == "罗川县点评会"
    assert page.metadata["date"].startswith("2022-03-01")
    assert page.source[page.content.starts[0] : page.content.ends[5]] == "罗川县点评会"


def test_markdown_loses_its_marks():
    source = "# 通报\n\n- **石桥镇**排名[全县第一](http://a.b/c)\n> 引用\n\n![图](a.png)\n"
    assert read_bytes(source.encode(), markdown=True).text == "通报\n石桥镇排名全县第一\n引用"


def test_readings_are_taken_out_of_a_text_full_of_them():
    page = read_bytes("縣(xiàn)區(qū)報(bào)會(huì)議(yì)長(zhǎng)達(dá)(A)三(个)".encode())
    assert page.text == "县区报会议长达(A)三(个)"


def test_a_bracketed_word_alone_is_no_reading():
    assert read_bytes("企业(group)和(zone)区".encode()).text == "企业(group)和(zone)区"


def _shifted(text: str) -> str:
    """`text` in GBK bytes, read one byte off; pairs that are no character are lost."""
    data = b"\xa1" + text.encode("gbk")
    pairs = [data[n : n + 2] for n in range(0, len(data) - 1, 2)]
    return "?" + "".join(pair.decode("gbk", errors="ignore") for pair in pairs if pair[1] > 0x7F)


@pytest.mark.parametrize("numeral", list("一二四五七八九十"))
def test_headings_read_one_byte_off_are_restored(numeral):
    text = f"（{numeral}）加强农业"
    garbled = _shifted(text) + "\n其余不变。"
    page = read_bytes(garbled.encode())
    assert page.text.startswith(text[:-1])
    assert page.text.endswith("\n其余不变。")
    assert page.warnings == []


def test_garble_that_cannot_be_told_is_left_and_listed():
    page = read_bytes("产业不断壮大。?ㄋ模┚ㄅㄆ平台建成。".encode())
    assert "?ㄋ模┚ㄅㄆ平台建成" in page.text
    assert len(page.warnings) == 1


def test_traditional_script_is_converted_unless_told_otherwise():
    traditional = "區委點評會上，環境治理排名全市第一，產業發展較慢。"
    assert (
        read_bytes(traditional.encode()).text
        == "区委点评会上，环境治理排名全市第一，产业发展较慢。"
    )
    assert read_bytes(traditional.encode(), keep_script=True).text == traditional


def test_simplified_text_keeps_its_rare_characters():
    text = "乾县把乾陵景区提升作为头等大事，全县旅游收入增长三成。"
    assert read_bytes(text.encode()).text == text


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "E102"),
        (b" \n ", "E102"),
        (b"%PDF-1.7 ...", "E103"),
        (b"PK\x03\x04....", "E103"),
        (bytes(range(256)) * 8, "E103"),
        (b"<p> </p><script>x</script>", "E107"),
    ],
)
def test_what_cannot_be_read_is_said(data, code):
    with pytest.raises(PingyuError) as caught:
        read_bytes(data, "page.html")
    assert caught.value.code == code
    assert "page.html" in str(caught.value)


def test_missing_and_large_files(tmp_path):
    with pytest.raises(PingyuError, match="E101"):
        read_file(tmp_path / "none.txt")
    big = tmp_path / "big.txt"
    big.write_text("区" * 100, encoding="utf-8")
    with pytest.raises(PingyuError, match=r"E105.*--max-bytes 99"):
        read_file(big, max_bytes=99)


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<body><form><p>石桥镇</p><select><option>乡</select></form></body>", "石桥镇"),
        ("<p>石桥镇R&D-2024项目，A&B.公司&nbsp;好</p>", "石桥镇R&D-2024项目，A&B.公司 好"),
        ("<p>石桥镇</p><![图片]><p>大河乡居第一</p>", "石桥镇\n大河乡居第一"),
        ("<p>石桥镇</p><![ endif]><p>大河乡</p>", "石桥镇\n大河乡"),
        ("<div><p class='share'>分享<p>石桥镇完成投资。</div>", "石桥镇完成投资。"),
        ("<h1>通报</h1><p class=share>分享到<div>石桥镇完成投资。</div>", "通报\n石桥镇完成投资。"),
        ("<body class='post no-sidebar'><h1>通报</h1><p>石桥镇</p>", "通报\n石桥镇"),
        ("<body class=sidebar><h1>通报</h1><p>石桥镇</p><footer>版权", "通报\n石桥镇"),
        (
            "<div class='box comments-open'><h1>通报</h1><p>石桥镇</p></div><p>网站</p>",
            "通报\n石桥镇\n网站",
        ),
        ("<div class=sidebar><h1>通报</h1><p>石桥镇</p></div>", "通报\n石桥镇"),
        ("<a name=top><h1>通报</h1><p>石桥镇</p>", "通报\n石桥镇"),
        (
            "---\ntitle: 甲\ndate: 2024-02-30\n---\n<p>石桥镇</p>",
            "--- title: 甲 date: 2024-02-30 ---\n石桥镇",
        ),
    ],
)
def test_markup_that_is_not_as_it_should_be(html, text):
    page = read_bytes(html.encode())
    assert [line.strip() for line in page.text.split("\n")] == text.split("\n")
    at = page.text.index("石桥镇")
    assert page.source[page.content.starts[at] : page.content.ends[at + 2]] == "石桥镇"


def test_a_date_that_is_empty_is_none():
    page = read_bytes("---\ntitle: 甲\ndate:\n---\n石桥镇".encode())
    assert page.metadata == {"title": "甲"}


@pytest.mark.parametrize("declared", ["undefined", "iso-8859-1", "utf-16"])
def test_a_declared_encoding_that_is_none_or_not_chinese_is_passed_over(declared):
    html = f"<meta charset={declared}><p>{PROSE}</p>"
    assert read_bytes(html.encode("gb18030")).text == PROSE


def test_dates_in_front_matter_are_kept_under_every_key():
    page = read_bytes("---\npublished: 2023-07-14\n---\n石桥镇".encode())
    assert page.metadata == {"published": "2023-07-14"}
