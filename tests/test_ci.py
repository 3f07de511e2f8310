"""CI runs what the Makefile offers."""

import re

import yaml


def _targets(text):
    return set(re.findall(r"\bmake ([\w-]+)", text))


def test_every_step_calls_a_target_of_the_makefile(root):
    makefile = (root / "Makefile").read_text(encoding="utf-8")
    workflow = (root / ".github" / "workflows" / "ci.yml").read_text(encoding="utf-8")
    steps = yaml.safe_load(workflow)["jobs"]["ci"]["steps"]
    runs = "\n".join(step.get("run", "") for step in steps)
    script = (root / ".ci" / "run").read_text(encoding="utf-8")
    known = set(re.findall(r"^([\w-]+):", makefile, re.MULTILINE))
    assert _targets(runs) == {"lint", "extract", "test", "evaluate", "docs"} <= known
    assert _targets(script) == {"extract", "test", "evaluate", "docs", "test-doccano"} <= known
    assert "$GITHUB_STEP_SUMMARY" in runs
    assert any("upload-artifact" in step.get("uses", "") for step in steps)
