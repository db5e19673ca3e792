"""Entry for `panel serve studio/app.py studio/compose.py --index app`: the Compose room."""

from populace.studio.composer.page import compose

compose().servable()
