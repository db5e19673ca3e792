"""Entry for `panel serve`, beside `studio/app.py` and `studio/compose.py`: the Fit room."""

from populace.studio.fit.page import fit_room

fit_room().servable()
