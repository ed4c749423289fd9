"""Which rows lie in a division."""

from sqlalchemy import ColumnElement, or_
from sqlalchemy.orm import InstrumentedAttribute


def within(column: InstrumentedAttribute[str | None], division: str) -> ColumnElement[bool]:
    """In this division or below it.

    Args:
        column: Path (`龙岗区/龙城街道`) or administrative code (`440307001`) of the row.
        division: Path or code; a code holds every longer one that begins with it.
    """
    below = division if division.isdigit() else f"{division}/"
    return or_(column == division, column.startswith(below, autoescape=True))
