"""On what a run can be computed here."""

import sys
from functools import cache
from pathlib import Path


@cache
def has_graphics_card() -> bool:
    """Tell whether PyTorch can compute on a graphics card of this machine."""
    # PyTorch takes seconds to import: on Linux there is a file where there is a card.
    if sys.platform == "linux" and not any(Path("/dev").glob("nvidia[0-9]*")):
        return False
    import torch

    return torch.cuda.is_available()
