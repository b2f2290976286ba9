"""Photos as evidence, what they are used for, and those still on their way in."""

from media.models.incoming import Incoming
from media.models.photo import Photo
from media.models.upload import Upload, UploadPart
from media.models.use import PhotoUse

__all__ = ["Incoming", "Photo", "PhotoUse", "Upload", "UploadPart"]
