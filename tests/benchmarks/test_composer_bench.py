"""The bench of the Compose room measures a model of the size that its bar speaks of."""

from populace.benchmarks import composer
from populace.engine.editing.draft import Draft
from populace.studio.composer.parts import parts_of


def test_the_model_has_sixty_parts_and_can_run():
    draft = Draft(composer.project().spec())
    assert len(parts_of(draft)) == composer.PARTS
    assert [problem for problem in draft.problems if problem.severity == "error"] == []
