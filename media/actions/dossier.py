"""What is known of a photo when it is judged (核验材料): rows turned into the frozen facts that checks are handed."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from backend.kernel import coordinates
from media import queries
from media.models import DeviceClock, Photo, PhotoUse
from media.models.photo import Status
from media.policy import clocks
from media.policy.evidence import Alike, Case, Fix, Kin, Purpose, Shot, Spot
from media.policy.reuse import AFTER, BEFORE

TRAIL = 60
MOST_EQUAL = 40
CAMERA = ("make", "model", "taken", "digitised", "latitude")
Matches = dict[UUID, tuple[Alike, float, bool]]


def cases(photo: Photo, uses: Sequence[PhotoUse], near: Matches) -> tuple[Case, list[Case]]:
    """Return the photo as a case of itself, and one case for each of its uses (one without, while it has none)."""
    shot, kin = shot_of(photo), tuple(_kin(photo, near))
    whole = Case(shot)
    if not uses:
        return whole, [Case(shot, None, tuple(other for other in kin if other.id != photo.id))]
    return whole, [Case(shot, purpose(use), kin, _before_spots(photo, use)) for use in uses]


def shot_of(photo: Photo) -> Shot:
    """Return the photo itself as its sender, its file and its measuring describe it."""
    told, file = (photo.latitude, photo.longitude), (photo.exif.get("latitude"), photo.exif.get("longitude"))
    skew = DeviceClock.objects.filter(uploader_id=photo.uploader_id).values_list("skew_s", flat=True).first()
    return Shot(
        id=photo.id, person=photo.identity, firm=photo.enterprise_id, received_at=photo.received_at, taken_at=photo.taken_at,
        file_taken_at=clocks.of_file(photo.exif.get("taken", ""), photo.exif.get("offset", "")), spot=_spot(*told),
        accuracy_m=photo.accuracy_m or 0.0, file_spots=_meant(_spot(*file)), mock_location=photo.mock_location,
        has_metadata=any(photo.exif.get(name) is not None for name in CAMERA), software=photo.exif.get("software", ""),
        side=min(photo.width, photo.height), quality=photo.prints.get("quality"), skew_s=skew, trail=tuple(_trail(photo)),
    )  # fmt: skip


def _spot(latitude: float | None, longitude: float | None) -> Spot | None:
    if latitude is None or longitude is None or not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        return None
    # where no fix was had, files say 0, 0
    return None if latitude == longitude == 0 else (latitude, longitude)


def _meant(spot: Spot | None) -> tuple[Spot, ...]:
    """Return what coordinates of a file may mean: WGS-84 as the standard says, or the shifted datum of Chinese maps."""
    return () if spot is None else (spot, coordinates.to_wgs84(*spot, "gcj02")) if coordinates.in_china(*spot) else (spot,)


def _trail(photo: Photo) -> Iterable[Fix]:
    rows = Photo.objects.filter(uploader_id=photo.uploader_id, received_at__lt=photo.received_at, latitude__isnull=False)
    rows = rows.filter(taken_at__isnull=False, longitude__isnull=False).order_by("-received_at")
    for at, latitude, longitude in rows.values_list("taken_at", "latitude", "longitude")[:TRAIL]:
        if at is not None and (spot := _spot(latitude, longitude)):
            yield Fix(at, spot)


def purpose(use: PhotoUse) -> Purpose:
    """Return a use of a photo as checks see it."""
    return Purpose(
        id=use.id, subject_id=use.subject_id, act_id=use.act_id, label=use.label, person=use.author_person,
        firm=use.enterprise_id, named_at=use.named_at, not_before=use.not_before,
        spot=_spot(use.latitude, use.longitude), firm_spot=_spot(use.firm_latitude, use.firm_longitude),
    )  # fmt: skip


def _kin(photo: Photo, near: Matches) -> Iterable[Kin]:
    """Yield the photos that show the same, the photo itself with its other uses among them; none sent without a name."""
    if photo.anonymous:
        return
    sound = Photo.objects.filter(anonymous=False).exclude(status=Status.REFUSED).defer("prints", "exif")
    equal = list(sound.filter(sha256=photo.sha256).order_by("received_at", "id")[:MOST_EQUAL])
    known = {other.id for other in equal}
    others = [*equal, *sound.filter(id__in=[id for id in near if id not in known])]
    uses = queries.uses_filled(others)
    for other in others:
        alike, likeness, turned = (Alike.EXACT, 1.0, False) if other.id in known else near[other.id]
        yield Kin(
            other.id, alike, likeness, turned, other.identity, other.enterprise_id, other.received_at,
            tuple(purpose(use) for use in uses[other.id]),
        )  # fmt: skip


def _before_spots(photo: Photo, use: PhotoUse) -> tuple[Spot, ...]:
    if use.label not in AFTER:
        return ()
    named = PhotoUse.objects.filter(subject_id=use.subject_id, label__in=BEFORE).exclude(photo_id=photo.id)
    rows = Photo.objects.filter(id__in=named.values("photo_id")).values_list("latitude", "longitude")
    return tuple(spot for latitude, longitude in rows if (spot := _spot(latitude, longitude)))
