"""Scorecards: what is known of a version, as JSON and as a page; two of them side by side."""

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query
from sqlalchemy.orm import Session
from starlette.responses import HTMLResponse

from algorithms.admission import Parity
from scenarios.scorecard import METRICS, Estimate, Scorecard
from serving.api.context import Id, Stored
from serving.api.documents import Document, Word
from serving.api.scorecard_page import page
from serving.store import algorithms, evaluations, submissions

router = APIRouter(prefix="/algorithms/{name}/versions/{version}/scorecard", tags=["algorithms"])

On = Annotated[
    Word | None, Query(alias="set", description="The evaluation set; leave out for the newest.")
]
Against = Annotated[Word, Query(description="Another version, measured on the same set.")]


class MeasuredOn(Document):
    """The evaluation set."""

    name: str
    title: str
    licence: str
    hidden: bool
    fingerprint: str
    """sha256 over pictures and labels."""


class ScorecardDocument(Document):
    """The newest scorecard of a version on a set."""

    name: str
    version: str
    sha256: str
    """Of the model file."""

    set: MeasuredOn
    evaluation_id: str
    measured_at: datetime
    parity: Parity | None
    """The ONNX file beside the network it was exported from, on what the team handed in of that
    one; null where it handed in nothing."""

    scorecard: Scorecard


class FigureDocument(Document):
    """One figure of two versions."""

    figure: str
    """`map50`, `f1`, or `<class>.ap50`, `<class>.precision`, `<class>.recall`."""

    first: float | None
    second: float | None
    difference: float | None
    """The second minus the first."""

    apart: bool | None
    """Whether the 95 % bounds do not overlap: the versions then differ beyond chance. The other way
    round it says nothing. Null where there are no bounds."""


class ComparisonDocument(Document):
    """Two versions on one set."""

    first: ScorecardDocument
    second: ScorecardDocument
    figures: list[FigureDocument]


@router.get("")
def get_scorecard(name: Id, version: Id, store: Stored, on: On = None) -> ScorecardDocument:
    """How good a version is, and how sure that is."""
    with store.read() as session:
        return _document(session, name, version, on)


@router.get("/comparison")
def compare_scorecards(
    name: Id, version: Id, store: Stored, against: Against, on: On = None
) -> ComparisonDocument:
    """A version beside another one, on the same set."""
    first, second = _both(store, name, version, against, on)
    return ComparisonDocument(
        first=first, second=second, figures=list(_figures(first.scorecard, second.scorecard))
    )


@router.get("/page", response_class=HTMLResponse)
def get_scorecard_page(
    name: Id,
    version: Id,
    store: Stored,
    on: On = None,
    against: Annotated[Word | None, Query(description="Another version beside it.")] = None,
) -> HTMLResponse:
    """The scorecard as a page that needs nothing else: to read, print or send on."""
    if against is None:
        with store.read() as session:
            shown = [_document(session, name, version, on)]
    else:
        shown = [*_both(store, name, version, against, on)]
    return HTMLResponse(
        page(
            f"{name} · {shown[0].set.title}",
            [(f"{one.version}", one.scorecard) for one in shown],
            [one.parity for one in shown],
            f"{shown[0].set.name}, {shown[0].set.licence}, sha256 {shown[0].set.fingerprint[:12]}",
        )
    )


def _both(
    store: Stored, name: str, version: str, against: str, on: str | None
) -> tuple[ScorecardDocument, ScorecardDocument]:
    with store.read() as session:
        first = _document(session, name, version, on)
        return first, _document(session, name, against, first.set.name)


def _document(session: Session, name: str, version: str, on: str | None) -> ScorecardDocument:
    row = algorithms.get(session, name, version)
    report = submissions.report_of(session, name, version)
    evaluation, measured_on = evaluations.newest(session, name, version, on)
    return ScorecardDocument(
        name=name,
        version=version,
        sha256=row.sha256,
        set=MeasuredOn(**{field: getattr(measured_on, field) for field in MeasuredOn.model_fields}),
        evaluation_id=evaluation.id,
        measured_at=evaluation.ended_at or evaluation.created_at,
        parity=report and report.parity,
        scorecard=Scorecard.model_validate(evaluation.scorecard),
    )


def _figures(first: Scorecard, second: Scorecard) -> Iterator[FigureDocument]:
    yield _figure("map50", first.map50, second.map50)
    for metric in ("map50_95", "f1"):
        a, b = METRICS[metric](first), METRICS[metric](second)
        yield _figure(metric, Estimate(value=a), Estimate(value=b))
    for name, one in first.classes.items():
        other = second.classes.get(name)
        for figure in ("ap50", "precision", "recall"):
            theirs = Estimate(value=None) if other is None else getattr(other, figure)
            yield _figure(f"{name}.{figure}", getattr(one, figure), theirs)


def _figure(figure: str, a: Estimate, b: Estimate) -> FigureDocument:
    apart = None
    if a.low is not None and a.high is not None and b.low is not None and b.high is not None:
        apart = a.high < b.low or b.high < a.low
    known = a.value is not None and b.value is not None
    return FigureDocument(
        figure=figure,
        first=a.value,
        second=b.value,
        difference=round((b.value or 0.0) - (a.value or 0.0), 4) if known else None,
        apart=apart,
    )
