"""A person at a wizard."""

import pytest

from populace.studio.composer.upload import Upload


class Desk:
    """A person at the wizard of a draft; work is done when it is waited for."""

    def __init__(self, draft, wizard):
        self.draft = draft
        self.wizard = wizard(draft, lambda work: work())
        # In place of the thread: the dialog shows at once what came of it.
        self.wizard._background.start = self._at_once

    def _at_once(self, work, done, failed, progress):
        done(work(lambda words, share: None))

    def upload(self, text, name="a.csv", field="file"):
        data = text.encode()
        upload = Upload(name, len(data), (".csv",))
        upload.take(data)
        upload.finish()
        self.wizard.steps.arrived(field, upload)

    def choose(self, key, value):
        self.wizard._heard({"act": "change", "key": key, "value": value})

    def press(self, key):
        self.wizard._heard({"act": "press", "key": key})

    def blocks(self):
        found = []
        for block in self.wizard.state["blocks"]:
            found += block["blocks"] if block["type"] == "row" else [block]
        return {block.get("key", block["type"]): block for block in found}

    @property
    def message(self):
        return self.wizard.state["message"]


@pytest.fixture
def at_desk():
    """Sit down at the wizard of a draft."""
    return Desk
