"""Grades by score. A score on a bound belongs to the grade: 89.5 must not fall between 80-89 and 90-100."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from decimal import Decimal
from typing import TypeVar

Who = TypeVar("Who", bound=Hashable)


def grade_of(score: Decimal, grades: Mapping[str, Decimal]) -> str:
    """The best grade whose lowest score is reached; the lowest of all below every bound, "" without grades.

    Source: 优秀 90-100, 良好 80-89, 一般 60-79, 差 < 60, hr.qingflow.com/post/384.html.
    """
    for name, bound in sorted(grades.items(), key=lambda entry: entry[1], reverse=True):
        if score >= bound:
            return name
    return lowest_grade(grades)


def lowest_grade(grades: Mapping[str, Decimal]) -> str:
    """The grade with the lowest bound; "" without grades."""
    return min(grades, key=lambda name: grades[name]) if grades else ""


def ranks(scores: Mapping[Who, Decimal | None]) -> dict[Who, int | None]:
    """Places from the best score down, ties sharing one and leaving the next free (1, 2, 2, 4); None has no place."""
    first: dict[Decimal, int] = {}
    for place, score in enumerate(sorted((value for value in scores.values() if value is not None), reverse=True), 1):
        first.setdefault(score, place)
    return {who: None if value is None else first[value] for who, value in scores.items()}
