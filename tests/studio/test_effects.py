"""Effects say from whom they are; what failed its audit is a sentence and no bar."""

from dataclasses import replace

from populace.studio.effects import MORE, after, effects_of


def found(people=50_000, *paths, passed=True, runs=4):
    """Return what an estimator says."""
    audit = {"passed": passed, "predicted": 100.0, "measured": 98.0}
    one = {"change": 10.0, "low": 8.0, "high": 12.0, "value": 1.0, "method": "", "why": ""}
    estimates = [one | {"path": path} for path in paths]
    return {"turn": 1, "found": {"people": people, "runs": runs, "days": 180, "total": 1_000.0,
                                 "estimates": estimates, "audit": audit}}  # fmt: skip


def test_a_small_city_is_scaled_up_and_named():
    effects = effects_of(found(50_000, "a"), "infections", 8_000_000)
    assert effects.source == "From a city of 50,000 people, scaled up to 8,000,000."
    [one] = effects.effects
    assert (one.change, one.low, one.high) == (1_600.0, 1_280.0, 1_920.0)
    assert effects.total == 160_000.0
    assert "4 runs up to day 180" in effects.note
    assert "+16,000 predicted, +15,680 measured" in effects.note


def test_everybody_is_named_and_one_run_says_whose_interval_it_has():
    effects = effects_of(found(8_000_000, "a", runs=1), "infections", 8_000_000)
    assert effects.source == "From all 8,000,000 people."
    assert "One run" in effects.note
    assert "smaller city" in effects.note


def test_what_failed_its_audit_is_not_shown():
    effects = effects_of(found(50_000, "a", passed=False), "infections", 50_000)
    assert effects.effects == ()
    assert "they are not shown" in effects.note


def test_bars_of_everybody_take_the_place_of_those_of_the_small_city():
    first = effects_of(found(50_000, "a", "b"), "infections", 8_000_000)
    later = effects_of(found(8_000_000, "b"), "infections", 8_000_000)
    both = after(first, later)
    assert {one.path: (one.change, one.source) for one in both.effects} == {
        "a": (1_600.0, first.source),
        "b": (10.0, ""),
    }
    assert both.source == later.source


def test_where_everybody_fails_the_small_city_stays_and_the_reason_is_told():
    first = replace(effects_of(found(50_000, "a"), "infections", 8_000_000), refining=True)
    failed = effects_of(found(8_000_000, "a", passed=False), "infections", 8_000_000)
    kept = after(first, failed)
    assert kept.effects == first.effects
    assert not kept.refining
    assert "they are not shown" in kept.note
    assert MORE in first.words
    assert MORE not in kept.words
    neither = after(replace(first, effects=()), failed)
    assert neither.effects == ()


def test_what_went_wrong_is_the_note():
    effects = effects_of({"turn": 1, "wrong": "There is no memory."}, "deaths", 1_000)
    assert (effects.running, effects.effects, effects.words) == (False, (), "There is no memory.")
