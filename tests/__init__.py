import sys
from pathlib import Path

# the reference client is a package of its own
sys.path.append(str(Path(__file__).resolve().parent.parent / "clients" / "python" / "src"))
