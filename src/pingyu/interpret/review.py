"""One review a unit: what the document says that it achieved, where it ranks, where it falls short."""

from __future__ import annotations

from pingyu.schema import (
    HAS_ACHIEVEMENT,
    HAS_DEFICIENCY,
    HAS_RANK,
    UNIT,
    Document,
    Review,
    Statement,
)


def build_reviews(document: Document) -> list[Review]:
    """In order of first mention; a unit that is only mentioned has a review without statements."""
    spans = document.spans
    reviews: dict[str, Review] = {}
    for key, mentions in document.mentions().items():
        names = list(dict.fromkeys(spans[n].text for n in mentions))
        names.sort(key=len, reverse=True)
        reviews[key] = Review(names[0], names, mentions)

    inside: dict[int, list[str]] = {}
    for relation in document.relations:
        if relation.type == HAS_RANK and spans[relation.head].label != UNIT:
            inside.setdefault(relation.head, []).append(spans[relation.tail].text)

    for relation in sorted(document.relations, key=lambda r: r.tail):
        if spans[relation.head].label != UNIT:
            continue
        review = reviews[document.keys[relation.head]]
        statements = {
            HAS_ACHIEVEMENT: review.achievements,
            HAS_DEFICIENCY: review.deficiencies,
            HAS_RANK: review.ranks,
        }[relation.type]
        if all(statement.span != relation.tail for statement in statements):
            text = spans[relation.tail].text
            statements.append(Statement(relation.tail, text, inside.get(relation.tail, [])))
    return list(reviews.values())
