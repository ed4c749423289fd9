"""A scorecard as one HTML page without scripts, its charts drawn as SVG."""

from collections.abc import Iterable, Sequence
from html import escape

from algorithms.admission import Parity
from scenarios.scorecard import Estimate, Rate, Scorecard

COLOURS = ("#1565c0", "#c2410c")
"""Of the first and the second version."""

SIDE, EDGE = 300, 40

_STYLE = """
body{font:15px/1.5 system-ui,"Noto Sans CJK SC",sans-serif;max-width:60rem;margin:2rem auto;
padding:0 1rem;color:#1f2933}
h1{font-size:1.5rem}h2{font-size:1.1rem;margin-top:2rem}
table{border-collapse:collapse}td,th{padding:.25rem .8rem;text-align:right;
border-bottom:1px solid #d9e2ec}td:first-child,th:first-child{text-align:left}
small{color:#627d98}.charts{display:flex;flex-wrap:wrap;gap:1rem}
"""

Shown = Sequence[tuple[str, Scorecard]]
"""One or two versions: name and scorecard."""


def page(title: str, shown: Shown, parities: Sequence[Parity | None], source: str) -> str:
    """The page.

    Args:
        title: Algorithm and set.
        shown: One version, or two beside each other.
        parities: How far each gives what the network it was exported from gave.
        source: What they were measured on.
    """
    first = shown[0][1]
    parts = [
        f"<h1>{escape(title)}</h1>",
        f"<p><small>{escape(source)}; {first.pictures} pictures of {first.sources} sources. "
        "In brackets: 95 % bounds, of precision and recall by Wilson, of AP by resampling whole "
        "cameras.</small></p>",
        _legend(shown),
        "<h2>总体 · Overall</h2>",
        _table(
            ["", *(label for label, _ in shown)],
            [
                ["mAP50", *(_figure(card.map50) for _, card in shown)],
                ["mAP50–95", *(_number(card.map50_95) for _, card in shown)],
                ["threshold", *(_number(card.threshold) for _, card in shown)],
                ["suggested 建议阈值", *(_suggested(card) for _, card in shown)],
                ["ms / picture", *(f"{card.ms_per_picture:.1f}" for _, card in shown)],
                ["source network 源网络一致性", *map(_parity, parities)],
            ],
        ),
        "<h2>类别 · Classes</h2>",
        _classes(shown),
        '<h2>阈值 · Operating points</h2><div class="charts">',
        _chart(
            "precision over recall, by threshold",
            [[(p.recall, p.precision) for p in card.curve] for _, card in shown],
        ),
        _alarms(shown),
        "</div>",
        "<h2>切片 · Slices</h2>",
        _slices(shown),
        *_events(shown),
    ]
    return (
        '<!doctype html><html lang="zh"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style>{''.join(parts)}</html>"
    )


def _legend(shown: Shown) -> str:
    return "<p>" + " &nbsp; ".join(
        f'<svg width="12" height="12"><rect width="12" height="12" fill="{colour}"/></svg> '
        f"<b>{escape(label)}</b>"
        for (label, _), colour in zip(shown, COLOURS, strict=False)
    )


def _classes(shown: Shown) -> str:
    rows = [
        [
            escape(name) if label == shown[0][0] else "",
            escape(label),
            _figure(card.classes[name].ap50),
            _number(card.classes[name].ap50_95),
            _rate(card.classes[name].precision),
            _rate(card.classes[name].recall),
        ]
        for name in shown[0][1].classes
        for label, card in shown
        if name in card.classes
    ]
    return _table(["", "", "AP50", "AP50–95", "precision 精确率", "recall 召回率"], rows)


def _slices(shown: Shown) -> str:
    rows = [
        [
            escape(f"{part.by}: {part.name}"),
            escape(label),
            str(part.pictures),
            "–" if part.precision is None else _rate(part.precision),
            _rate(part.recall),
        ]
        for label, card in shown
        for part in card.slices
    ]
    return _table(["", "", "pictures", "precision", "recall"], sorted(rows, key=lambda r: r[0]))


