"""Files that are something else, or begin as something else."""

import bz2
import gzip
import io
import lzma
import random
import struct
import zipfile
from collections.abc import Iterator
from typing import Any

from PIL import Image

from tests.media.corpus import NO_IMAGE
from tests.media.pictures import box, drawn

Entry = tuple[str, str, Any, tuple[str, ...]]


def files() -> Iterator[Entry]:
    """Yield every class of files that no parser of ours has to look into."""
    for kind, made in (
        ("SVG", svg()),
        ("HTML", html()),
        ("TIFF", tiff()),
        ("other pictures", pictures()),
        ("documents and programs", other()),
        ("begins as another format", before()),
        ("films and containers", containers()),
    ):
        for name, data in made:
            yield kind, name, data, (NO_IMAGE,)
    for name, data in noise():
        yield "noise", name, data, (NO_IMAGE, "photo.truncated")
    for name, data in wrong_magic():
        yield "wrong magic", name, data, (NO_IMAGE,)


def svg() -> Iterator[tuple[str, bytes]]:
    heads = ["", '<?xml version="1.0"?>', "\ufeff", "\n\n", "<!-- x -->", "<!DOCTYPE svg>", "\t"]
    bodies = ["<script>alert(1)</script>", '<image href="http://127.0.0.1/"/>', "<g/>" * 5000]
    for head in heads:
        for body in bodies:
            yield f"{head[:6]!r} {body[:8]}", f'{head}<svg xmlns="http://www.w3.org/2000/svg">{body}</svg>'.encode()


def html() -> Iterator[tuple[str, bytes]]:
    pages = [
        "<!doctype html>",
        "<html>",
        "<HTML><BODY>",
        "<script>",
        "\ufeff<html>",
        " \n<html>",
        "<?php ",
        "<%@ page %>",
        "#!/bin/sh\n",
    ]
    for page in pages:
        for tail in (b"", drawn(), b"\0" * 4000):
            yield page.strip()[:8], page.encode() + b"<img src=x onerror=alert(1)>" + tail


def tiff() -> Iterator[tuple[str, bytes]]:
    for mode in ("L", "RGB", "CMYK", "1"):
        for packing in (None, "tiff_lzw", "tiff_deflate", "packbits"):
            out = io.BytesIO()
            Image.new(mode, (120, 90)).save(out, "TIFF", compression=packing)
            yield f"{mode} {packing}", out.getvalue()
    yield "big tiff", b"II+\0\x08\0\0\0" + struct.pack("<Q", 16) + b"\0" * 400
    yield "loops", b"II*\0\x08\0\0\0" + b"\x01\0" + b"\x69\x87\x04\0\x01\0\0\0\x08\0\0\0" + b"\x08\0\0\0"
    yield "raw of a camera", b"II*\0\x10\0\0\0CR\x02\0" + b"\0" * 2000
    yield "digital negative", b"MM\0*\0\0\0\x08" + b"\0" * 2000


def pictures() -> Iterator[tuple[str, bytes]]:
    for format in ("GIF", "BMP", "ICO", "PPM", "TGA", "PCX", "JPEG2000", "DDS", "SGI", "AVIF"):
        for size in ((70, 70), (300, 200)):
            out = io.BytesIO()
            Image.new("RGB", size, "red").convert("P" if format == "GIF" else "RGB").save(out, format)
            yield f"{format} {size[0]}", out.getvalue()
    for name, magic in {
        "PSD": b"8BPS\0\1",
        "JXL": b"\xff\x0a\xfa\x1f",
        "QOI": b"qoif",
        "FLIF": b"FLIF",
        "EXR": b"v/1\x01",
    }.items():
        yield name, magic + b"\0" * 500


