"""Drawn tables and numbers, hostile ones too: the names answer as the registry does."""

import openpyxl
import pytest
from formulon_excel import Formulon
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.utils import get_column_letter
from test_answers import assert_same

from bbxl.hosts.names import frame
from bbxl.model.cost import CostModel
from bbxl.model.drivers import TCOComponents
from bbxl.model.requirements import PerformanceProfile
from bbxl.worksheet import REGISTRY
from bbxl.worksheet.columns import columns_of
from bbxl.worksheet.registry import Cells, Deployments
from bbxl.worksheet.tables import Approaches
from bbxl.xlsx.cells import ExcelError

SHEET = "Drawn"
HOSTILE = [None, "x", "  ", True, -1, ExcelError.NA, ExcelError.DIV0]
SCALE = {
    "api_cost_per_request": 0.01,
    "unit_capacity": 20.0,
    "cost_per_request": 0.01,
    "accuracy_score": 1.0,
}
PLACES = [None, "api", "Self Hosted Cloud", "self-hosted-on-prem", "API", "moon"]
BUILT = [None, "full build", "Full_Buy"]
ROUNDING = {"BB_TORNADO": 1e-6, "BB_NPV": 1e-6}  # differences of costs of up to 1e9
TIES = {"BB_TORNADO", "BB_RANK"}  # their order hangs on the last digit where effects are equal


@pytest.fixture(scope="module")
def names(tmp_path_factory):
    book = openpyxl.Workbook()
    book.active.title = SHEET
    path = tmp_path_factory.mktemp("names") / "drawn.xlsx"
    book.save(path)
    return Formulon(path.read_bytes())


def figures(least, most):
    steps = st.sampled_from([0, 1, 2, 4]) | st.integers(0, 4_000_000).map(lambda n: n / 1_000_000)
    return steps.map(lambda n: least + (most - least) * n / 4)


def often(usual, hostile):
    """Mostly the one, now and then the other."""
    return st.integers(0, 19).flatmap(lambda n: hostile if n == 0 else usual)


def spelled(label):
    return st.sampled_from(
        [label, label.replace("_", " ").title(), label.replace("_", "-"), f"{label} (USD)"]
    )


@st.composite
def table_of(draw, record):
    columns = list(columns_of(record).values())
    optional = [each for each in columns if not each.required]
    kept = draw(st.lists(st.sampled_from(optional), unique=True)) if optional else []
    chosen = draw(st.permutations([each for each in columns if each.required] + kept))
    rows = [[draw(spelled(each.name)) for each in chosen]]
    for position in range(draw(st.integers(1, 4))):
        name = st.just(f"Approach {position}")
        cells = {"name": often(name, st.sampled_from(["Approach 0", None, 7]))}
        cells |= {"deployment": st.sampled_from(PLACES), "spectrum": st.sampled_from(BUILT)}
        cells |= {"adds_units": st.sampled_from([None, "yes", "No", "perhaps"])}
        row = []
        for each in chosen:
            row.append(draw(cells[each.name] if each.name in cells else number_of(each)))
        rows.append(row)
    if draw(st.integers(0, 9)) == 0:
        rows.insert(1, ["Unit" if each.name == "name" else "u" for each in chosen])
    if draw(st.integers(0, 19)) == 0:
        rows[0][-1] = "bogus"
    return [list(column) for column in zip(*rows, strict=True)] if draw(st.booleans()) else rows


def number_of(column):
    kind = column.kind
    most = min(kind.maximum, SCALE.get(column.name, 1000.0))
    least = max(kind.minimum, -0.9)
    usual = st.integers(0, 40).map(float) if kind.whole else figures(least, most)
    return often(usual, st.sampled_from(HOSTILE))


@st.composite
def numbers_of(draw, quantity):
    least = max(quantity.minimum, -0.9)
    usual = figures(least, min(quantity.maximum, 100 if least >= 0 else 1))
    if quantity.whole:
        usual = st.integers(int(quantity.minimum), 24).map(float)
    cell = often(usual, st.sampled_from(HOSTILE))
    height, width = draw(st.sampled_from([(1, 1)] * 6 + [(1, 2), (2, 1), (1, 3), (3, 1), (2, 2)]))
    return [[draw(cell) for _ in range(width)] for _ in range(height)]


def argument_of(each):
    if each.hint is Cells:
        return st.sampled_from([TCOComponents, CostModel, PerformanceProfile]).flatmap(table_of)
    if each.is_table:
        records = [TCOComponents, CostModel] if each.hint is Approaches else [PerformanceProfile]
        return st.sampled_from(records).flatmap(lambda record: table_of(record))
    if each.quantity:
        return numbers_of(each.quantity)
    if each.hint is Deployments:
        return st.sampled_from([[[None]], [["api"]], [["api, self_hosted_cloud"]], [["moon"]]])
    if each.choices:
        return st.sampled_from([[[choice]] for choice in (*each.choices, None, "y")])
    return st.sampled_from([[["Approach 0"]], [["approach 1"]], [["nobody"]], [[5]]])