def _events(shown: Shown) -> list[str]:
    rows = [
        [
            escape(f"{event.scenario}, {event.clip}"),
            escape(label),
            *(
                [escape(event.not_run), "", ""]
                if event.not_run is not None
                else [
                    _rate(event.precision),
                    _rate(event.recall),
                    f"≤ {event.false_alarms_per_hour_at_most}",
                ]
            ),
        ]
        for label, card in shown
        for event in card.events
    ]
    if not rows:
        return []
    return ["<h2>事件 · Events</h2>", _table(["", "", "precision", "recall", "false / h"], rows)]


def _alarms(shown: Shown) -> str:
    most = max((p.alarms_per_picture for _, card in shown for p in card.curve), default=0) or 1.0
    lines = [[(p.threshold, p.alarms_per_picture / most) for p in card.curve] for _, card in shown]
    return _chart(f"alarms per picture over threshold (1 = {most:.2f})", lines)


def _chart(title: str, lines: Sequence[Sequence[tuple[float | None, float | None]]]) -> str:
    """Lines over the unit square; points of which a coordinate is not known are left out."""
    size = SIDE + 2 * EDGE
    drawn = [
        f'<rect x="{EDGE}" y="{EDGE}" width="{SIDE}" height="{SIDE}" fill="none" stroke="#bcccdc"/>'
    ]
    for tick in (0.0, 0.25, 0.5, 0.75, 1.0):
        x, y = _place(tick, tick)
        drawn.append(
            f'<text x="{x}" y="{size - 22}" font-size="11" text-anchor="middle">{tick:g}</text>'
            f'<text x="{EDGE - 6}" y="{y + 4}" font-size="11" text-anchor="end">{tick:g}</text>'
        )
    for line, colour in zip(lines, COLOURS, strict=False):
        points = [_place(x, y) for x, y in line if x is not None and y is not None]
        path = " ".join(f"{x},{y}" for x, y in points)
        drawn.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        drawn += [f'<circle cx="{x}" cy="{y}" r="2.5" fill="{colour}"/>' for x, y in points]
    return (
        f'<svg width="{size}" height="{size}" role="img" aria-label="{escape(title)}">'
        f'<text x="{size // 2}" y="20" font-size="13" text-anchor="middle">{escape(title)}</text>'
        f"{''.join(drawn)}</svg>"
    )


def _place(x: float, y: float) -> tuple[float, float]:
    return round(EDGE + SIDE * x, 1), round(EDGE + SIDE * (1 - y), 1)


def _table(head: Iterable[str], rows: Iterable[Sequence[str]]) -> str:
    """Cells are HTML; heads are text."""
    top = "".join(f"<th>{escape(cell)}" for cell in head)
    body = "".join("<tr>" + "".join(f"<td>{cell}" for cell in row) for row in rows)
    return f"<table><tr>{top}{body}</table>"


def _suggested(card: Scorecard) -> str:
    if card.suggested is None:
        return "–"
    words = {
        "best_f1": "best F1",
        "budget": f"{card.suggested.alarms_per_day} alarms a day",
        "over_budget": f"over budget: {card.suggested.alarms_per_day} alarms a day",
    }
    return f"{card.suggested.threshold:g} <small>({words[card.suggested.because]})</small>"


def _parity(parity: Parity | None) -> str:
    if parity is None:
        return "–"
    away, mean = (
        "–" if value is None else f"{value:.2g}"
        for value in (parity.largest_difference, parity.mean_difference)
    )
    return f"≤ {away} apart <small>mean {mean}, boxes {parity.matched}/{parity.boxes}</small>"


def _figure(estimate: Estimate) -> str:
    if estimate.low is None or estimate.high is None:
        return _number(estimate.value)
    bounds = f"{estimate.low:.3f}–{estimate.high:.3f}"
    return f"{_number(estimate.value)} <small>({bounds})</small>"


def _rate(rate: Rate) -> str:
    return f"{_figure(rate)} <small>{rate.hits}/{rate.n}</small>"


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"
