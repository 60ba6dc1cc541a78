"""What the Python model says of units of capacity in the comparison."""

import math
from dataclasses import replace

import numpy as np
from expected import annuity, figure, spread

from bbxl.model import capacity
from bbxl.model.requirements import PEAK_MISSED, PerformanceProfile, Requirements, peak

LAST = 60


def has(approach):
    """Whether a unit carries requests of it."""
    return approach.unit_capacity > 0


def worths(over, approach):
    """What one unit that each month needs is worth today; 0 beyond the horizon."""
    found, months = np.zeros(LAST + 1), int(over.months)
    if has(approach) and approach.has_units:
        for cost, weights in over.unit_weights(approach):
            found[1 : months + 1] += np.ravel(cost * weights)[:months]
    return found


def grown(of):
    """The volume of each month, in times today's; 0 where there is none."""
    month = np.arange(LAST + 1)
    inside = (month > 0) & (month <= of.months)
    return inside * (1 + of.over.volume_growth) ** ((month - 1) / 12)


def one_bought(over, approach, month):
    """Worth of a price of 1 paid in a month and not again, added up month by month."""
    life = max(1, approach.unit_life_months)
    price = (1 + over.infra_price_change) ** ((month - 1) / 12)
    discount = (1 + over.annual_rate) ** (-np.arange(LAST + 1 + int(life)) / 12)
    saved = over.tax_rate / life * discount[month : month + int(life)].sum()
    left = max(0, 1 - (over.months - month + 1) / life)
    back = approach.unit_residual * left * (1 - over.tax_rate) * discount[int(over.months)]
    return price * (discount[month] - saved - back)


def from_each_month_on(over, approach):
    """Worth of all that is bought from a month on: for a unit that is needed from then on, or,
    where fewer are needed each month, for one that was there from the start."""
    months, life = int(over.months), int(max(1, approach.unit_life_months))
    found = np.zeros(LAST + 1)
    for first in range(LAST + 1):
        since = 1 if over.volume_growth < 0 else first
        found[first] = approach.unit_price * sum(
            one_bought(over, approach, month)
            for month in range(since, months + 1, life)
            if month >= max(1, first)
        )
    return found


def monthly(of):
    """The tables of the Units sheet, and what stands beside them."""
    tables = {name: np.zeros((len(of.approaches), LAST + 1))
              for name in ("units", "bought", "bought_worth")}  # fmt: skip
    of.worths = np.zeros((len(of.approaches), LAST + 1))
    horizon = slice(1, of.months + 1)
    for i, each in enumerate(of.approaches):
        tables["units"][i, horizon] = each.units(of.volume * grown(of)[horizon])
        of.worths[i] = worths(of.over, each)
        if each.unit_price:
            needed = tables["units"][i, horizon]
            tables["bought"][i, horizon] = capacity.purchases(needed, each.unit_life_months)
            tables["bought_worth"][i] = from_each_month_on(of.over, each)
    months = dict.fromkeys((f"month_of_{name}" for name in tables), np.arange(LAST + 1))
    of.tables = tables
    logs = {"base_discount": "annual_rate", "base_infra": "infra_price_change",
            "base_requests": "volume_growth"}  # fmt: skip
    over, last = of.over, of.months
    price, discount = 1 + over.infra_price_change, 1 + over.annual_rate
    return months | {
        **{name: np.log1p(getattr(of.over, rate)) / 12 for name, rate in logs.items()},
        "base_after": price ** (last / 12) / discount ** ((last + 1) / 12),
        "base_back": (1 - over.tax_rate) * (price / discount) ** (last / 12),
        "busiest": grown(of).max(), "peak_rps": peak_of(of),
        **{name: spread(table, of.slots, of.room).T for name, table in tables.items()},
    }  # fmt: skip


def peak_of(of):
    """Requests a second at the peak of the busiest month."""
    return peak(of.volume, of.values["peak_factor"], of.over.volume_growth, of.months)


def costs(of):
    """What units cost each approach, a month and today."""
    rows = [cost(of, i, each) for i, each in enumerate(of.approaches)]
    return of.along(**{name: [row[name] for row in rows] for name in rows[0]})


def outgrown(of, each, today):
    """The first month that needs more units than today's volume."""
    for month in range(1, of.months + 1):
        if each.units(of.volume * (1 + of.over.volume_growth) ** ((month - 1) / 12)) > today:
            return month
    return "no month"


