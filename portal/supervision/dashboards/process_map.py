"""The process as a picture: where states and steps lie on the drawing. Pure geometry; what it says stands in the table.

Widths follow the share of the steps. Colours, fonts and the like are classes of the style sheet: the content policy
allows no inline style.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from portal.supervision.dashboards.process import Leg, Wait, label_of

BOX_WIDTH, BOX_HEIGHT = 118, 54
COLUMN, LEFT = 160, 8
ROWS = (150, 300, 420)  # the tops of the three rows
# state → (column, row): the way of a case from left to right, detours below, ends without a decision at the bottom.
PLACES = {
    "submitted": (0, 0), "accepted": (1, 0), "in_review": (2, 0), "deciding": (3, 0), "approved": (4, 0),
    "issued": (5, 0), "delivered": (6, 0), "closed": (7, 0),
    "supplement": (0, 1), "suspended": (2, 1), "refused": (4, 1), "revoked": (6, 1),
    "returned": (0, 2), "not_accepted": (1, 2), "withdrawn": (2, 2), "terminated": (3, 2),
}  # fmt: skip
MOST_STEPS = 18  # more lines cannot be followed; the table has them all
WIDEST, NARROWEST = 14, 2
Point = tuple[float, float]


@dataclass(frozen=True)
class Box:
    """A state on the drawing; `hot` = it holds a quarter of all time or more."""

    x: float
    y: float
    label: str
    note: str
    hot: bool

    @property
    def middle(self) -> float:
        return self.x + BOX_WIDTH / 2

    @property
    def first_line(self) -> float:
        return self.y + 23

    @property
    def second_line(self) -> float:
        return self.y + 43


@dataclass(frozen=True)
class Line:
    """A step on the drawing."""

    path: str
    width: float
    label: str
    x: float
    y: float
    back: bool


@dataclass(frozen=True)
class Map:
    """The drawing; `left_out` steps stand in the table only."""

    boxes: list[Box]
    lines: list[Line]
    left_out: int
    height: int
    width: int
    box_width: int = BOX_WIDTH
    box_height: int = BOX_HEIGHT


def map_of(legs: Sequence[Leg], waits: Sequence[Wait]) -> Map:
    """The drawing of the steps that most cases took."""
    known = [leg for leg in legs if leg.source in PLACES and leg.target in PLACES]
    drawn = sorted(known, key=lambda leg: -leg.count)[:MOST_STEPS]
    most = max((leg.count for leg in drawn), default=1)
    by_state = {wait.state: wait for wait in waits}
    states = {state for leg in drawn for state in (leg.source, leg.target)}
    boxes = [_box(state, by_state.get(state)) for state in PLACES if state in states]
    lines = [_line(leg, leg.count / most) for leg in drawn]
    lowest = max((PLACES[state][1] for state in states), default=0)
    furthest = max((PLACES[state][0] for state in states), default=0)
    height = ROWS[lowest] + BOX_HEIGHT + (110 if lowest == 0 else 20)
    return Map(boxes, lines, len(legs) - len(drawn), height, LEFT + furthest * COLUMN + BOX_WIDTH + LEFT)


def _corner(state: str) -> Point:
    column, row = PLACES[state]
    return LEFT + column * COLUMN, ROWS[row]


def _box(state: str, wait: Wait | None) -> Box:
    x, y = _corner(state)
    stands = wait is not None and wait.count > 0
    note = wait.time_share if wait is not None and stands else ""
    hot = bool(note) and note[:-1].replace(".", "").isdigit() and float(note[:-1]) >= 25
    return Box(x, y, label_of(state), note, hot)


def _line(leg: Leg, share: float) -> Line:
    (from_column, from_row), (to_column, to_row) = PLACES[leg.source], PLACES[leg.target]
    width = round(NARROWEST + (WIDEST - NARROWEST) * share, 1)
    back = (to_row, to_column) < (from_row, from_column) if to_row == from_row else to_row < from_row
    if from_row == to_row:
        points = _along(leg, to_column - from_column)
    else:
        points = _across(leg, down=to_row > from_row)
    start, one, two, end = points
    path = (
        f"M{start[0]:.0f} {start[1]:.0f}C{one[0]:.0f} {one[1]:.0f} {two[0]:.0f} {two[1]:.0f} {end[0]:.0f} {end[1]:.0f}"
    )
    x, y = _on_curve(points, 0.5)
    return Line(path, width, f"{leg.count:,}", round(x), round(y) + (-8 if from_row == to_row else 5), back)


def _along(leg: Leg, columns: int) -> tuple[Point, Point, Point, Point]:
    """Within a row: straight to the neighbour, in a bow above to those behind it, in a bow below back."""
    (x1, y1), (x2, y2) = _corner(leg.source), _corner(leg.target)
    if columns == 1:
        start, end = (x1 + BOX_WIDTH, y1 + BOX_HEIGHT / 2), (x2 - 8, y2 + BOX_HEIGHT / 2)
        return start, (start[0] + 12, start[1]), (end[0] - 12, end[1]), end
    if columns > 1:
        lift = 26 + 24 * columns
        start, end = (x1 + BOX_WIDTH * 0.6, y1), (x2 + BOX_WIDTH * 0.4, y2 - 8)
        return start, (start[0] + 30, y1 - lift), (end[0] - 30, y2 - lift), end
    drop = 30 + 16 * -columns
    start, end = (x1 + BOX_WIDTH * 0.3, y1 + BOX_HEIGHT), (x2 + BOX_WIDTH * 0.7, y2 + BOX_HEIGHT + 8)
    return start, (start[0] - 20, start[1] + drop), (end[0] + 20, end[1] + drop), end


def _across(leg: Leg, *, down: bool) -> tuple[Point, Point, Point, Point]:
    """From row to row; what goes down keeps to the left half of the boxes, what goes up to the right half."""
    (x1, y1), (x2, y2) = _corner(leg.source), _corner(leg.target)
    if down:
        start, end = (x1 + BOX_WIDTH * 0.35, y1 + BOX_HEIGHT), (x2 + BOX_WIDTH * 0.35, y2 - 8)
    else:
        start, end = (x1 + BOX_WIDTH * 0.65, y1), (x2 + BOX_WIDTH * 0.65, y2 + BOX_HEIGHT + 8)
    middle = (start[1] + end[1]) / 2
    return start, (start[0], middle), (end[0], middle), end


def _on_curve(points: tuple[Point, Point, Point, Point], t: float) -> Point:
    weights = ((1 - t) ** 3, 3 * (1 - t) ** 2 * t, 3 * (1 - t) * t**2, t**3)
    return (
        sum(weight * point[0] for weight, point in zip(weights, points, strict=True)),
        sum(weight * point[1] for weight, point in zip(weights, points, strict=True)),
    )
