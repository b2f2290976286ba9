"""Where bytes live: content-addressed originals and renditions, on a disk or in an object store."""

from media.storage.store import BlobStore, Form, Stored, incoming_key, original_key, part_key, rendition_key, store

__all__ = ["BlobStore", "Form", "Stored", "incoming_key", "original_key", "part_key", "rendition_key", "store"]
