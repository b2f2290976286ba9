"""The prints of a picture: the same for what only looks different to a file, known signs apart when mirrored or turned."""

import random

import pytest
from PIL import Image, ImageOps

from media.decode.prints import prints
from tests.media import scenes
from tests.media.pictures import real

SCENE = scenes.scene(7)


def groups(image: Image.Image, which: str = "whole") -> list[int]:
    bits = prints(image)[which]["bits"]
    return [int(bits[at : at + 16], 16) for at in range(0, 64, 16)]


def apart(one: int, other: int) -> int:
    return (one ^ other).bit_count()


def test_a_print_has_256_signs_a_sketch_and_says_how_much_there_was_to_see() -> None:
    found = prints(SCENE)
    assert (found["v"], found["side"], set(found)) == (1, min(SCENE.size), {"v", "side", "whole"})
    assert (len(found["whole"]["bits"]), len(found["whole"]["sketch"])) == (64, 2 * 32 * 32)
    assert found["whole"]["quality"] > 20
    assert prints(SCENE) == found


@pytest.mark.parametrize("size", [(64, 64), (65, 4000), (2048, 64), (127, 129)])
@pytest.mark.parametrize("shade", [(0, 0, 0), (255, 255, 255), (90, 30, 7)])
def test_a_picture_of_nothing_has_prints_and_no_quality(size: tuple[int, int], shade: tuple[int, int, int]) -> None:
    found = prints(Image.new("RGB", size, shade))
    assert (found["whole"]["quality"], found["side"], "inner" in found) == (0, min(size), False)


@pytest.mark.parametrize("how", ["recompressed", "resized", "brighter"])
def test_what_a_messenger_does_to_a_picture_changes_few_signs(how: str) -> None:
    changed = scenes.TRANSFORMS[how](SCENE, random.Random(3))
    assert sum(map(apart, groups(SCENE), groups(changed))) <= 31


def test_a_mirror_turns_whole_groups_round() -> None:
    even, across, down, both = groups(SCENE)
    left = groups(ImageOps.mirror(SCENE))
    assert apart(left[0], even) + apart(left[2], down) <= 6
    assert min(apart(left[1], across), apart(left[3], both)) >= 58
    upside = groups(ImageOps.flip(SCENE))
    assert apart(upside[0], even) + apart(upside[1], across) <= 6
    assert min(apart(upside[2], down), apart(upside[3], both)) >= 58


def test_the_bars_of_a_screenshot_are_seen_and_the_picture_between_them_measured() -> None:
    shot = scenes.screenshot(SCENE, random.Random(5))
    assert sum(map(apart, groups(SCENE), groups(shot))) > 90
    assert sum(map(apart, groups(SCENE), groups(shot, "inner"))) <= 60


@pytest.mark.parametrize(("one", "other"), [("portrait_1.jpg", "portrait_6.jpg"), ("iphone_hdr_NO.jpg", "iphone_hdr_YES.jpg")])
def test_real_photos_of_one_scene_have_prints_close_by(one: str, other: str) -> None:
    if real(one) is None:
        pytest.skip("the real photos of ../shared/photos are not here")
    pictures = [scenes.real(name) for name in (one, other)]
    assert sum(map(apart, *(groups(picture) for picture in pictures if picture))) <= 31
