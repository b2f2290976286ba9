"""What is taken and what is refused, by the bytes alone."""

import io
import random
import struct
import time
import zipfile

import pytest
from PIL import Image

from backend.kernel.problems import Problem
from media.policy.intake import Judged, judge
from tests.media import pictures
from tests.media.pictures import SOUND, animated, box, chunk, drawn, heic, png, real


def verdict(data: bytes) -> str:
    try:
        return judge(io.BytesIO(data), size=len(data)).format
    except Problem as problem:
        return problem.code


def saved(format: str) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (100, 100), "red").save(out, format)
    return out.getvalue()


def zipped() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("photo.jpg", drawn())
    return out.getvalue()


NO_IMAGES = {
    "nothing": b"", "one byte": b"\xff", "magic only": b"\xff\xd8\xff", "text": b"hello, this is a photo.jpg",
    "html": b"<!doctype html><script>alert(1)</script>", "svg": b'<svg xmlns="http://www.w3.org/2000/svg"></svg>',
    "pdf": b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n", "gif": saved("GIF"), "bmp": saved("BMP"), "tiff": saved("TIFF"),
    "ico": saved("ICO"), "avif": saved("AVIF"), "zip": zipped(), "animated gif": animated("GIF"),

    "gif before a jpeg": saved("GIF") + drawn(), "html before a jpeg": b"<html>" + drawn(),
    "pdf before a jpeg": b"%PDF-1.4\n" + drawn(),
    "zip before a jpeg": zipped() + drawn(),
    "newline before a jpeg": b"\n" + drawn(), "newline before a png": b"\n" + drawn("PNG"),
    "mp4": box(b"ftyp", b"isom\0\0\2\0isomiso2") + box(b"moov", b"\0" * 64),
    "wav": b"RIFF\x24\0\0\0WAVEfmt " + b"\0" * 40, "webm": b"\x1aE\xdf\xa3" + b"\0" * 40, "script": b"#!/bin/sh\nid\n#########",
    "heic brand of a film": heic(brand=b"isom"), "zero width png": png(0, 100),
}  # fmt: skip


@pytest.mark.parametrize("what", NO_IMAGES)
def test_what_begins_as_something_else_is_no_image(what: str) -> None:
    assert verdict(NO_IMAGES[what]) == "photo.not_an_image"


def test_a_file_above_twenty_megabytes_is_too_large() -> None:
    data = drawn()
    data += b"\0" * (20 * 1024 * 1024 - len(data))
    assert verdict(data) == "jpeg"
    assert verdict(data + b"\0") == "photo.too_large"


@pytest.mark.parametrize(
    "data",
    [png(50_000, 50_000), png(7072, 7072), png(2**31 - 1, 2**31 - 1), png(2**32 - 1, 1), heic(30_000, 30_000)],
)
def test_a_bomb_is_refused_by_its_header(data: bytes) -> None:
    assert verdict(data) == "photo.too_many_pixels"


def test_a_jpeg_bomb_is_refused_by_its_header() -> None:
    data = bytearray(drawn("JPEG"))
    at = data.index(b"\xff\xc0")
    data[at + 5 : at + 9] = b"\xff\xff\xff\xff"
    assert verdict(bytes(data)) == "photo.too_many_pixels"


def test_fifty_megapixels_are_taken_and_one_more_is_not() -> None:
    assert verdict(png(10_000, 5_000)) == "png"
    assert verdict(png(10_000, 5_001)) == "photo.too_many_pixels"


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP"])
def test_a_shorter_side_below_64_pixels_is_too_small(format: str) -> None:
    assert verdict(drawn(format, size=(640, 63))) == "photo.too_small"
    assert verdict(drawn(format, size=(63, 640))) == "photo.too_small"
    assert verdict(drawn(format, size=(64, 64))) == format.lower()


def test_animations_are_refused() -> None:
    assert verdict(animated("WEBP")) == "photo.animated"
    assert verdict(animated("PNG")) == "photo.animated"
    frames = chunk(b"acTL", struct.pack(">II", 2, 0))
    assert verdict(png(100, 100, frames)) == "photo.animated"


