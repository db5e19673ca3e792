"""Entry for `panel serve studio/app.py`; `populace serve` serves the same page."""

from populace.studio.page import page

page().servable()
