"""The chapters in their order."""

from pathlib import Path

from demo.journey.frame import Ending, Opening
from demo.journey.general import General
from demo.journey.major import Major
from demo.journey.run import Run
from demo.journey.small import SelfFixed


def chapters(run: Run) -> list[Opening | General | SelfFixed | Major | Ending]:
    """Return the chapters of one telling."""
    return [Opening(run), General(run), SelfFixed(run), Major(run), Ending(run)]


def tell(run: Run, *, photos: Path | None) -> None:
    """Tell the story once. Raises: Surprise where something is not as it should be."""
    told = chapters(run)
    run.teller.steps = sum(len(chapter.steps) for chapter in told)
    try:
        for number, chapter in enumerate(told):
            run.teller.chapter(*chapter.title)
            if number == 1 and photos is not None:
                run.fill_album(photos)
            for step in chapter.steps:
                run.teller.step(*step())
    finally:
        run.close()
