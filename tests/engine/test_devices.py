"""A run can be moved to another device, and has the same events there."""

import time

from populace.engine import devices
from populace.engine.project import Project
from populace.engine.runner import Runner

SPEC = {
    "name": "Devices",
    "days": 12,
    "population": {"kind": "well_mixed", "people": 500},
    "networks": [{"kind": "household"}, {"kind": "well_mixed"}],
    "disease": {"kind": "sir", "transmission": 0.4, "initial_infected": 20},
}


def finished(runner):
    """Return how many were infected once the run has ended."""
    until = time.monotonic() + 120
    while runner.status.phase not in ("finished", "failed") and time.monotonic() < until:
        time.sleep(0.02)
    assert runner.status.phase == "finished", runner.status
    return runner.snapshot.ever_infected


def test_another_device_begins_anew_and_infects_the_same():
    runner = Runner(Project.from_spec(SPEC))
    runner.start()
    infected = finished(runner)
    assert runner.device == "cpu"
    runner.use_device("reference")  # PyTorch, on the processor
    while runner.epoch == 1:
        time.sleep(0.02)
    assert runner.device == "reference"
    assert runner.snapshot.day == 0
    runner.run()
    time.sleep(0.1)
    assert finished(runner) == infected > 40
    runner.close()


def test_there_is_no_card_where_pytorch_sees_none():
    import torch

    assert devices.has_graphics_card() == torch.cuda.is_available()
