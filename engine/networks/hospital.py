"""Contacts on the wards of hospitals: patients and those who look after them."""

import numpy as np

from populace.engine.contacts import Groups
from populace.engine.networks._draws import drawing, network_key
from populace.engine.networks._places import drawn_places
from populace.engine.networks.base import Network
from populace.engine.people import People
from populace.engine.quantities import Quantity, Structure


class Hospital(Network):
    """Patients and staff of a ward meet each other, and nobody of other wards.

    Where the population says who belongs to a hospital (a membership `hospital`), those of one
    number meet. Else patients and staff are drawn by age by the shares below, in wards of about
    one size. The wards are the same all through a run: this is the hospital of those who are there
    for other reasons, and nobody is admitted for the disease of the model.
    """

    patients = Structure(
        0.001,
        bounds=(0, 1),
        unit="share",
        source="assumption: a bed or so in a thousand is taken by people under 65; "
        "plausible .0005 to .003",
        doc="Share of people under 65 who are patients.",
    )
    patients_65 = Structure(
        0.008,
        bounds=(0, 1),
        unit="share",
        source="assumption: old people spend several times as many days in hospital; "
        "plausible .004 to .015",
        doc="Share of people of 65 and over who are patients.",
    )
    staff = Structure(
        0.02,
        bounds=(0, 1),
        unit="share",
        source="assumption: one in fifty adults of working age; plausible .01 to .04",
        doc="Share of people of 20 to 64 who work on a ward.",
    )
    ward_size = Structure(
        60,
        bounds=(2, 2_000),
        unit="people",
        source="assumption: some 10 patients and the staff of all shifts; plausible 30 to 120",
        doc="About how many people, patients and staff, a ward has.",
    )
    contacts_a_day = Quantity(
        8.0,
        bounds=(0, 50),
        unit="contacts/day",
        source="assumption: as many as at other work; plausible 3 to 20",
        doc="Contacts of a patient or of staff with anybody of the ward.",
    )
    drawing = drawing()

    def contacts(self, people: People) -> Groups:
        """Group people by ward."""
        ward = people.memberships.get("hospital")
        if ward is None:
            key = network_key(self.own_name, self.drawing)
            # Of 20 to 64 both patients and staff.
            adults = self.patients + self.staff * (1.0 - self.patients)
            shares = [(0, 19, self.patients), (20, 64, adults), (65, 255, self.patients_65)]
            ward = drawn_places(people, shares, self.ward_size, key)
        return Groups.of_members(ward, np.array([0.0, 0.0, self.contacts_a_day]))
