"""Collecting garbage took a quarter of what a fuzzed request costs: thousands of collected tests were walked again and again.

What lives as long as the run is set aside, and the rest is looked through less often.
"""

import gc

gc.set_threshold(400_000, 10, 10)


def pytest_collection_finish() -> None:
    """Set aside everything that is there when the first test begins."""
    gc.collect()
    gc.freeze()
