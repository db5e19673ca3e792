"""The report: its numbers are those of the run, and the file asks nothing of anybody."""

import re
from html.parser import HTMLParser

import numpy as np
import pytest

from populace.engine.checks.result import Check, exactly
from populace.engine.errors import ProjectError
from populace.engine.project import Project
from populace.engine.report import pdf
from populace.engine.report.chart import PAPER, date_ticks, roomy
from populace.engine.report.figures import charts, key_figures
from populace.engine.report.outcome import Outcome
from populace.engine.report.page import CheckLine, Picture, report_html
from populace.engine.simulation import Simulation
from populace.layers.themes import LIGHT

PNG = b"\x89PNG not a picture, but bytes"


@pytest.fixture(scope="module")
def project():
    values = {"days": 40, "population.people": 8_000, "disease.initial_infected": 40}
    return Project.load("nyc_response").with_values(values)


@pytest.fixture(scope="module")
def outcome(project):
    return Outcome.of_project(project)[0]


@pytest.fixture(scope="module")
def html(outcome):
    base = Project.load("nyc_response")
    check = Check("People are conserved", lambda: [exactly("people", 8_000, 8_000)])
    checks = [CheckLine.of(check.result())]
    pictures = [Picture("The map <today>", PNG)]
    return report_html(outcome, pictures=pictures, base=base, checks=checks)


class Reader(HTMLParser):
    """Collects figures, table cells, and whatever a browser would fetch or run."""

    def __init__(self, text):
        super().__init__()
        self.figures, self.rows, self.asked, self.run = {}, [], [], []
        self._cell = False
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        if "data-figure" in found:
            self.figures[found["data-figure"]] = float(found["data-value"])
        self.asked += [value for name, value in attrs if name in ("src", "href", "srcset", "data")]
        self.run += [tag] if tag in ("script", "iframe", "object", "embed", "link", "form") else []
        self.run += [name for name, _ in attrs if name.startswith("on")]
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self._cell = True
            self.rows[-1].append("")

    def handle_data(self, data):
        if self.rows and self._cell:
            self.rows[-1][-1] += data

    def handle_endtag(self, tag):
        self._cell = self._cell and tag not in ("td", "th")


def test_every_key_figure_is_that_of_the_run(html, project):
    simulation = Simulation(project)
    evenings, new = [simulation.counts.sum(axis=0)], [0]
    for _ in range(project.days):
        simulation.step()
        evenings.append(simulation.counts.sum(axis=0))
        new.append(simulation.snapshot().incidence)
    evenings = np.array(evenings)

    def of(roles, colour=""):
        chosen = [state.role in roles or state.colour == colour for state in simulation.states]
        return evenings[:, chosen].sum(axis=1)

    figures = Reader(html).figures
    r_t = figures.pop("Largest R", None)
    assert figures == {
        "Ever infected": simulation.ever_infected,
        "Most infected at once": of(("latent", "infectious")).max(),
        "Most new infections on a day": max(new),
        "Most in hospital at once": of((), "hospital").max(),
        "Deaths": of(("dead",))[-1],
        "Susceptible at the end": of(("susceptible",))[-1],
    }
    assert r_t is None or r_t > 0


def test_the_weeks_are_those_of_the_run(html, outcome):
    labels = [state.label for state in outcome.states]
    rows = Reader(html).rows
    first = next(n for n, row in enumerate(rows) if row[-1] == "New since")
    assert rows[first] == ["Date", "Day", *labels, "New since"]
    weeks = rows[first + 1 : first + 8]
    assert [int(week[1]) for week in weeks] == [0, 7, 14, 21, 28, 35, 40]
    for week in weeks:
        counts = [int(cell.replace(",", "")) for cell in week[2:-1]]
        assert counts == outcome.totals[int(week[1])].tolist()
        assert sum(counts) == outcome.people
    assert sum(int(week[-1].replace(",", "")) for week in weeks) == outcome.new.sum()


def test_every_setting_is_there_with_its_source(html, project):
    rows = {tuple(row) for row in Reader(html).rows}
    sources = {row[4] for row in rows if len(row) == 6}
    for setting in project.settings():
        assert setting.declaration.source in sources
    assert ("Initial infected", "40 people") in {row[:2] for row in rows}


def test_seed_version_digest_and_project_file_are_there(html, outcome):
    assert f"seed {outcome.seed}" in html
    assert outcome.events_sha256 in html
    assert outcome.events_sha256 == digest_of(outcome.project)
    assert "Populace 0." in html
    assert "kind: nyc" in html


