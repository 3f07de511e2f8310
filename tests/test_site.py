"""The site as mkdocs.yml has it: what fails its build, and what pingyu draws into it."""

import re

import pytest
from mkdocs.commands.build import build
from mkdocs.config import load_config
from mkdocs.exceptions import Abort


@pytest.fixture
def site(root, tmp_path, monkeypatch):
    """A function that builds a site of these pages alone and gives its folder."""
    monkeypatch.setenv("NO_MKDOCS_2_WARNING", "1")

    def of(**pages):
        for name, text in pages.items():
            (tmp_path / "docs").mkdir(exist_ok=True)
            (tmp_path / "docs" / f"{name}.md").write_text(text, encoding="utf-8")
        config = load_config(
            str(root / "mkdocs.yml"),
            docs_dir=str(tmp_path / "docs"),
            site_dir=str(tmp_path / "site"),
            nav=[{"Start": "index.md"}],
            plugins=[],
            extra_css=[],
        )
        build(config)
        return tmp_path / "site"

    return of


def test_a_page_that_the_menu_does_not_name_is_built(site):
    folder = site(index="# Start\n\n[other](other.md#part)", other="## Part")
    assert "Part" in (folder / "other.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("link", ["none.md", "index.md#none", "/index.html", "#none"])
def test_a_link_that_leads_nowhere_fails_the_build(link, site):
    with pytest.raises(Abort, match="1 warnings in strict"):
        site(index=f"# Start\n\n[link]({link})")


def test_fences_are_drawn_and_what_the_tests_are_told_is_not_shown(site):
    page = '```reviews\n[U:a 石桥镇][A:a 居[R 全县第一]]\n```\n\n```sh needs="network"\nls\n```\n'
    folder = site(index=f"{page}\n```messages\nE101\n```\n\n```help\npingyu\n```\n")
    html = (folder / "index.html").read_text(encoding="utf-8")
    text = re.sub(r"<[^>]+>|\s", "", html)
    assert "居全县第一" in text
    assert {"UNIT", "ACHIEVEMENT", "RANK"} <= set(re.findall(r"\b[A-Z]{4,}\b", html))
    assert "<td>石桥镇</td><td>achievement</td><td>居全县第一</td><td>全县第一</td>" in html
    assert "needs=" not in html
    assert "no such file. Check the path" in html
    assert 'id="pingyu-extract"' in html


def test_the_corpus_and_the_model_bring_their_own_pages(site, shipped):
    folder = site(index="[card](model/README.md), [plot](corpus/plots/genres.svg)")
    card = (folder / "model" / "index.html").read_text(encoding="utf-8")
    assert "Not for: judging persons or offices" in card
    assert (folder / "corpus" / "plots" / "genres.svg").stat().st_size > 0
