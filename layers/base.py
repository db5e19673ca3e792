"""MapLayer: one thing drawn on the map."""

from abc import ABC, abstractmethod

import numpy as np
from jaxtyping import UInt8

from populace.engine.snapshot import Snapshot
from populace.layers.view import View


class MapLayer(ABC):
    """A live map layer: a picture of one day for one view."""

    @abstractmethod
    def picture(self, snapshot: Snapshot, view: View) -> UInt8[np.ndarray, "height width 4"]:
        """Return red, green, blue, alpha (not premultiplied); row 0 is the south edge.

        This is the order of Bokeh's `image_rgba`. The array is new and belongs to the caller.
        """
