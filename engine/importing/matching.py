"""Which column is what: roles of a table, and guesses from headings and content."""

import re
import unicodedata
from dataclasses import dataclass

from populace.engine.importing.sheet import Sheet

DATE, NUMBER, TEXT, ANY = "date", "number", "text", ""


@dataclass(frozen=True)
class Role:
    """What a column can be. ``words`` are how headings call it, in several languages."""

    key: str
    label: str
    about: str
    words: tuple[str, ...]
    content: str = ANY
    required: bool = True
    many: bool = False  # several columns may have it


SERIES = (
    Role("date", "Date", "When the people were counted.",
         ("date", "day", "datum", "tag", "fecha", "dia", "jour", "data", "week", "woche", "semaine",
          "semana", "meldedatum", "reporting date", "date of onset", "time", "report date"), DATE),
    Role("value", "Number", "What was counted.",
         ("count", "cases", "case", "value", "number", "n", "fälle", "faelle", "anzahl", "wert",
          "cas", "nombre", "casos", "numero", "valor", "infected", "infections", "new cases",
          "deaths", "hospital", "admissions", "in bed", "beds", "patients", "incidence", "inzidenz",
          "positive", "hospitalised", "hospitalized", "cumulative cases", "total cases"), NUMBER),
    Role("place", "Place", "Where; leave it empty if the file is about one place.",
         ("place", "region", "area", "district", "county", "state", "province", "country", "ort",
          "landkreis", "bundesland", "kreis", "lugar", "provincia", "lieu", "departement",
          "neighbourhood", "borough", "location", "geo", "code", "name"), TEXT, required=False),
)  # fmt: skip
EDGES = (
    Role("first", "One person", "The number or id of one of the two.",
         ("first", "from", "source", "person 1", "person a", "id1", "id 1", "i", "a", "ego", "p1",
          "von", "node1", "u", "infector", "contact 1", "one")),
    Role("second", "The other person", "The number or id of the other.",
         ("second", "to", "target", "person 2", "person b", "id2", "id 2", "j", "b", "alter", "p2",
          "nach", "node2", "v", "infectee", "contact 2", "other")),
    Role("weight", "Weight", "How many contacts the pair has against others; empty: all alike.",
         ("weight", "w", "gewicht", "poids", "peso", "duration", "hours", "minutes", "frequency",
          "contacts", "strength", "value"), NUMBER, required=False),
)  # fmt: skip
PEOPLE = (
    Role("id", "Id", "What tells people apart.",
         ("id", "person", "person id", "pid", "agent", "nr", "number", "key", "uid", "code"),
         required=False),
    Role("age", "Age", "Completed years.",
         ("age", "years", "alter", "edad", "idade", "eta", "age years"), NUMBER, required=False),
    Role("household", "Household", "Who lives together has the same.",
         ("household", "household id", "hh", "hhid", "hh id", "haushalt", "hogar", "menage", "home",
          "dwelling", "family", "house"), required=False),
    Role("region", "Region", "Where the person lives.",
         ("region", "district", "area", "county", "place", "ort", "kreis", "province", "ward",
          "neighbourhood", "village", "town"), required=False),
    Role("x", "Longitude", "Degrees east.",
         ("lon", "long", "longitude", "lng", "x", "laenge", "easting"), NUMBER, required=False),
    Role("y", "Latitude", "Degrees north.",
         ("lat", "latitude", "y", "breite", "northing"), NUMBER, required=False),
    Role("groups", "Places where people meet", "Who has the same school meets there.",
         ("school", "workplace", "work", "office", "class", "team", "schule", "arbeit", "company",
          "school id", "workplace id", "care home", "ward"), required=False, many=True),
    Role("attributes", "What else is known", "Kept with the people: sex, income, occupation.",
         ("sex", "gender", "income", "occupation", "job", "geschlecht", "beruf", "sexo",
          "profession",
          "vaccinated", "ethnicity", "education", "nurse"), required=False, many=True),
)  # fmt: skip
ATTRIBUTES = (
    Role("person", "Person", "The number or id of the person; empty where a row is about an age or "
         "a region.",
         ("person", "person id", "pid", "id", "agent", "nr", "number", "uid", "key"),
         required=False),
    Role("age", "Age", "Where rows are not of single persons: 30, 0-4 or 65+.",
         ("age", "age group", "age band", "ages", "alter", "altersgruppe", "edad", "idade", "eta"),
         required=False),
    Role("region", "Region", "Where rows are not of single persons.",
         ("region", "district", "area", "county", "place", "ort", "kreis", "province", "ward",
          "neighbourhood", "village", "town"), required=False),
    Role("weight", "Weight", "How many of an age and region each row stands for; empty: one row.",
         ("weight", "share", "percent", "gewicht", "anteil", "poids", "peso", "people", "count"),
         NUMBER, required=False),
    Role("values", "What is known", "Each of these columns becomes an attribute of the people.",
         ("sex", "gender", "income", "occupation", "job", "geschlecht", "beruf", "sexo",
          "profession", "vaccinated", "ethnicity", "education", "nurse", "smoker", "illness"),
         required=False, many=True),
)  # fmt: skip
REGIONS = (
    Role("name", "Name", "What people call the region.",
         ("name", "nam", "region", "district", "county", "name en", "label", "gen", "ort", "nombre",
          "nom", "place", "title", "admin", "neighbourhood", "ward", "shapename"), TEXT),
    Role("id", "Id", "What tells regions apart; empty: the name does.",
         ("id", "code", "geoid", "fid", "iso", "ags", "nuts id", "key", "gid", "objectid", "pcode",
          "fips", "lsoa", "shapeid"), required=False),
    Role("people", "People", "Residents of the region.",
         ("people", "population", "pop", "residents", "inhabitants", "einwohner", "ewz",
          "total pop",
          "poblacion", "pop total", "persons", "habitants", "total"), NUMBER),
    Role("household_size", "Mean household size", "People in a household; empty: from the ages.",
         ("household size", "hh size", "avg hh size", "mean household", "haushaltsgroesse",
          "persons per household", "average household size"), NUMBER, required=False),
    Role("ages", "People by age", "Columns such as 0-4, 5-9, 65+; empty: those of a country.",
         (), NUMBER, required=False, many=True),
)  # fmt: skip

