"""report.html in headless Chromium: no error, nothing fetched, every error reached by key."""

import shutil

import pytest

from pingyu import trial
from pingyu.evaluate.report import Case
from pingyu.schema import Document

CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), ""
)
DRIVER = shutil.which("chromedriver")

pytestmark = pytest.mark.skipif(
    not (CHROMIUM and DRIVER),
    reason="no Chromium with chromedriver. Debian: apt-get install chromium chromium-driver",
)


@pytest.fixture(scope="module")
def cases(dev_cases):
    """Five documents with errors of many kinds, and one that begins outside the basic plane."""
    gold = trial.inline.parse("😀[U:a 石桥镇][A:a 修渠[R 全县第一]]，[U:b 乙镇]好")
    astral = Case("astral", gold, Document(gold.text), gold)
    some = (case for case in dev_cases if 3 < len(case.mistakes) < 12)
    return [astral, *some][:6]


@pytest.fixture(scope="module")
def browser(cases, shipped, tmp_path_factory):
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service

    folder = tmp_path_factory.mktemp("report")
    (folder / "m").symlink_to(shipped)  # a retraining leaves its log, and so a curve, beside it
    trial.write(cases, folder, folder / "m")
    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM
    for argument in ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage"):
        options.add_argument(argument)
    options.add_argument("--window-size=1400,1000")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(options=options, service=Service(DRIVER))
    driver.get((folder / "report.html").as_uri())
    yield driver
    driver.quit()


@pytest.fixture(autouse=True)
def _from_the_first_error(request):
    if "browser" in request.fixturenames:
        request.getfixturevalue("browser").refresh()


def _text(browser, name):
    return browser.find_element("id", name).text


def _press(browser, *keys):
    body = browser.find_element("tag name", "body")
    for key in keys:
        body.send_keys(key)


def _choose(browser, name, value):
    from selenium.webdriver.support.select import Select

    Select(browser.find_element("id", name)).select_by_value(value)


def _marked(browser, side, css="at"):
    """The text in the marks of a class on one side, put together."""
    found = browser.find_elements("css selector", f"#{side} mark.{css}")
    return "".join(mark.get_property("textContent") for mark in found)


def test_it_opens_without_an_error_and_fetches_nothing(browser, cases):
    assert browser.get_log("browser") == []
    fetched = "return performance.getEntriesByType('resource').map((entry) => entry.name)"
    assert browser.execute_script(fetched) == []
    assert _text(browser, "counter") == f"1 of {sum(len(c.mistakes) for c in cases)}"
    assert len(browser.find_elements("css selector", "main svg")) == 3


def test_keys_and_buttons_walk_through_every_error(browser, cases):
    from selenium.webdriver.common.keys import Keys

    count = sum(len(c.mistakes) for c in cases)
    _press(browser, "j", Keys.ARROW_RIGHT)
    assert _text(browser, "counter") == f"3 of {count}"
    _press(browser, "k")
    browser.find_element("id", "previous").click()
    assert _text(browser, "counter") == f"1 of {count}"
    _press(browser, Keys.ARROW_LEFT)
    assert _text(browser, "counter") == f"{count} of {count}"
    browser.find_element("id", "next").click()
    assert _text(browser, "counter") == f"1 of {count}"
    seen = []
    for case in cases:
        for mistake in case.mistakes:
            what = _text(browser, "what")
            assert what.startswith(f"{mistake.kind} {mistake.label} ")
            assert browser.find_elements("css selector", ".page .at, .page .head, .page .place")
            seen.append(_text(browser, "name"))
            _press(browser, "j")
    assert seen == [case.name for case in cases for _ in case.mistakes]
    assert browser.get_log("browser") == []


def test_the_marked_text_is_that_of_the_span_beyond_the_basic_plane(browser, cases):
    spans = [m for m in cases[0].mistakes if not m.label.startswith("HAS_")]
    _choose(browser, "document", "astral")
    _choose(browser, "kind", "missed")
    for mistake in spans:
        assert _marked(browser, "gold") == mistake.text
        places = browser.find_elements("css selector", "#system .place")
        assert "".join(place.get_property("textContent") for place in places) == mistake.text
        _press(browser, "j")


def test_a_nested_span_lies_in_the_one_around_it(browser):
    _choose(browser, "document", "astral")
    nested = browser.find_elements("css selector", "#gold mark mark")
    assert [mark.get_property("textContent") for mark in nested] == ["全县第一"]
    outer = nested[0].find_element("xpath", "..")
    assert outer.get_property("title").startswith("ACHIEVEMENT")


def test_a_relation_shows_its_statement_and_its_unit(browser):
    _choose(browser, "document", "astral")
    _choose(browser, "label", "HAS_ACHIEVEMENT")
    assert _marked(browser, "gold") == "修渠全县第一"
    assert _marked(browser, "gold", "head") == "石桥镇"


def test_filters_keep_what_they_say(browser, cases):
    kinds = [m.kind for case in cases for m in case.mistakes]
    _choose(browser, "kind", "missed")
    assert _text(browser, "counter") == f"1 of {kinds.count('missed')}"
    _press(browser, "j")
    assert _text(browser, "what").startswith("missed ")
    units = [m for c in cases for m in c.mistakes if (m.kind, m.label) == ("missed", "UNIT")]
    _choose(browser, "label", "UNIT")
    assert _text(browser, "counter") == f"1 of {len(units)}"


def test_a_filter_that_nothing_passes_says_so(browser):
    _choose(browser, "document", "astral")
    _choose(browser, "kind", "edge left")
    assert _text(browser, "counter") == "none"
    _press(browser, "j", "n")
    assert _text(browser, "what") == "No error of this kind here."


def test_keys_go_from_document_to_document(browser, cases):
    _press(browser, "j", "n")
    assert _text(browser, "name") == cases[1].name
    _press(browser, "n", "j", "p")
    assert _text(browser, "name") == cases[1].name
    assert _text(browser, "counter").split()[0] == str(len(cases[0].mistakes) + 1)


def test_a_kind_of_the_table_opens_its_errors(browser, cases):
    button = browser.find_element("css selector", "button[data-kind='spurious']")
    browser.execute_script("arguments[0].click()", button)
    kinds = [m.kind for case in cases for m in case.mistakes]
    assert _text(browser, "counter") == f"1 of {kinds.count('spurious')}"
    assert _text(browser, "what").startswith("spurious ")
