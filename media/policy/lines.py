"""What a client says of its line (网络档位): on a poor one the large rendition is a smaller one. Pure."""

POOR = frozenset({"slow-2g", "2g", "3g"})
VARY = ("Save-Data", "ECT")


def large_for(*, save_data: str, ect: str) -> str:
    """Return the rendition that serves as the large one: `middle` for who asks to save data or is on a poor line.

    `save_data` is the header of that name ("on"), `ect` the effective connection type as browsers and phones state it.
    """
    poor = ect.strip().lower() in POOR
    return "middle" if poor or save_data.strip().lower() == "on" else "large"
