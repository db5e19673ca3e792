"""Entry for `panel serve`, beside `studio/app.py` and `studio/compose.py`: the Compare room."""

from populace.studio.compare.page import compare_room

compare_room().servable()
