"""Which photos show the same (相似比对): a search over all prints in memory, and a closer look at the few that come near.

Loaded by name from `media.likeness.search` when the first photo is judged: a process that judges none never pays for numpy.
"""