def placed(arguments):
    """Rows of a sheet with the arguments one below the other, and where each stands."""
    rows, references = [], []
    for cells in arguments:
        top, last = len(rows) + 1, get_column_letter(len(cells[0]))
        rows += [*cells, []]
        references.append(f"{SHEET}!A{top}:{last}{top + len(cells) - 1}")
    return rows, references


def asked(name, names, arguments, left_out):
    """What the registry and the names answer, where some arguments at the end are left out."""
    function = REGISTRY[name]
    required = sum(each.required for each in function.arguments)
    arguments = arguments[: max(required, len(arguments) - left_out)]
    rows, references = placed(arguments)
    names.fill(SHEET, rows)
    expected = function(*arguments)
    answer = names.answer(f"={name}({','.join(references)})")
    if name in TIES and isinstance(expected, list):
        expected, answer = sorted(expected, key=str), sorted(answer, key=str)
    return expected if isinstance(expected, list) else [[expected]], answer


def arguments_of(name):
    return st.tuples(*(argument_of(each) for each in REGISTRY[name].arguments))


FEWER = settings(max_examples=settings().max_examples // 15)  # each takes up to half a second
FEW = settings(max_examples=settings().max_examples // 40)


@pytest.mark.parametrize(
    "name", [n for n in frame.names() if not frame.hidden(n) and REGISTRY[n].arguments]
)
def test_a_function_answers_as_the_registry(name, names):
    @FEWER
    @given(arguments_of(name), st.integers(0, 12))
    def check(arguments, left_out):
        expected, answer = asked(name, names, arguments, left_out)
        assert_same(answer, expected, ROUNDING.get(name, 1e-12))

    check()


@st.composite
def with_units(draw):
    """Two or three approaches of which some rent or buy units, at prices that cross."""
    capacities = draw(st.lists(st.sampled_from([1e6, 5e5, 1234567.5]), min_size=1, max_size=2))
    figure = {
        "infrastructure_monthly": [0, 200, 1000],
        "api_cost_per_request": [0, 0.001, 0.0002, 0.0017],
        "initial_dev_hours": [0, 160],
        "monthly_maintenance_hours": [0, 10],
        "unit_monthly": [0, 600, 1450],
        "unit_price": [0, 9000, 34000],
        "unit_life_months": [1, 6, 24, 36, 60],
        "unit_residual": [0, 0.25, 1],
        "unit_capacity": capacities,
        "units_minimum": [0, 1, 5],
        "exit_cost": [0, 300],
    }
    rows = [["name", *figure]]
    for position in range(draw(st.integers(2, 3))):
        rows.append([f"Approach {position}", *(draw(st.sampled_from(figure[f])) for f in figure)])
    return rows


USUAL = {
    "requests": [0, 1000, 1e6, 2_500_000, 7_140_366],
    "months": [1, 12, 24, 37],
    "annual_rate": [0, 0.1, -0.2],
    "volume_growth": [0, 0, 0.3, -0.3, 1],
    "api_price_change": [0, -0.4],
    "infra_price_change": [0, -0.4, 0.1],
    "wage_growth": [0, 0.03],
    "tax_rate": [0, 0.25],
    "capitalised_share": [0, 0.5],
    "life_months": [36, 12],
    "shock_factor": [1, 2],
    "shock_month": [1, 7],
    "swing": [0.2, 0.85],
    "points": [0.05],
}
NAMED = {"a": 0, "b": 1, "from_approach": 0, "to_approach": 1}


def usual(each):
    if each.is_table:
        return with_units()
    if each.name in NAMED:
        return st.just([[f"Approach {NAMED[each.name]}"]])
    values = each.choices or USUAL[each.name]
    return st.sampled_from(values).map(lambda value: [[value]])


@pytest.mark.parametrize(
    "name",
    [
        name
        for name in frame.names()
        if name in REGISTRY and any(each.hint is Approaches for each in REGISTRY[name].arguments)
    ],
)
def test_units_cost_what_they_do_in_the_registry(name, names):
    @(FEW if name == "BB_TORNADO" else FEWER)
    @given(st.tuples(*(usual(each) for each in REGISTRY[name].arguments)))
    def check(arguments):
        expected, answer = asked(name, names, arguments, 0)
        assert_same(answer, expected, ROUNDING.get(name, 1e-6))

    check()
