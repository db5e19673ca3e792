"""The pane of sensitivities puts the numbers in order and hides no doubt."""

from populace.studio.effects import Effect, Effects
from populace.studio.views.tornado import page

LABELS = {"a": "Masks: coverage", "b": "Transmission", "c": "Delay <days>"}


def effect(path, change, width=10.0, *, from_zero=False):
    """Return the effect of one number."""
    low, high = change - width, change + width
    return Effect(path, change, low, high, from_zero, "leave one out", "")


def found(*effects, total=1_000.0):
    """Return what is known of the infections."""
    return Effects("infections", running=False, effects=effects, note="Local.", total=total)


def test_the_number_that_matters_most_is_on_top_whatever_its_sign():
    words = page(found(effect("a", -400), effect("b", 50), effect("c", 100)), LABELS)
    places = [words.index(name) for name in ("Masks: coverage", "Delay", "Transmission")]
    assert places == sorted(places)
    assert "class='less' style='left:1.2%;width:48.8%'" in words
    assert "-400<small>-410 to -390</small>" in words


def test_elasticity_is_the_change_in_per_cent_for_one_per_cent():
    words = page(found(effect("b", 50)), LABELS)
    assert "<td>+0.50</td>" in words  # a tenth more: 5 % more


def test_where_there_is_nothing_to_divide_by_there_is_no_elasticity():
    assert "<td>–</td>" in page(found(effect("a", -400, from_zero=True)), LABELS)
    assert "<td>–</td>" in page(found(effect("a", 0.1), total=0.0), LABELS)


def test_an_effect_that_may_be_nothing_says_so():
    assert "may be nothing" in page(found(effect("b", 5, width=10)), LABELS)
    assert "may be nothing" not in page(found(effect("b", 50, width=10)), LABELS)


def test_what_is_counted_is_said_in_words():
    said = page(Effects("intensive_care", running=False, effects=(effect("b", 5),)), LABELS)
    assert "A tenth more changes admissions to intensive care by" in said


def test_names_are_text():
    assert "Delay &lt;days&gt;" in page(found(effect("c", 5)), LABELS)


def test_while_it_is_worked_out_and_where_it_failed_the_pane_says_so():
    assert "Working out" in page(Effects("deaths", running=True), LABELS)
    failed = Effects("deaths", running=False, note="The audit failed.")
    assert "The audit failed." in page(failed, LABELS)