Matching = dict[str, tuple[str, ...]]  # headings by role; an empty tuple is no column


def guessed(sheet: Sheet, roles: tuple[Role, ...]) -> Matching:
    """Return the columns that most likely have the roles; a column has one role at most."""
    contents = {heading: sheet.content(heading) for heading in sheet.headings}
    points = {
        (role.key, heading): _points(role, heading, contents[heading])
        for role in roles
        for heading in sheet.headings
    }
    found: Matching = {role.key: () for role in roles}
    many = {role.key for role in roles if role.many}
    taken: set[str] = set()
    for (key, heading), score in sorted(points.items(), key=lambda pair: -pair[1]):
        if score >= 2 and heading not in taken and (key in many or not found[key]):
            found[key] = (*found[key], heading)
            taken.add(heading)
    for role in roles:
        if role.required and not found[role.key]:
            fitting = [
                heading for heading in sheet.headings
                if heading not in taken and contents[heading] == (role.content or contents[heading])
            ]  # fmt: skip
            if fitting:
                found[role.key] = (fitting[0],)
                taken.add(fitting[0])
    bands = [heading for heading in sheet.headings if age_band(heading) and heading not in taken]
    if "ages" in found and len(bands) >= 2:
        found["ages"] = tuple(bands)
    return found


def _points(role: Role, heading: str, content: str) -> float:
    """Return how well a column fits a role, from 0; below 2 is no fit."""
    if not content or (role.content and content != role.content):
        # A date in an odd form, or numbers with faults, may still be what the heading says.
        wrong_kind = 1.5
        if role.content in (DATE, TEXT) and content == NUMBER:
            wrong_kind = 2.0
    else:
        wrong_kind = 0.0
    words = plain_words(heading)
    joined = " ".join(words)
    best = 0.0
    for at, word in enumerate(role.words):
        wanted = " ".join(plain_words(word))
        if joined == wanted or joined.replace(" ", "") == wanted.replace(" ", ""):
            best = max(best, 4.0 - at / 100)
        elif f" {wanted} " in f" {joined} " and len(wanted) > 1:
            best = max(best, 3.0 - at / 100)
        elif len(wanted) >= 4 and wanted in joined:
            best = max(best, 2.0 - at / 100 + 0.3)
    return best - wrong_kind if best else 0.0


def plain_words(heading: str) -> list[str]:
    """Return the words of a heading in small letters without accents: "newCases" is two."""
    text = heading.replace("ß", "ss")
    text = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text)
    text = unicodedata.normalize("NFKD", text)
    text = "".join(sign for sign in text if not unicodedata.combining(sign))
    return re.sub(r"[^a-z0-9]+", " ", text.casefold()).split()


def age_band(heading: str) -> tuple[int, int] | None:
    """Return the first and last year of a heading such as "0-4", "age_5_9" or "65+"; else None."""
    text = heading.casefold().strip()
    years = [int(found) for found in re.findall(r"\d+", text)]
    rest = re.sub(r"\d+", " ", text)
    words = set(re.findall(r"[a-zäöü]+", rest))
    known = {"age", "aged", "ages", "years", "year", "yrs", "from", "to", "und", "and", "over",
             "plus", "under", "older", "alter", "jahre", "bis", "unter", "pop", "people", "a", "y",
             "ab", "mehr", "more"}  # fmt: skip
    if not years or words - known or max(years) > 130:
        return None
    if len(years) == 2 and years[0] <= years[1]:
        return years[0], years[1]
    if len(years) == 1 and ("+" in rest or words & {"plus", "over", "older", "from", "ab", "more"}):
        return years[0], 130
    if len(years) == 1 and (words & {"under", "unter"} or "<" in rest) and years[0] > 0:
        return 0, years[0] - 1
    return None
