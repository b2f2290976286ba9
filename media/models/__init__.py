"""Photos as evidence, and what they are used for."""

from media.models.incoming import Incoming
from media.models.photo import Photo
from media.models.use import PhotoUse

__all__ = ["Incoming", "Photo", "PhotoUse"]
