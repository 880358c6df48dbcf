"""Pictures: what is drawn stands where the numbers say, and can be read by everybody."""

from __future__ import annotations

import json
import struct
from dataclasses import replace
from fractions import Fraction
from typing import cast
from xml.etree import ElementTree

import pytest

from entrepot.adapters.documents.pictures.heat import draw_heat
from entrepot.adapters.documents.pictures.maker import PictureMaker
from entrepot.adapters.documents.pictures.palette import (
    DARK,
    LIGHT,
    Palette,
    contrast,
    luminance,
    rgb,
)
from entrepot.adapters.documents.pictures.plot import draw_plot
from entrepot.adapters.documents.pictures.scene import Box, Dot, Scene, Trace, Words
from entrepot.services.charts import Axis, Form, Heat, Level, Mark, Paper, Plot, Series

NAMESPACE = "{http://www.w3.org/2000/svg}"

PLOT = Plot(
    "供需曲線 & supply",
    Axis("devices"),
    Axis("HKD"),
    (
        Series("supply", ((0, 4), (10, 8), (20, 8)), Mark.STEP),
        Series("bound", ((0, 9), (20, 1)), dashed=True),
    ),
    subtitle="價格",
    levels=(Level(5, "price"),),
    note="made by hand",
)
HEAT = Heat(
    "Prices",
    Axis("hour", ("00", "01", "02")),
    Axis("zone", ("west", "east")),
    ((1, None, 3), (Fraction(1, 2), 5, 2)),
    "HKD",
    none="not traded",
)
MAKER = PictureMaker()


def tree(chart: Plot | Heat, paper: Paper = Paper()) -> ElementTree.Element:  # noqa: B008
    return ElementTree.fromstring(MAKER.draw(chart, Form.SVG, paper))


def words(scene: Scene) -> list[str]:
    return [item.text for item in scene.items if isinstance(item, Words)]


def traces(scene: Scene, colour: str, width: int) -> list[Trace]:
    found = [item for item in scene.items if isinstance(item, Trace)]
    return [line for line in found if (line.colour, line.width) == (colour, width)]


def test_a_step_keeps_its_value_until_the_next_place() -> None:
    step = traces(draw_plot(PLOT, Paper()), LIGHT.series[0], 2)[0].places
    (left, low), (middle, still), (up, high), (right, last) = step[:4]
    assert low == still and up == middle and high == last
    assert right - middle == pytest.approx(middle - left)
    assert high < low, "a higher price stands higher on the paper"


def test_a_line_is_broken_where_there_is_no_value() -> None:
    broken = replace(PLOT, series=(Series("a", ((0, 1), (1, 2), (2, None), (3, 1), (4, 2))),))
    assert len(traces(draw_plot(broken, Paper()), LIGHT.series[0], 2)) == 2


def test_what_has_no_logarithm_is_left_out() -> None:
    series = (Series("gap", ((0, 10), (1, 1), (2, 0)), Mark.STEP),)
    drawn = draw_plot(Plot("gap", Axis(), Axis(log=True), series), Paper())
    (line,) = traces(drawn, LIGHT.series[0], 2)
    assert len(line.places) == 4, "down at 1, and level up to the place that has no value"
    assert {"10", "1"} <= set(words(drawn))


def test_bars_stand_on_zero_side_by_side() -> None:
    series = tuple(Series(n, ((0, 4), (1, -2)), Mark.BARS) for n in ("a", "b"))
    drawn = draw_plot(Plot("bars", Axis("", ("x", "y")), Axis(), series), Paper())
    bars = [item for item in drawn.items if isinstance(item, Box) and item.tip]
    first, below, second, _ = bars
    assert first.y + first.height == pytest.approx(below.y)
    assert first.height == pytest.approx(2 * below.height)
    assert second.x >= first.x + first.width


def test_a_heat_map_has_a_box_a_place_and_darkens_with_the_price() -> None:
    drawn = draw_heat(HEAT, Paper())
    cells = [item for item in drawn.items if isinstance(item, Box) and item.tip]
    assert len(cells) == 6
    assert [cell.tip for cell in cells][:2] == ["west · 00: 1.00", "west · 01: not traded"]
    assert cells[1].colour == LIGHT.hollow
    assert luminance(cells[4].colour) < luminance(cells[2].colour) < luminance(cells[3].colour)
    assert "not traded" in words(drawn)


@pytest.mark.parametrize("colours", [LIGHT, DARK])
def test_colours_stand_out_from_their_ground(colours: Palette) -> None:
    """WCAG 2.2: 3 : 1 for marks, 4.5 : 1 for words."""
    assert min(contrast(tint, colours.ground) for tint in colours.series) >= 3
    assert min(contrast(ink, colours.ground) for ink in (colours.ink, colours.faint)) >= 4.5
    lights = [luminance(tint) for tint in colours.heat]
    assert lights in (sorted(lights), sorted(lights, reverse=True)), "readable in grey"


@pytest.mark.parametrize("colours", [LIGHT, DARK])
def test_the_first_colours_differ_for_people_who_see_no_red_or_green(colours: Palette) -> None:
    """Two colours that differ in lightness or in blue against yellow can be told apart."""
    for one, other in ((0, 1), (0, 2), (1, 2), (0, 3), (1, 3)):
        assert blue_yellow_distance(colours.series[one], colours.series[other]) > 20