def digest_of(project):
    simulation = Simulation(project)
    simulation.run(project.days)
    return simulation.events_sha256()


def test_the_parts_of_the_protocol_are_there(html):
    for title in (
        "Purpose",
        "Entities, state variables and scales",
        "Initialisation",
        "Process overview and scheduling",
        "Stochasticity",
        "Submodels",
        "Input data",
    ):
        assert f"<h4>{title}</h4>" in html  # fmt: skip


def test_the_differences_and_the_checks_are_there(html):
    assert "people 8,804,190 → 8,000" in html
    assert "1 of 1 checks passed." in html


def test_the_file_runs_nothing_and_asks_nobody(html):
    reader = Reader(html)
    assert reader.run == []
    assert reader.asked
    assert all(address.startswith("data:image/png;base64,") for address in reader.asked)
    assert "default-src 'none'" in html
    outside = set(re.findall(r"https?://[^\s\"'<]+", html)) - {"http://www.w3.org/2000/svg"}
    assert not any(f'"{address}' in html or f"url({address}" in html for address in outside)


def test_what_a_project_says_is_shown_and_not_run(project):
    spec = project.spec() | {
        "name": "<script>alert(1)</script>",
        "description": '"><img src=x onerror=alert(1)>',
        "days": 2,
    }
    told = report_html(Outcome.of_project(Project.from_spec(spec))[0])
    assert Reader(told).run == []
    assert Reader(told).asked == []
    assert "&lt;script&gt;alert(1)" in told


@pytest.mark.slow
def test_the_pdf_is_one(html):
    if pdf.chromium() is None:
        with pytest.raises(ProjectError, match="print it from there"):
            pdf.pdf_of(html)
        return
    printed = pdf.pdf_of(html)
    assert printed.startswith(b"%PDF-")
    assert printed.rstrip().endswith(b"%%EOF")
    assert printed.count(b"/Type /Page") > 3


def test_without_a_browser_there_is_no_pdf_to_choose(monkeypatch, html):
    monkeypatch.setenv("PATH", "")
    assert pdf.chromium() is None
    with pytest.raises(ProjectError, match="needs Chromium"):
        pdf.pdf_of(html)


def test_the_table_of_the_series_is_that_of_the_run(outcome):
    table = outcome.table()
    assert table["new_infections"].sum() + 40 == outcome.ever_infected
    assert len(table) == 41
    assert str(table["date"][0]) == "2020-03-01"
    people = sum(table[state.name] for state in outcome.states)
    assert (people == outcome.people).all()


def test_observed_points_lie_on_their_dates():
    outcome = Outcome.of_project(Project.load("school_flu"))[0]
    chart = next(one for one in charts(outcome) if one.title == "Boys in bed")
    observed = next(curve for curve in chart.curves if curve.label == "Observed")
    assert observed.days[0] == 1  # 22 January, the day after the start
    assert observed.values[:3].tolist() == [3, 8, 26]
    drawn = chart.drawing().svg()
    assert drawn.count("<circle") == len(observed.values) + 1  # and one in the legend


def test_a_curve_is_drawn_where_its_numbers_say(outcome):
    chart = charts(outcome)[0]
    drawing = chart.drawing(720, 260)
    points = drawing.svg().split('fill="none" stroke="#c92a12"')[0].split('points="')[-1]
    heights = [float(pair.split(",")[1]) for pair in points.split('"')[0].split()]
    top = roomy(float(outcome.infected.max()))
    expected = 230 - 184 * outcome.infected / top
    assert np.allclose(heights, expected, atol=0.06)


def test_the_colours_on_paper_are_those_of_the_light_page():
    assert {name: LIGHT.colours()[name] for name in PAPER} == PAPER


@pytest.mark.parametrize("days", [1, 28, 62, 63, 180, 300, 1_000, 36_500])
def test_an_axis_has_a_few_dates(days, outcome):
    ticks = list(date_ticks(outcome.project.start_date, days))
    assert 1 <= len(ticks) <= 10
    assert all(0 <= day <= days for day, _ in ticks)


def test_key_figures_of_a_run_without_infections_are_zero():
    project = Project.load("town_flu").with_values(
        {"days": 5, "population.people": 1_000, "disease.transmission": 0.0}
    )
    found = {one.label: one.value for one in key_figures(Outcome.of_project(project)[0])}
    assert found["Most new infections on a day"] == 0
    assert "Largest R" not in found
