"""The way of a cell as a picture: tables as boxes, raw tables on the left, the cell on the right. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT, GAP_X, GAP_Y, MARGIN = 148, 30, 30, 12, 6  # pixels of a box, between boxes, around all


@dataclass(frozen=True)
class Box:
    """A table; x and y of its upper left corner."""

    name: str
    x: int
    y: int


@dataclass(frozen=True)
class Picture:
    """Boxes, and lines between them as paths of SVG, each from what is read to what is made."""

    width: int
    height: int
    boxes: tuple[Box, ...]
    lines: tuple[str, ...]


def picture(order: Sequence[str], edges: Sequence[tuple[str, str]]) -> Picture:
    """Lay the tables out in columns, so that every line runs to the right.

    order  the tables, the cell's own first
    edges  (table, what it is made from), without a circle
    """
    depth = dict.fromkeys(order, 0)
    for _ in order:  # longest way from the cell: at most as many rounds as tables
        moved = {source: depth[table] + 1 for table, source in edges if depth[source] < depth[table] + 1}
        if not moved:
            break
        depth |= moved
    deepest = max(depth.values())
    columns: list[list[str]] = [[name for name in order if deepest - depth[name] == at] for at in range(deepest + 1)]
    tallest = max(map(len, columns))
    boxes = {}
    for at, names in enumerate(columns):
        top = MARGIN + (tallest - len(names)) * (HEIGHT + GAP_Y) // 2
        for row, name in enumerate(names):
            boxes[name] = Box(name, MARGIN + at * (WIDTH + GAP_X), top + row * (HEIGHT + GAP_Y))
    width = 2 * MARGIN + len(columns) * WIDTH + (len(columns) - 1) * GAP_X
    height = 2 * MARGIN + tallest * HEIGHT + (tallest - 1) * GAP_Y
    lines = tuple(_line(boxes[source], boxes[table]) for table, source in edges)
    return Picture(width, height, tuple(boxes.values()), lines)


def _line(source: Box, table: Box) -> str:
    x0, y0, x1, y1 = source.x + WIDTH, source.y + HEIGHT // 2, table.x, table.y + HEIGHT // 2
    middle = (x0 + x1) // 2
    return f"M{x0} {y0} C{middle} {y0} {middle} {y1} {x1} {y1}"