def blue_yellow_distance(one: str, other: str) -> float:
    """What is left of a difference without red against green: lightness, and blue over yellow."""
    (r, g, b), (s, h, c) = rgb(one), rgb(other)
    yellow, pale = (r + g) / 2, (s + h) / 2
    return abs(yellow - pale) + abs((b - yellow) - (c - pale))


def test_svg_is_sound_and_holds_hostile_words_as_words() -> None:
    nasty = "<script>x</script>\x1b\u202e&\"'"
    drawn = tree(replace(PLOT, title=nasty, series=(Series(nasty, ((0, 1), (1, 2))),)))
    assert not drawn.findall(f".//{NAMESPACE}script")
    title = drawn.find(f"{NAMESPACE}title")
    assert title is not None and title.text == "<script>x</script>&\"'"
    text = ElementTree.tostring(drawn, encoding="unicode")
    assert "href" not in text and "url(" not in text, "nothing from outside"


@pytest.mark.parametrize("chart", [PLOT, HEAT])
@pytest.mark.parametrize("size", [(960, 540), (320, 200), (1600, 400)])
def test_everything_lies_on_the_paper(chart: Plot | Heat, size: tuple[int, int]) -> None:
    for shape in tree(chart, Paper(*size)).iter():
        for x in ("x", "cx", "y", "cy"):
            most = size[0] if x in ("x", "cx") else size[1]
            assert 0 <= float(shape.get(x, "0")) <= most


def test_a_drawing_tells_what_it_is_to_who_cannot_see_it() -> None:
    drawn = tree(PLOT)
    assert drawn.get("role") == "img"
    about = drawn.find(f"{NAMESPACE}desc")
    assert about is not None and about.text == "價格. made by hand"


def test_a_dark_paper_is_dark() -> None:
    ground = tree(PLOT, Paper(dark=True)).find(f"{NAMESPACE}rect")
    assert ground is not None and ground.get("fill") == DARK.ground


def test_png_has_twice_the_pixels_and_the_same_bytes_again() -> None:
    paper = Paper(400, 240)
    made = MAKER.draw(PLOT, Form.PNG, paper)
    assert made[:8] == b"\x89PNG\r\n\x1a\n"
    assert struct.unpack(">II", made[16:24]) == (800, 480)
    assert MAKER.draw(PLOT, Form.PNG, paper) == made


def test_png_shows_chinese_signs() -> None:
    one, other = (
        MAKER.draw(replace(PLOT, title=title), Form.PNG, Paper(400, 240))
        for title in ("供需曲線", "價格熱圖")
    )
    assert one != other


def test_an_option_of_echarts_holds_the_numbers() -> None:
    option = json.loads(MAKER.draw(PLOT, Form.ECHARTS))
    supply, bound = option["series"]
    assert supply["data"] == [[0, 4], [10, 8], [20, 8]] and supply["step"] == "end"
    assert bound["lineStyle"]["type"] == "dashed"
    assert supply["markLine"]["data"][0]["yAxis"] == 5
    assert option["title"]["text"] == PLOT.title
    assert (option["yAxis"]["min"], option["yAxis"]["max"]) == (0, 10), "levels have a place too"
    heat = MAKER.option(HEAT)
    assert cast("list[dict[str, object]]", heat["series"])[0]["data"] == [
        [0, 0, 1],
        [2, 0, 3],
        [0, 1, 0.5],
        [1, 1, 5],
        [2, 1, 2],
    ]
    assert cast("dict[str, str]", heat["title"])["subtext"] == "HKD"
    assert heat["yAxis"]["data"] == ["west", "east"]  # type: ignore[index]


@pytest.mark.parametrize("form", [Form.SVG, Form.ECHARTS])
def test_what_is_no_number_is_refused(form: Form) -> None:
    with pytest.raises(ValueError, match="no number"):
        MAKER.draw(replace(PLOT, series=(Series("a", ((0, float("nan")),)),)), form)


def test_many_points_make_no_huge_file() -> None:
    many = Series("a", tuple((x % 3_000, x % 7) for x in range(10_000)), Mark.POINTS)
    stairs = Series("b", tuple((x, Fraction(x, 10_000)) for x in range(20_000)), Mark.STEP)
    drawn = draw_plot(replace(PLOT, series=(many, stairs)), Paper(480, 270))
    assert sum(isinstance(item, Dot) for item in drawn.items) < 10_000
    assert max(len(t.places) for t in drawn.items if isinstance(t, Trace)) < 10_000


def test_an_empty_chart_is_still_a_picture() -> None:
    assert "HKD" in words(draw_plot(replace(PLOT, series=(), levels=()), Paper()))
    assert "HKD" in words(draw_heat(Heat("none", Axis(), Axis(), (), "HKD"), Paper()))


def test_a_heat_map_with_a_hole_in_its_rows_is_refused() -> None:
    with pytest.raises(ValueError, match="one value a place"):
        replace(HEAT, rows=((1, 2, 3),))
