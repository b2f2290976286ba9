"""A program that changes pictures has written the file (经软件编辑)."""

import re

from media.policy.evidence import Case, Code, Finding, Severity
from media.policy.numbers import Numbers

# names of editors and of generators; what cameras write of themselves (HarmonyOS, MIUI, 17.5.1) is none of them
EDITORS = re.compile(
    r"photoshop|lightroom|adobe|gimp|snapseed|picsart|meitu|美图|beautyplus|faceu|b612|醒图|hypic|vsco|pixelmator|affinity|"
    r"canva|paint\.net|facetune|polarr|photoscape|paintshop|corel|darktable|capture one|photodirector|photoroom|"
    r"inpaint|remini|imagemagick|acdsee|稿定|黄油相机|轻颜|"
    r"stable diffusion|midjourney|dall|firefly|gemini|comfyui|豆包|即梦|文心",
    re.IGNORECASE,
)


def check(case: Case, numbers: Numbers) -> Finding | None:
    """Return a warning with the program's name, as the file gives it."""
    if not EDITORS.search(case.shot.software):
        return None
    return Finding(Code.EDITED, Severity.WARN, {"software": case.shot.software})
