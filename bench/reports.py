"""G4: a report with three photos from end to end, by raw bodies, beside the baseline's one multipart form."""

import shutil
from contextlib import ExitStack
from pathlib import Path

from bench import drive, photos, servers
from bench.drive import Load, load
from bench.goals import Plan, Row, middle

PHOTOS = 3
LARGEST = 1_600_000
CLIENTS = 4


def picture(path: Path) -> Path:
    """Draw a photo of twelve megapixels in about 1.5 MB, as phones save them."""
    from PIL import Image  # noqa: PLC0415 - only the goals with photos need Pillow

    with Image.open(photos.picture(path.with_name("drawn.jpg"))) as image:
        quality = 70
        image.save(path, "JPEG", quality=quality)
        while path.stat().st_size > LARGEST:
            quality -= 5
            image.save(path, "JPEG", quality=quality)
    return path


def goal(plan: Plan) -> list[Row]:
    """Measure report and photos in turn with the baseline's form; a report costs one naming request and three photos."""
    photo = str(picture(servers.RUN / "report.jpg"))
    theirs: list[Load] = []
    reports: list[Load] = []
    sent: list[Load] = []
    with ExitStack() as stack:
        bihuan, ninja = stack.enter_context(servers.ours()), stack.enter_context(servers.ninja())
        for _ in range(plan.rotations):
            theirs.append(load(ninja, "submit", spec="baseline", clients=CLIENTS, seconds=plan.seconds, photo=photo))
            reports.append(plan.ours(bihuan, "named", CLIENTS))
            sent.append(plan.ours(bihuan, "photo", CLIENTS, photo=photo))
    shutil.rmtree(servers.RUN / "var" / "media", ignore_errors=True)
    cpu = [report.app_ms + PHOTOS * one.app_ms for report, one in zip(reports, sent, strict=True)]
    rate = [1 / (1 / report.per_s + PHOTOS / one.per_s) for report, one in zip(reports, sent, strict=True)]
    dearer = drive.median_ratio(cpu, [form.app_ms for form in theirs])
    faster = drive.median_ratio(rate, [form.per_s for form in theirs])
    errors = sum(one.errors for one in [*reports, *sent, *theirs])
    beside = f"{sorted(cpu)[len(cpu) // 2]:.1f} beside {middle(theirs, 'app_ms'):.1f} ms, {errors} errors"
    pace = f"{sorted(rate)[len(rate) // 2]:.0f} beside {middle(theirs, 'per_s'):.0f}/s"
    return [
        Row("G4", "report with 3 photos, raw: app CPU ≤ 0.4 × ninja's multipart", f"{dearer:.2f} × ({beside})", dearer <= 0.4),
        Row("G4", "report with 3 photos, raw: submits ≥ 1.6 × ninja's multipart", f"{faster:.2f} × ({pace})", faster >= 1.6),
    ]
