"""Photos as evidence, what they are used for, what was found about them, and those still on their way in."""

from media.models.device_clock import DeviceClock
from media.models.finding import Finding, Overruling
from media.models.incoming import Incoming
from media.models.photo import Photo
from media.models.print import Print
from media.models.upload import Upload, UploadPart
from media.models.use import PhotoUse

__all__ = ["DeviceClock", "Finding", "Incoming", "Overruling", "Photo", "PhotoUse", "Print", "Upload", "UploadPart"]
