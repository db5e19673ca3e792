"""Composer: a model built on a canvas, without a line of code."""