def other() -> Iterator[tuple[str, bytes]]:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("photo.jpg", drawn())
    photo = drawn()
    made = {
        "zip": archive.getvalue(),
        "gzip": gzip.compress(photo),
        "bzip2": bz2.compress(photo),
        "xz": lzma.compress(photo),
        "gzip bomb": gzip.compress(b"\0" * 30_000_000),
        "pdf": b"%PDF-1.7\n" + photo,
        "elf": b"\x7fELF\2\1\1" + photo,
        "windows program": b"MZ\x90\0" + b"\0" * 900,
        "java class": b"\xca\xfe\xba\xbe" + b"\0" * 90,
        "wasm": b"\0asm\1\0\0\0",
        "rar": b"Rar!\x1a\7\1\0" + b"\0" * 90,
        "7z": b"7z\xbc\xaf\x27\x1c" + b"\0" * 90,
        "tar": b"photo.jpg" + b"\0" * 1500,
        "sqlite": b"SQLite format 3\0" + b"\0" * 500,
        "office": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 900,
        "json": b'{"id": "x"}',
        "csv": b"=cmd|' /C calc'!A0,1,2\n" * 9,
        "text": "整改前的照片.jpg".encode() * 9,
        "nothing": b"",
        "one byte": b"\xff",
        "eleven bytes": b"\xff\xd8\xff\xe0\0\x10JFIF\0",
        "zeros": b"\0" * 5000,
        "spaces": b" " * 5000,
        "postscript": b"%!PS-Adobe-3.0\n" * 20,
        "icc profile": b"\0\0\2\x30lcms" + b"\0" * 200,
        "pickle": b"\x80\4\x95" + b"\0" * 90,
    }
    yield from made.items()


def before() -> Iterator[tuple[str, bytes]]:
    sound = {"jpeg": drawn(), "png": drawn("PNG"), "webp": drawn("WEBP")}
    heads = {
        "gif": b"GIF89a",
        "bmp": b"BM",
        "pdf": b"%PDF-1.4\n",
        "zip": b"PK\3\4",
        "html": b"<html>",
        "newline": b"\n",
        "zero": b"\0",
        "byte order mark": b"\xef\xbb\xbf",
        "script": b"#!/bin/sh\n",
        "tiff": b"II*\0\x08\0\0\0",
        "wav": b"RIFF\x24\0\0\0WAVE",
    }
    for head, magic in heads.items():
        for name, data in sound.items():
            yield f"{head} before {name}", magic + data


def containers() -> Iterator[tuple[str, bytes]]:
    for brand in (b"isom", b"mp42", b"avif", b"avis", b"qt  ", b"M4A ", b"3gp5", b"crx ", b"jp2 ", b"WXYZ", b"\0\0\0\0"):
        yield (
            brand.decode("latin-1"),
            box(b"ftyp", brand + b"\0\0\0\0" + brand) + box(b"moov", b"\0" * 64) + box(b"mdat", b"x" * 900),
        )
    for name, magic in {
        "wave": b"RIFF\x24\0\0\0WAVEfmt ",
        "avi": b"RIFF\x24\0\0\0AVI LIST",
        "matroska": b"\x1aE\xdf\xa3",
        "ogg": b"OggS\0\2",
        "flac": b"fLaC",
        "mp3": b"ID3\4",
        "mpeg": b"\0\0\1\xba",
        "flv": b"FLV\1\5",
        "midi": b"MThd",
        "riff of nothing": b"RIFF\0\0\0\0",
    }.items():
        yield name, magic + b"\0" * 400


def noise() -> Iterator[tuple[str, bytes]]:
    rng = random.Random(20260916)
    for number in range(24):
        yield f"{number}", rng.randbytes(rng.choice((12, 13, 100, 1000, 65_536, 1_000_000)))


def wrong_magic() -> Iterator[tuple[str, bytes]]:
    for name, data, depth in (("jpeg", drawn(), 3), ("png", drawn("PNG"), 8), ("webp", drawn("WEBP"), 12)):
        for at in range(depth):
            if name == "webp" and 4 <= at < 8:
                continue  # the length, not the magic
            for change in (0x20, 0xFF):
                broken = bytearray(data)
                broken[at] ^= change
                yield f"{name} byte {at} ^ {change:02x}", bytes(broken)
