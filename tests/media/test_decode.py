"""The decoder: upright renditions without metadata, refusals with a code, and a fence around it."""

import io
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image, ImageOps

from media.decode import Decoded, Died, NoRoom, decode, run
from media.decode.run import JAIL
from tests.media import pictures
from tests.media.jails import jail
from tests.media.pictures import SOUND, drawn, exif, heic, png, real


def decoded(data: bytes, format: str, folder: Path) -> Decoded:
    folder.mkdir(exist_ok=True)
    original = folder / "original"
    original.write_bytes(data)
    return decode(original, format, folder=folder)


def segments(jpeg: bytes) -> list[int]:
    """Return the markers of a JPEG up to its scan, read by hand."""
    found, at = [], 2
    while jpeg[at + 1] != 0xDA:
        found.append(jpeg[at + 1])
        at += 2 + int.from_bytes(jpeg[at + 2 : at + 4], "big")
    return found


def corners(file: Path) -> tuple[str, str]:
    """Return the colours of the top left and the bottom right corner."""

    def colour(pixel: tuple[int, int, int]) -> str:
        red, _, blue = pixel
        return "red" if red > 180 and blue < 90 else "blue" if blue > 180 and red < 90 else "other"

    with Image.open(file) as image:
        return colour(image.getpixel((8, 8))), colour(image.getpixel((image.width - 8, image.height - 8)))


@pytest.mark.parametrize("format", ["jpeg", "png", "webp"])
def test_renditions_are_small_and_carry_nothing_but_pixels(tmp_path: Path, format: str) -> None:
    out = io.BytesIO()
    with Image.open(io.BytesIO(drawn("PNG", size=(2600, 1300)))) as image:
        image.info["comment"] = b"SECRET-COMMENT"
        image.save(out, format, exif=exif(1), icc_profile=b"SECRET-PROFILE", comment=b"SECRET-COMMENT")
    done = decoded(out.getvalue(), format, tmp_path)
    assert done.code == ""
    assert (done.facts["software"], round(done.facts["latitude"], 3)) == ("SECRET-SOFTWARE", 28.039)
    for name, size in (("large", (2048, 1024)), ("thumb", (320, 160))):
        data = (tmp_path / f"{name}.jpg").read_bytes()
        assert b"SECRET" not in data
        # JFIF, tables, frame; no APP1 to APP15 but the JFIF header, no comment
        assert set(segments(data)) <= {0xE0, 0xDB, 0xC0, 0xC4}
        assert data.endswith(b"\xff\xd9")
        with Image.open(io.BytesIO(data)) as image:
            assert (image.size, image.mode) == (size, "RGB")


@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_orientation_ends_upright(tmp_path: Path, orientation: int) -> None:
    undo = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}
    with Image.open(io.BytesIO(drawn("PNG", size=(400, 200)))) as upright:
        upright.load()
        stored = upright.copy() if orientation == 1 else upright.transpose(Image.Transpose(undo[orientation]))
    out = io.BytesIO()
    stored.convert("RGB").save(out, "JPEG", exif=exif(orientation), quality=95)
    assert decoded(out.getvalue(), "jpeg", tmp_path).code == ""
    with Image.open(tmp_path / "large.jpg") as image:
        assert image.size == (400, 200)
    assert corners(tmp_path / "large.jpg") == ("red", "blue")


def test_a_small_photo_is_not_blown_up(tmp_path: Path) -> None:
    decoded(drawn(size=(100, 70)), "jpeg", tmp_path)
    for name in ("large", "thumb"):
        with Image.open(tmp_path / f"{name}.jpg") as image:
            assert image.size == (100, 70)


@pytest.mark.parametrize("mode", ["L", "RGBA", "P", "1", "LA", "I;16"])
def test_every_kind_of_png_is_rendered(tmp_path: Path, mode: str) -> None:
    out = io.BytesIO()
    Image.new("L", (100, 80), 200).convert("I" if mode == "I;16" else mode).convert(mode).save(out, "PNG")
    assert decoded(out.getvalue(), "png", tmp_path).code == ""
    with Image.open(tmp_path / "large.jpg") as image:
        assert image.mode == "RGB"


