"""Worksheet functions of risk: tornado and simulation.

The model's modules are imported only when asked, since a spreadsheet waits
for the import of this one.
"""

from typing import Annotated

from bbxl.model.projection import Projection
from bbxl.model.quantities import (
    Changes,
    Fraction,
    Months,
    Quantity,
    Seed,
    Spread,
    Swing,
    Volume,
)
from bbxl.worksheet.readers import CellError, Rows
from bbxl.worksheet.registry import worksheet_function
from bbxl.worksheet.tables import Approaches
from bbxl.xlsx.cells import ExcelError

CATEGORY = "Risk"

MOST_SIMULATED = 100  # approaches: each takes half a megabyte to count in
MOST_DRAWN = 5_000_000  # draws of all approaches: a second or two

Draws = Annotated[
    float, Quantity("a whole number of draws from 1 to 1,000,000", 1, 1e6, whole=True)
]


@worksheet_function(CATEGORY)
def tornado(
    approaches: Approaches,
    a: str,
    b: str,
    requests: Volume,
    months: Months = 12,
    swing: Swing = 0.2,
    points: Swing = 0.05,
) -> Rows:
    """What A costs more than B a month with each driver low and high, the widest effect first.

    What approaches share, the hourly rate for instance, moves for both.

    Parameters
    ----------
    approaches
        table of approaches with its labels
    a
        name of approach A
    b
        name of approach B
    requests
        requests a month
    months
        horizon over which upfront costs are spread
    swing
        share by which each driver is lower and higher, alone
    points
        how much lower and higher rates are: 0.05 is five percentage points
    """
    from bbxl.model import risk

    (one, mine), (other, theirs) = approaches.named(a), approaches.named(b)
    effects = risk.tornado(
        mine, theirs, float(requests), Projection(months), swing, (one, other), points
    )
    return [["driver", "low", "high"], *(list(effect) for effect in effects)]


@worksheet_function(CATEGORY)
def simulate(
    approaches: Approaches,
    requests: Volume,
    months: Months = 12,
    spread: Fraction = 0.2,
    draws: Draws = 10_000,
    seed: Seed = 1,
    price_changes_a_year: Changes = 0,
    price_change_spread: Spread = 0,
) -> Rows:
    """Cost a month of each approach when all drivers are uncertain, and how often it is cheapest.

    Parameters
    ----------
    approaches
        table of approaches with its labels
    requests
        requests a month
    months
        horizon over which upfront costs are spread
    spread
        each driver is drawn from a triangle this share below and above its estimate
    draws
        number of draws, up to 1,000,000
    seed
        the same seed gives the same numbers
    price_changes_a_year
        how often API prices change, on average, each time up or down
    price_change_spread
        how far: standard deviation of the logarithm of one change (0.5 is 50%)
    """
    from bbxl.model.distributions import Fixed, Triangular
    from bbxl.model.simulation import simulate as simulation

    if len(approaches.names) > MOST_SIMULATED or len(approaches.names) * draws > MOST_DRAWN:
        words = f"{MOST_SIMULATED} approaches, or {MOST_DRAWN:,} draws in all"
        raise CellError(ExcelError.NUM, f"it would take more than {words}")
    low, high = float(1 - spread), float(1 + spread)
    factor = Triangular(low, 1.0, high) if low < high else Fixed()
    found = simulation(
        approaches.each(),
        requests,
        Projection(months),
        factor,
        draws,
        seed,
        False,
        price_changes_a_year,
        price_change_spread,
    )
    header = ["approach", "P10", "P50", "P90", "probability cheapest"]
    columns = (
        found.p10 / months,
        found.p50 / months,
        found.p90 / months,
        found.probability_cheapest,
    )
    rows = zip(found.names, *(column.tolist() for column in columns), strict=True)
    return [header, *(list(row) for row in rows)]
