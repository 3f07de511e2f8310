"""What a user of the installed package does; prints what came of it as JSON.

Run by the interpreter of an environment that holds the wheels: spacy_user.py FOLDER
"""

import json
import sys
from dataclasses import asdict
from pathlib import Path

import spacy
from spacy import displacy
from spacy.tokens import DocBin

TEXT = "罗川县召开点评会。石桥镇新修灌渠十二公里，灌溉面积全县第一，但在集镇保洁、林区防火等方面还有差距。"


def found(doc):
    """All that the component put on a doc."""
    return {
        "tokens": [[span.text, span.label_] for span in doc.spans["pingyu"]],
        **{
            name: [asdict(record) for record in getattr(doc._, name)]
            for name in ("char_spans", "relations", "ranks", "reviews")
        },
    }


def main(folder):
    """Each way to load, save and share the pipeline, once."""
    nlp = spacy.load("zh_pingyu_sm")
    doc = nlp(TEXT)
    nlp.to_disk(folder / "pipeline")
    other = spacy.blank("zh")
    other.add_pipe("pingyu", source=nlp)
    from_bytes = spacy.blank("zh")
    from_bytes.add_pipe("pingyu")
    from_bytes.from_bytes(nlp.to_bytes())
    DocBin(store_user_data=True, docs=[doc]).to_disk(folder / "doc.spacy")
    (from_docbin,) = DocBin().from_disk(folder / "doc.spacy").get_docs(nlp.vocab)
    threads = {"components.pingyu.threads": 2}
    result = {
        "files": [sys.modules[name].__file__ for name in ("pingyu", "zh_pingyu_sm")],
        "found": found(doc),
        "loaded from a folder": found(spacy.load(folder / "pipeline", config=threads)(TEXT)),
        "sourced": found(other(TEXT)),
        "from bytes": found(from_bytes(TEXT)),
        "from a DocBin": found(from_docbin),
        "two processes": [found(doc) for doc in nlp.pipe([TEXT] * 3, n_process=2)],
        "info": spacy.info("zh_pingyu_sm"),
        "performance": nlp.meta["performance"],
        "problems": nlp.analyze_pipes()["problems"],
        "html": displacy.render(doc, style="span", options={"spans_key": "pingyu"}, jupyter=False),
    }
    print(json.dumps(result))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