@pytest.mark.parametrize("format", SOUND)
def test_every_truncation_of_a_sound_photo_is_refused(format: str) -> None:
    data = SOUND[format]()
    rng = random.Random(7)
    cuts = {*range(13, 80), *(rng.randrange(13, len(data)) for _ in range(400)), *range(len(data) - 40, len(data))}
    taken = [cut for cut in sorted(cuts) if verdict(data[:cut]) not in ("photo.truncated", "photo.not_an_image")]
    assert taken == []
    assert verdict(data[: len(data) // 2]) == "photo.truncated"


def test_real_photos_are_taken_and_their_truncations_refused() -> None:
    files = sorted(path for path in pictures.REAL.glob("*.*") if path.suffix in (".jpg", ".heic"))
    if not files:
        pytest.skip("the real photos of ../shared/photos are not here")
    rng = random.Random(11)
    for file in files:
        data = file.read_bytes()
        if file.name == "corrupted.heic":
            assert verdict(data) == "photo.truncated"
            continue
        with pictures.opened(data) as image:
            assert judge(io.BytesIO(data), size=len(data)) == Judged(verdict(data), *image.size), file.name
        for cut in [rng.randrange(1, len(data)) for _ in range(25)]:
            assert verdict(data[:cut]) in ("photo.truncated", "photo.not_an_image"), (file.name, cut)


@pytest.mark.parametrize("format", SOUND)
@pytest.mark.parametrize(
    "tail", [b"<script>alert(1)</script>", b"<!doctype html><html></html>", zipped(), b"\0", b"\n" * 9, heic()]
)
def test_bytes_after_the_end_marker_do_not_matter(format: str, tail: bytes) -> None:
    assert verdict(SOUND[format]() + tail) == format


def test_a_jpeg_with_a_second_picture_inside_is_taken() -> None:
    out = io.BytesIO()
    first, second = Image.new("RGB", (200, 100), "red"), Image.new("RGB", (100, 80), "blue")
    first.save(out, "MPO", save_all=True, append_images=[second])
    assert judge(io.BytesIO(out.getvalue()), size=len(out.getvalue())) == Judged("jpeg", 200, 100)


@pytest.mark.parametrize("mode", ["L", "RGBA", "P", "1", "LA", "I;16"])
def test_every_kind_of_png_is_taken(mode: str) -> None:
    out = io.BytesIO()
    Image.new("L", (100, 100)).convert(mode if mode != "I;16" else "I").convert(mode).save(out, "PNG")
    assert verdict(out.getvalue()) == "png"


@pytest.mark.parametrize("options", [{"progressive": True}, {"subsampling": 0}, {"quality": 5}, {"restart_marker_rows": 1}])
def test_every_kind_of_jpeg_is_taken(options: dict) -> None:
    out = io.BytesIO()
    Image.effect_noise((300, 200), 90).save(out, "JPEG", **options)
    assert verdict(out.getvalue()) == "jpeg"


@pytest.mark.parametrize("options", [{"lossless": True}, {"quality": 10}, {"lossless": True, "exif": pictures.exif()}])
def test_every_kind_of_webp_is_taken(options: dict) -> None:
    out = io.BytesIO()
    Image.effect_noise((301, 203), 90).convert("RGB").save(out, "WEBP", **options)
    assert judge(io.BytesIO(out.getvalue()), size=len(out.getvalue())) == Judged("webp", 301, 203)


def test_a_turned_heic_is_as_wide_as_it_is_seen() -> None:
    data = heic(640, 480, turned=True)
    assert judge(io.BytesIO(data), size=len(data)) == Judged("heic", 480, 640)


def test_a_png_with_a_wrong_checksum_is_damaged() -> None:
    data = bytearray(drawn("PNG"))
    data[len(data) // 2] ^= 1
    assert verdict(bytes(data)) == "photo.truncated"


def test_a_jpeg_without_a_picture_is_damaged() -> None:
    assert verdict(b"\xff\xd8\xff\xe0\x00\x04ab\xff\xd9\0\0\0\0") == "photo.truncated"


def test_a_million_empty_chunks_end_soon() -> None:
    pieces = b"".join(chunk(b"tEXt", b"") for _ in range(20_000))
    many = {
        "png": b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 99, 99, 8, 0, 0, 0, 0)) + pieces * 60,
        "jpeg": b"\xff\xd8" + b"\xff\xe1\x00\x02" * 5_000_000,
        "filling": b"\xff\xd8" + b"\xff" * 20_000_000,
        "webp": b"RIFF" + struct.pack("<I", 16_000_000) + b"WEBP" + b"ABCD\0\0\0\0" * 2_000_000,
        "heic": box(b"ftyp", b"heic\0\0\0\0heic") + box(b"free", b"") * 2_400_000,
        "meta": box(b"ftyp", b"heic\0\0\0\0heic") + box(b"meta", b"\0\0\0\0" + box(b"free", b"") * 500_000),
    }
    for what, data in many.items():
        start = time.perf_counter()
        assert verdict(data).startswith("photo."), what
        assert time.perf_counter() - start < 0.5, what


@pytest.mark.parametrize("format", SOUND)
def test_mutated_photos_bring_verdicts_and_nothing_else(format: str) -> None:
    rng = random.Random(format)
    source = SOUND[format]() if format != "heic" else heic()
    worst = 0.0
    for _ in range(2500):
        data = bytearray(source)
        for _ in range(rng.choice((1, 1, 2, 8, 40))):
            where = min(int(rng.expovariate(1 / 200)), len(data) - 1) if rng.random() < 0.7 else rng.randrange(len(data))
            data[where] = rng.choice((0, 1, 0x7F, 0x80, 0xFF, rng.randrange(256)))
        if rng.random() < 0.3:
            where = rng.randrange(len(data))
            data[where:where] = rng.randbytes(rng.randrange(1, 30))
        start = time.perf_counter()
        verdict(bytes(data))  # anything but a Problem fails the test
        worst = max(worst, time.perf_counter() - start)
    assert worst < 0.2


def test_noise_behind_every_magic_brings_verdicts_and_nothing_else() -> None:
    rng = random.Random(3)
    heads = [b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", b"RIFF\xff\0\0\0WEBPVP8 ", heic()[:60], heic()[:200]]
    codes = {verdict(head + rng.randbytes(rng.randrange(300))) for head in heads for _ in range(1500)}
    assert codes <= {"photo.not_an_image", "photo.truncated", "photo.too_many_pixels", "photo.too_small", "photo.animated"}


def test_the_photos_of_phones_are_recognised_quickly() -> None:
    data = real("iphone_hdr_NO.jpg") or drawn("JPEG", size=(3000, 2000))
    start = time.perf_counter()
    assert verdict(data) == "jpeg"
    assert time.perf_counter() - start < 0.2
