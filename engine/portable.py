"""Functions whose last bit is the same on every machine and library.

exp, log and pow differ between numpy, torch and the C library in the last bit of some arguments.
A threshold that differs by one changes a run, so what becomes a threshold is computed here with
correctly rounded decimals. Sums, products, quotients and comparisons of floats are exact IEEE
operations and may be used anywhere.
"""

from decimal import Decimal, localcontext


def exponential(x: float) -> float:
    """Return e to the power x."""
    with localcontext() as context:
        context.prec = 40
        return float(Decimal(x).exp())


def power(base: float, exponent: float) -> float:
    """Return base ** exponent for a positive base."""
    with localcontext() as context:
        context.prec = 40
        return float((Decimal(base).ln() * Decimal(exponent)).exp())
