"""What the diseases of compartments declare alike: the numbers, states and ways of SIR and SEIR."""

from populace.engine.component import Values
from populace.engine.diseases.base import Dwell, State, Transition, everyone
from populace.engine.quantities import Duration, Rate, Structure

ANY = "assumption: replace with the disease under study"

SUSCEPTIBLE = State("susceptible", "Susceptible", "susceptible", "susceptible")
EXPOSED = State("exposed", "Exposed", "latent", "exposed")
INFECTIOUS = State("infectious", "Infectious", "infectious", "infectious", 1.0, symptomatic=True)
RECOVERED = State("recovered", "Recovered", "removed", "recovered")


def transmission(
    default: float = 0.3,
    source: str = ANY,
    doc: str = "Infections that one contact with an infectious person causes, on average.",
    step: float = 0.01,
) -> Rate:
    """Declare how infectious a contact is."""
    return Rate(
        default,
        bounds=(0, 5),
        step=step,
        live=True,
        unit="infections per contact",
        source=source,
        doc=doc,
    )


def latent_period(
    source: str = ANY, doc: str = "Mean time from infection to becoming infectious."
) -> Duration:
    """Declare the time between infection and infecting."""
    return Duration(3.0, bounds=(1, 60), step=0.5, source=source, doc=doc)


def infectious_period(
    default: float = 7.0,
    longest: int = 60,
    source: str = ANY,
    doc: str = "Mean time from becoming infectious to recovery.",
) -> Duration:
    """Declare the time of infecting."""
    return Duration(default, bounds=(1, longest), step=0.5, source=source, doc=doc)


def shape(doc: str, source: str) -> Structure:
    """Declare how alike the stays in a state are."""
    return Structure(
        1,
        bounds=(0, 20),
        unit="Erlang stages (1 = exponential, 0 = fixed)",
        source=source,
        doc=doc,
    )


def through_infection(values: Values) -> tuple[Transition, Transition]:
    """Return the ways from infection by the latent and the infectious period to recovery."""
    latent = Dwell(values.latent_period, values.latent_shape)
    ill = Dwell(values.infectious_period, values.infectious_shape)
    return (
        Transition("exposed", "infectious", latent, everyone()),
        Transition("infectious", "recovered", ill, everyone()),
    )
