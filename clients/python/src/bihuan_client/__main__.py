"""`python -m bihuan_client` is `bihuan`."""

from bihuan_client.cli import entry

entry()