def cost(of, i, each):
    """What units cost one approach."""
    over, whole = of.over, annuity(of.over)
    start, slope = (part / whole for part in over.line(each))
    weights = of.worths[i]
    life, month = max(1, each.unit_life_months), np.arange(LAST + 1)
    infra = (1 + over.infra_price_change) ** ((month - 1) / 12)
    left = np.clip(1 - (of.months - month + 1) / life, 0, None)

    def worth_of(**without):
        (cost,) = {getattr(each, name) for name in without}
        then = over.present_cost(replace(each, **without), of.volume)
        return (over.present_cost(each, of.volume) - then) / cost if cost else 0.0

    tax = over.costs_after_tax(each, of.volume).ravel()[LAST + 1 :]
    later = (1 + over.annual_rate) ** (-np.arange(LAST + 1, LAST + 1 + len(tax)) / 12)
    kept = (1 + over.annual_rate) ** (-np.arange(life) / 12)
    half = np.abs(weights).sum() / 2 / whole
    needed = each.units(of.volume)
    rent = each.unit_monthly
    return {
        "unit_rent": rent, "unit_purchases": each.unit_price,
        "unit_life": life, "units_today": needed,
        "next_unit": needed * each.unit_capacity if has(each) else "",
        "outgrown": outgrown(of, each, needed) if has(each) else "",
        "unit_lives": capacity.bought(of.months, each.unit_life_months, each.unit_residual),
        "unit_cost": each.unit_cost(of.months) if each.has_units else 0.0,
        "weight_of_unit_rent": worth_of(unit_monthly=0.0),
        "weight_of_unit_purchases": worth_of(unit_price=0.0),
        "unit_kept": 1 - over.tax_rate * kept.sum() / life,
        "unit_price_kept": each.unit_price * (1 - over.tax_rate * kept.sum() / life),
        "unit_rent_kept": rent * (1 - over.tax_rate),
        "unit_got_back": each.unit_price * each.unit_residual
        * float(of.tables["bought"][i] @ (infra * left)),
        "unit_back_kept": each.unit_price * each.unit_residual * (1 - over.tax_rate) / life
        * (1 + over.annual_rate) ** (-of.months / 12),
        "bought_every": life if over.volume_growth < 0 else 1,
        "bought_again": 1 if over.volume_growth < 0 else life,
        "unit_left": float(of.tables["bought"][i] @ (infra * left)),
        "tax_later": -float(tax @ later),
        "line_start": start, "line_slope": slope,
        "present_units": over.units_present(each, of.volume) / whole if each.has_units else 0.0,
        "units_by_month": over.units_present(each, of.volume) / whole if each.has_units else 0.0,
        "present_start": start + weights.sum() / 2 / whole,
        "present_slope": slope + (weights @ grown(of) / each.unit_capacity / whole
                                  if has(each) else 0.0),
        "present_below": half, "present_above": half * (2 * max(1, each.units_minimum) - 1),
    }  # fmt: skip


def loads(of):
    """Whether each carries the load at the peak, and why not."""
    limit, reasons = peak_of(of), []
    for each, throughput in zip(of.approaches, of.inputs("throughput_rps"), strict=True):
        if throughput is None or has(each):
            reasons.append("")
            continue
        profile = PerformanceProfile(0, 0, throughput, 0, 0)
        figures = {"value": throughput, "gap": limit - throughput, "limit": limit}
        words = PEAK_MISSED.format(**{name: figure(n) for name, n in figures.items()})
        reasons.append(words if Requirements().why_not(profile, None, limit) else "")
    stated = [n is not None for n in of.inputs("throughput_rps")]
    met = ["units" if has(each) else "fail" if why else "pass" if known else "not tested"
           for each, why, known in zip(of.approaches, reasons, stated, strict=True)]  # fmt: skip
    return met, reasons


def passing(of, i):
    """From which volume one may pass, from which it does for certain, and up to which it does."""
    each, most = of.approaches[i], of.values["max_cost_per_1k"]
    to = math.inf
    if not has(each) and of.inputs("throughput_rps")[i] is not None:
        per_rps = 730 * 3600 / of.values["peak_factor"] / grown(of).max()
        to = of.inputs("throughput_rps")[i] * per_rps
    verdicts = [of.found[f"{name}_met"][i] for name in (
        "deployment", "latency", "throughput", "accuracy")]  # fmt: skip
    if "fail" in verdicts:
        return math.inf, math.inf, to
    if most is None:
        return 0.0, 0.0, to
    line, unit = each.cost_model(of.months), 0.0
    request, fixed = line.cost_per_request, line.monthly(0, of.months)
    if has(each):
        unit = of.fields["unit_cost"][of.slots[i]]
        request += unit / each.unit_capacity
    left = most - request * 1000

    def from_(part):
        if part == 0 and left >= 0:
            return 0.0
        start = part * 1000 / left if left > 0 else math.inf
        return start if start <= to else math.inf

    return from_(fixed), from_(fixed + unit * max(1, each.units_minimum)), to


def shown(volume, infinite):
    """A volume as a cell shows it."""
    return infinite if volume == math.inf else volume


def carried(of):
    """What the first carries, where that is less than the volume at which another is cheaper."""
    to = of.passes_to[of.first]
    follows = math.inf if of.next is None else of.overtakes[of.next]
    if to == math.inf or not of.passes[of.first] or to >= follows:
        return ""
    return f"{of.names[of.first]} carries up to {to:,.0f} requests a month at its throughput."
