"""What a fit came to, and how far it is, in plain words."""

from html import escape

import numpy as np

from populace.engine.calibration.fitting import FitProgress
from populace.engine.calibration.posterior import Posterior, Predicted
from populace.engine.scaling_model import in_words
from populace.studio.fit.drawings import Settings, figure, label_of, value_in_words

GOOD, POOR = 0.8, 0.5  # shares of the counts inside the band that should hold 90 %
FAR = 3.0  # times the noise of a count: guesses farther from the data leave ranges too wide
_FEW = 50  # independent guesses: fewer leave intervals to chance


def progress_html(now: FitProgress, particles: int) -> str:
    """Return a bar, and how far the fit is."""
    percent = round(100 * now.share_done)
    return (
        '<div class="bar" role="progressbar" aria-label="Runs done" aria-valuemin="0" '
        f'aria-valuemax="100" aria-valuenow="{percent}"><i style="width: {percent}%"></i></div>'
        f'<p class="said">{escape(progress_in_words(now, particles))}</p>'
    )


def progress_in_words(now: FitProgress, particles: int) -> str:
    """Say how many runs are done, how long it still takes, and what this round looks for."""
    if now.phase in ("waiting", "building"):
        return f"{now.message} …"
    left = "" if now.seconds_left is None else f", {in_words(now.seconds_left)} left"
    done = f"{now.runs_done:,} of {now.runs:,} runs{left}."
    if now.tolerance is None:
        return f"{done} Round 1: {particles:,} guesses of what you hold plausible, all kept."
    return (
        f"{done} Round {now.generation + 1}: looks for {particles:,} guesses that come closer to "
        f"the data than {_noises(now.tolerance)}."
    )


def ended_in_words(now: FitProgress, posterior: Posterior | None) -> str:
    """Say how a fit ended."""
    done = f"{now.runs_done:,} of {now.runs:,} runs"
    if now.phase == "stopped":
        return f"Stopped after {done}. What was found is kept: Go on takes it up again."
    if posterior is None:
        return f"Over after {done}: too few to say anything. Allow more runs."
    return (
        f"Finished: {now.runs_done:,} runs in {posterior.generation} rounds. The guesses that "
        f"were kept come closer to the data than {_noises(posterior.farthest)}."
    )


def meaning(posterior: Posterior, settings: Settings) -> list[str]:
    """Say in plain sentences what was found, and what it is worth."""
    far = posterior.farthest > FAR
    said = [_explains(one, far) for one in posterior.predictive()]
    said.append(_values(posterior, settings))
    silent = [label_of(settings, one.path) for one in posterior.marginals() if not one.identified]
    if silent:
        said.append(
            f"The data say nothing about {_listed(silent)}: what you held plausible stands."
        )
    if far:
        said.append(
            "The guesses that were kept are still far from the data: more runs may bring them "
            "closer. If they do not, the model misses something."
        )
    if posterior.effective_size < _FEW:
        said.append(
            f"All this rests on about {posterior.effective_size:.0f} independent guesses: more "
            "guesses in each round would make the ranges steadier."
        )
    return [one for one in said if one]


def _explains(one: Predicted, far: bool) -> str:
    known = int(np.count_nonzero(~np.isnan(one.observed)))
    inside = round(one.share_inside * known)
    start = (
        f"{inside:,} of the {known:,} counts of “{one.label}” lie where the fitted model expects"
    )
    if far and one.share_inside >= POOR:
        return f"{start} 90 % of them, but what it expects is still wide."
    if one.share_inside >= GOOD:
        return f"{start} 90 % of them: it explains them."
    if one.share_inside >= POOR:
        return f"{start} 90 % of them: it explains most. What is left over shows where it does not."
    return (
        f"Only {inside:,} of the {known:,} counts of “{one.label}” lie where the fitted model "
        "expects 90 % of them: it does not explain them. Something in the model is wrong, or "
        "what may vary is not what matters."
    )


def _values(posterior: Posterior, settings: Settings) -> str:
    told = [
        f"{label_of(settings, one.path)} is about "
        f"{value_in_words(settings, one.path, one.median)} "
        f"({figure(settings, one.path, one.low)} to {figure(settings, one.path, one.high)})"
        for one in posterior.marginals()
        if one.identified
    ]
    return f"If the model is right: {'; '.join(told)}." if told else ""


def _noises(distance: float) -> str:
    """Return a distance as people can read it: 1 is how much a count is off by chance alone."""
    return f"{distance:.2g} times what chance alone does to a count"


def _listed(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
