"""What a fit came to is said in plain sentences, and never better than it is."""

from dataclasses import dataclass, replace

import numpy as np
import pytest

from populace.engine.calibration.fitting import FitProgress
from populace.engine.calibration.plan import FitPlan
from populace.engine.calibration.posterior import Posterior
from populace.engine.project import Project
from populace.studio.fit.drawings import marginals_html, pairs_html
from populace.studio.fit.words import ended_in_words, meaning, progress_in_words

SCHOOL = Project.load("school_flu")
SETTINGS = {one.path: one for one in SCHOOL.settings()}
NOW = FitProgress("running", 1_240, 4_000, 3, 1.4, 0.31, 200.0)


@dataclass
class Drawn:
    """Draws whose spread, and whose curves' distance from the data, a test chooses."""

    spread: float = 0.1
    off: float = 0.0
    draws: int = 200

    def posterior(self) -> Posterior:
        plan = FitPlan.suggest(SCHOOL)
        assert plan is not None
        scores = self.spread * np.random.default_rng(2).standard_normal((self.draws, 3))
        scores[:, 0] /= self.spread  # the first infected: as before the data
        values = [[one.value(score) for one, score in zip(plan.quantities, row, strict=True)]
                  for row in scores]  # fmt: skip
        [series] = plan.series
        curve = np.zeros(series.days(SCHOOL)[-1] + 1)
        curve[series.days(SCHOOL)] = series.values + self.off
        curves = np.tile(curve, (self.draws, 1))
        weights = np.full(self.draws, 1 / self.draws)
        return Posterior(plan, SCHOOL, np.array(values), weights, (curves,), 5, 1.1, 4_000)


def test_a_model_that_explains_the_data_is_said_to():
    said = " ".join(meaning(Drawn().posterior(), SETTINGS))
    assert "14 of the 14 counts of “Boys in bed”" in said
    assert "it explains them" in said
    assert "Transmission is about 2.5" in said
    assert "infections per contact" in said


def test_a_model_that_does_not_explain_the_data_is_said_not_to():
    said = " ".join(meaning(Drawn(off=900.0).posterior(), SETTINGS))
    assert "it does not explain them" in said


def test_what_the_data_say_nothing_about_is_named_and_given_no_value():
    said = " ".join(meaning(Drawn().posterior(), SETTINGS))
    assert "The data say nothing about Initial infected" in said
    assert "Initial infected is about" not in said
    cards = marginals_html(Drawn().posterior(), SETTINGS)
    assert cards.count("The data say nothing about this") == 1


def test_few_guesses_are_said_to_be_few():
    assert "independent guesses" in " ".join(meaning(Drawn(draws=30).posterior(), SETTINGS))
    assert "independent guesses" not in " ".join(meaning(Drawn().posterior(), SETTINGS))


def test_a_fit_that_is_still_far_from_the_data_is_said_to_be():
    far = replace(Drawn().posterior(), farthest=7.9)
    assert "still far from the data" in " ".join(meaning(far, SETTINGS))
    assert "still far from the data" not in " ".join(meaning(Drawn().posterior(), SETTINGS))


def test_numbers_that_go_together_are_named():
    posterior = Drawn().posterior()
    together = posterior.values.copy()
    together[:, 2] = together[:, 1]
    html = pairs_html(replace(posterior, values=together), SETTINGS)
    assert "Infectious period and Transmission" in html
    assert "depend strongly" in pairs_html(posterior, SETTINGS)


def test_one_number_alone_has_no_pairs():
    posterior = Drawn().posterior()
    plan = replace(posterior.plan, quantities=posterior.plan.quantities[:1])
    alone = replace(posterior, plan=plan, values=posterior.values[:, :1])
    assert pairs_html(alone, SETTINGS) == ""


@pytest.mark.parametrize(
    ("now", "said"),
    [
        (NOW, "1,240 of 4,000 runs, 3 minutes left. Round 4: looks for 200 guesses"),
        (replace(NOW, tolerance=None, generation=0), "Round 1: 200 guesses of what you hold"),
        (replace(NOW, phase="building", message="Building people"), "Building people …"),
    ],
)
def test_it_is_said_how_far_it_is(now, said):
    assert said in progress_in_words(now, 200)


def test_a_fit_that_was_too_short_is_said_to_be():
    now = replace(NOW, phase="finished", runs_done=100, runs=100)
    assert "too few to say anything" in ended_in_words(now, None)
