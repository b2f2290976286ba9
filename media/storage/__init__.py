"""Where bytes live: content-addressed originals and renditions, on a disk or in an object store."""

from media.storage.store import BlobStore, Stored, original_key, rendition_key, store

__all__ = ["BlobStore", "Stored", "original_key", "rendition_key", "store"]
