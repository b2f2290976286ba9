#!/usr/bin/env python
"""The command line: `python manage.py help` lists the commands, docs/operations.md explains them."""

import os
import sys
from pathlib import Path

from django.core.management import execute_from_command_line

# the journey is told with the reference client, which is a package of its own
sys.path.append(str(Path(__file__).resolve().parent / "clients" / "python" / "src"))

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backend.settings")
    execute_from_command_line(sys.argv)