def test_transparent_parts_become_white(tmp_path: Path) -> None:
    out = io.BytesIO()
    Image.new("RGBA", (100, 80), (255, 0, 0, 0)).save(out, "PNG")
    decoded(out.getvalue(), "png", tmp_path)
    with Image.open(tmp_path / "large.jpg") as image:
        assert min(image.getpixel((50, 40))) > 250


def test_a_cmyk_jpeg_is_rendered(tmp_path: Path) -> None:
    out = io.BytesIO()
    Image.new("CMYK", (300, 200), (0, 255, 255, 0)).save(out, "JPEG")
    assert decoded(out.getvalue(), "jpeg", tmp_path).code == ""


def test_real_photos_end_upright_and_bare(tmp_path: Path) -> None:
    names = sorted(path.name for path in pictures.REAL.glob("*.*") if path.suffix in (".jpg", ".heic"))
    if not names:
        pytest.skip("the real photos of ../shared/photos are not here")
    for name in names:
        format = "heic" if name.endswith("heic") else "jpeg"
        folder = tmp_path / name
        done = decoded(real(name) or b"", format, folder)
        if name == "corrupted.heic":
            assert done.code in ("photo.truncated", "photo.not_an_image")
            continue
        assert done.code == "", name
        with Image.open(folder / "large.jpg") as image:
            assert not image.getexif()
            wide = image.width > image.height
        assert (
            wide is not (name.startswith("portrait") or name in ("no_exif.jpg", "arrow.heic")) or image.width == image.height
        ), name


@pytest.mark.parametrize("name", ["portrait_1.jpg", "portrait_6.jpg", "portrait_8.jpg", "landscape_3.jpg", "arrow.heic"])
def test_a_rendition_looks_as_another_library_shows_the_photo(tmp_path: Path, name: str) -> None:
    data = real(name)
    if data is None:
        pytest.skip("the real photos of ../shared/photos are not here")
    decoded(data, "heic" if name.endswith("heic") else "jpeg", tmp_path)
    with Image.open(tmp_path / "thumb.jpg") as made, pictures.opened(data) as theirs:
        ours = made.convert("L").resize((12, 12)).tobytes()
        other = ImageOps.exif_transpose(theirs).convert("L").resize((12, 12)).tobytes()
    assert sum(abs(a - b) for a, b in zip(ours, other, strict=True)) / len(ours) < 3


@pytest.mark.parametrize(
    ("data", "format"),
    [
        (png(3000, 3000), "png"), (png(640, 480, data=b"no deflate stream at all" * 9), "png"), (heic(), "heic"),
        (drawn()[:200] + drawn()[-200:], "jpeg"), (b"nonsense" * 50, "jpeg"), (drawn("PNG"), "jpeg"),
        (drawn("WEBP")[:100] + b"\0" * 400, "webp"),
    ],
)  # fmt: skip
def test_what_cannot_be_decoded_is_refused_with_a_code(tmp_path: Path, data: bytes, format: str) -> None:
    assert decoded(data, format, tmp_path).code in ("photo.truncated", "photo.not_an_image")


def test_a_bomb_that_hides_its_size_does_not_pass(tmp_path: Path) -> None:
    assert decoded(png(9000, 9000), "png", tmp_path).code == "photo.too_many_pixels"


def test_a_picture_that_needs_more_memory_than_there_is_kills_only_the_decoder(tmp_path: Path) -> None:
    script = JAIL.read_text().replace("1024 * MEGABYTE", "96 * MEGABYTE")
    (tmp_path / "jail.py").write_text(script)
    out = io.BytesIO()
    Image.new("RGB", (7000, 7000)).save(out, "PNG")
    done = subprocess.run(
        [sys.executable, "-I", str(tmp_path / "jail.py"), "png"],
        input=out.getvalue(),
        cwd=tmp_path,
        capture_output=True,
        check=False,
    )
    assert done.returncode != 0
    assert not (tmp_path / "facts.json").exists()


