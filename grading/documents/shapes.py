"""The shape of each colour, in a square of 100: what is filled, and what is drawn upon it as strokes of a pen. Pure."""

from dataclasses import dataclass

Point = tuple[float, float]
PEN = 12.0


@dataclass(frozen=True, slots=True)
class Shape:
    """`outline` is filled (none: a disc); `strokes` are drawn upon it with a round pen of PEN."""

    outline: tuple[Point, ...]
    strokes: tuple[tuple[Point, ...], ...]


SHAPES = {
    "disc": Shape((), (((28, 52), (44, 68), (74, 34)),)),
    "triangle": Shape(((50, 3), (99, 92), (1, 92)), (((50, 34), (50, 58)), ((50, 76), (50, 76.1)))),
    "octagon": Shape(
        ((30, 2), (70, 2), (98, 30), (98, 70), (70, 98), (30, 98), (2, 70), (2, 30)),
        (((34, 34), (66, 66)), ((66, 34), (34, 66))),
    ),
    "square": Shape(
        ((4, 4), (96, 4), (96, 96), (4, 96)),
        (
            ((36, 36), (38, 29), (44, 24), (52, 23), (60, 26), (65, 33), (64, 42), (58, 48), (52, 54), (50, 62)),
            ((50, 78), (50, 78.1)),
        ),
    ),
}
