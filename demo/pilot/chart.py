"""The colours over time as a stacked chart, in SVG and PNG, from the same points."""

import io
from datetime import date

from PIL import Image, ImageDraw, ImageFont

from demo.pilot.run import COLOURS, Outcome
from media.decode.strip import FONT

WIDTH, HEIGHT, LEFT, TOP, RIGHT, BOTTOM = 960, 480, 70, 56, 110, 48
PAINT = {"green": "#2e9e4f", "blue": "#2f6fd0", "yellow": "#f2c230", "orange": "#ee7f2d", "red": "#d0342c", "grey": "#9aa0a6"}
LABEL = {"green": "绿 green", "blue": "蓝 blue", "yellow": "黄 yellow", "orange": "橙 orange", "red": "红 red", "grey": "灰 grey"}
Point = tuple[float, float]


def bands(outcome: Outcome) -> list[tuple[str, list[Point]]]:
    """Return each colour's outline, the worst at the bottom."""
    course, total = outcome.course, max(1, outcome.size.enterprises)
    width, height = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM
    xs = [LEFT + width * n / max(1, len(course) - 1) for n in range(len(course))]
    floor, found = [0] * len(course), []
    for colour in ("red", "orange", "yellow", "blue", "green", "grey"):
        roof = [below + counted[colour] for below, (_, counted) in zip(floor, course, strict=True)]
        lower = [(x, TOP + height * (1 - n / total)) for x, n in zip(xs, floor, strict=True)]
        upper = [(x, TOP + height * (1 - n / total)) for x, n in zip(xs, roof, strict=True)]
        found.append((colour, [*upper, *reversed(lower)]))
        floor = roof
    return found


def texts(outcome: Outcome) -> list[tuple[float, float, int, str, str]]:
    """Return what is written: x, y of the base line, size, colour, words."""
    last, low = outcome.course[-1][1], HEIGHT - BOTTOM
    said = [(float(LEFT), 32.0, 18, "#222222", f"五色等级随时间的变化 / colours over time ({outcome.size.enterprises})")]
    for n in range(5):
        value = outcome.size.enterprises * n // 4
        said.append((8.0, low - (low - TOP) * n / 4 + 5, 13, "#444444", str(value)))
    days = [day for day, _ in outcome.course]
    for n in range(5):
        at = n * (len(days) - 1) // 4
        x = LEFT + (WIDTH - LEFT - RIGHT) * at / max(1, len(days) - 1)
        said.append((x - 32, HEIGHT - 20.0, 13, "#444444", _day(days[at])))
    for n, colour in enumerate(COLOURS):
        said.append((WIDTH - RIGHT + 30.0, TOP + 24.0 * n + 12, 13, "#222222", f"{LABEL[colour]}"))
        said.append((WIDTH - RIGHT + 30.0, TOP + 24.0 * n + 12 + 150, 13, "#222222", f"{LABEL[colour][0]} {last[colour]}"))
    return said


def _day(day: date) -> str:
    return day.isoformat()


def as_svg(outcome: Outcome) -> str:
    """Return the chart as SVG; words stand beside every colour, so that nobody needs to see it."""
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" font-family="sans-serif">',
        "<title>五色等级随时间的变化 / colours over time</title>",
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>',
    ]
    for colour, outline in bands(outcome):
        points = " ".join(f"{x:.1f},{y:.1f}" for x, y in outline)
        lines.append(f'<polygon points="{points}" fill="{PAINT[colour]}"><title>{LABEL[colour]}</title></polygon>')
    lines += [f'<rect x="{x}" y="{y}" width="16" height="16" fill="{PAINT[c]}"/>' for x, y, c in _marks()]
    lines += [f'<text x="{x:.1f}" y="{y:.1f}" font-size="{s}" fill="{c}">{w}</text>' for x, y, s, c, w in texts(outcome)]
    return "\n".join([*lines, "</svg>\n"])


def _marks() -> list[tuple[int, int, str]]:
    return [(WIDTH - RIGHT + 8, TOP + 24 * n, colour) for n, colour in enumerate(COLOURS)]


def as_png(outcome: Outcome) -> bytes:
    """Return the same chart as PNG."""
    image = Image.new("RGB", (WIDTH, HEIGHT), "#ffffff")
    pen = ImageDraw.Draw(image)
    for colour, outline in bands(outcome):
        pen.polygon(outline, fill=PAINT[colour])
    for left, top, colour in _marks():
        pen.rectangle((left, top, left + 16, top + 16), fill=PAINT[colour])
    for x, y, size, colour, said in texts(outcome):
        font = ImageFont.truetype(FONT, size, layout_engine=ImageFont.Layout.BASIC)
        pen.text((x, y), said, fill=colour, font=font, anchor="ls")
    out = io.BytesIO()
    image.quantize(64).save(out, "PNG", optimize=True)
    return out.getvalue()