def test_fifty_megapixels_fit_inside_the_fence(tmp_path: Path) -> None:
    out = io.BytesIO()
    Image.new("RGBA", (10_000, 5_000), (1, 2, 3, 255)).save(out, "PNG", compress_level=1)
    assert decoded(out.getvalue(), "png", tmp_path).code == ""


MEASURES = {
    "measures": ("return {'size': list(image.size), 'mode': image.mode}", {"size": [2048, 1024], "mode": "RGB"}),
    "fails": ("raise KeyError('x')", {"failed": "KeyError"}),
    "says nothing": ("return {}", {}),
}  # fmt: skip


@pytest.mark.parametrize("how", MEASURES)
def test_the_upright_picture_is_measured_and_a_failure_there_refuses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    told, found = MEASURES[how]
    (tmp_path / "jail.py").write_text(JAIL.read_text())
    (tmp_path / "prints.py").write_text(f"def prints(image):\n    {told}\n")
    monkeypatch.setattr(run, "JAIL", tmp_path / "jail.py")
    done = decoded(drawn(size=(1300, 2600), orientation=6), "jpeg", tmp_path / "made")
    assert (done.code, done.prints) == ("", found)


WRITES = "open('facts.json', 'w').write('{}'); "
DEATHS = {
    "leaves nothing": "pass", "leaves nonsense": "open('facts.json', 'w').write('{')",
    "is killed": "import os; os.kill(os.getpid(), 9)",
    "leaves no pictures": "open('facts.json', 'w').write('{}')", "has no memory": "import sys; sys.exit(3)",
    "leaves too much": "open('facts.json', 'w').write('{\"a\": \"' + 'x' * 99999 + '\"}')",
    "leaves a page": WRITES + "[open(name, 'w').write('<html>') for name in ('large.jpg', 'middle.jpg', 'thumb.jpg')]",
}  # fmt: skip


@pytest.mark.parametrize("how", DEATHS)
def test_a_decoder_that_ends_badly_is_not_believed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: str) -> None:
    jail(monkeypatch, tmp_path, DEATHS[how])
    with pytest.raises(Died):
        decoded(drawn(), "jpeg", tmp_path / "made")


def test_a_decoder_that_does_not_end_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    jail(monkeypatch, tmp_path, "import time; time.sleep(60)")
    monkeypatch.setattr(run, "WALL_S", 0.3)
    with pytest.raises(run.TooSlow):
        decoded(drawn(), "jpeg", tmp_path / "made")


def test_looping_and_broken_metadata_harms_nothing(tmp_path: Path) -> None:
    loop = (
        b"II*\0\x08\0\0\0"
        + b"\x02\0"
        + b"\x69\x87\x04\0\x01\0\0\0\x08\0\0\0"
        + b"\x25\x88\x04\0\x01\0\0\0\x08\0\0\0"
        + b"\x08\0\0\0"
    )
    huge = b"MM\0*\0\0\0\x08\xff\xff" + b"\xff" * 60
    for number, tiff in enumerate((loop, huge, b"II*\0", b"\0" * 40)):
        body = b"Exif\0\0" + tiff
        data = drawn()[:2] + b"\xff\xe1" + (len(body) + 2).to_bytes(2, "big") + body + drawn()[2:]
        assert decoded(data, "jpeg", tmp_path / str(number)).code == ""


@pytest.mark.parametrize("format", SOUND)
def test_what_is_appended_appears_nowhere(tmp_path: Path, format: str) -> None:
    data = SOUND[format]() + b"<script>alert('APPENDED')</script>"
    if decoded(data, format, tmp_path).code == "":
        assert b"APPENDED" not in (tmp_path / "large.jpg").read_bytes() + (tmp_path / "thumb.jpg").read_bytes()
    else:
        assert format == "heic"  # drawn by hand where the real one is missing: it has no picture in it


@pytest.mark.parametrize("name", ["large.jpg", "thumb.jpg", "facts.json"])
def test_a_full_disk_is_no_fault_of_the_picture(tmp_path: Path, name: str) -> None:
    (tmp_path / name).symlink_to("/dev/full")
    with pytest.raises(NoRoom):
        decoded(drawn(), "jpeg", tmp_path)
