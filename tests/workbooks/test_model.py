"""The comparison against the Python model: for the preset, and for 200 drawn scenarios."""

from dataclasses import replace

import numpy as np
import pytest
from filled import Filled

from bbxl import presets
from bbxl.breakeven import bands
from bbxl.cost import CostModel, DeploymentType, TCOComponents
from bbxl.projection import Projection
from bbxl.requirements import ApproachComparison, PerformanceProfile
from bbxl.risk import tornado
from bbxl.workbooks import build_vs_buy, library
from bbxl.workbooks.build_vs_buy.inputs import COSTS, SCENARIO

SCENARIOS = 200
FIELDS = [entry.field for entry in COSTS]
LABELS = {entry.field: entry.label for entry in (*COSTS, *SCENARIO)}
RATES = ("annual_rate", "volume_growth", "api_price_change", "infra_price_change", "wage_growth",
         "shock_month", "shock_factor", "tax_rate", "capitalised_share", "life_months")  # fmt: skip
PERFORMANCE = ("p99_latency_ms", "throughput_rps", "accuracy_score")
LIMITS = ("max_latency_p99", "min_throughput", "min_accuracy", "max_cost_per_1k")
WEIGHTS = ("latency", "cost", "accuracy", "throughput")
PRESET = presets.load("customer-support-classifier")


@pytest.fixture(scope="module")
def comparison():
    return Filled(build_vs_buy.model(PRESET))


def drawn(seed):
    """Values for every input that the model knows, with up to six approaches, gaps among them."""
    draw = np.random.default_rng(seed)

    def number(low, high, decimals):
        return round(float(draw.uniform(low, high)), decimals)

    values = {
        "requests_per_month": float(draw.integers(1, 20_000_000)),
        "months": int(draw.integers(1, 61)),
        "life_months": int(draw.integers(1, 61)),
        "shock_month": int(draw.integers(1, 61)),
        "shock_factor": float(draw.choice([1, number(0.3, 3, 2)])),
        "annual_rate": float(draw.choice([0, number(0, 0.3, 3)])),
        "volume_growth": number(-0.4, 1, 2),
        "api_price_change": number(-0.5, 0.3, 2),
        "infra_price_change": number(-0.5, 0.3, 2),
        "wage_growth": number(-0.1, 0.2, 3),
        "tax_rate": float(draw.choice([0, number(0, 0.95, 2)])),
        "capitalised_share": number(0, 1, 2),
        "swing": number(0.05, 0.5, 2),
        "max_latency_p99": draw.choice([None, 500.0, 2000.0]),
        "min_throughput": draw.choice([None, 150.0]),
        "min_accuracy": draw.choice([None, 0.8]),
        "max_cost_per_1k": draw.choice([None, number(1, 50, 2)]),
        "score_method": str(draw.choice(["raw", "minmax"])),
    }
    values |= {f"allow_{each.value}": str(draw.choice(["yes", "yes", "no"]))
               for each in DeploymentType}  # fmt: skip
    values |= {f"weight_{name}": number(0, 1, 2) for name in WEIGHTS}
    values |= {f"price_{i}_factor": number(0, 4, 2) for i in (1, 2, 3)}
    slots = draw.permutation(6)[: draw.integers(1, 7)] + 1
    for slot in range(1, 7):
        given = slot in slots
        costs = [
            number(0, 20_000, 2), number(0, 0.004, 5), number(0, 2000, 0), number(0, 80, 1),
            number(80, 250, 2), number(0, 2000, 2), number(0, 90_000, 2), number(0, 50_000, 2),
            number(0, 30, 1), number(0, 20, 1),
        ]  # fmt: skip
        known = {
            "name": f"Way {slot}", **dict(zip(FIELDS, costs, strict=True)),
            "deployment": str(draw.choice([each.value for each in DeploymentType])),
            "spectrum": "full_buy", "p99_latency_ms": number(20, 3000, 0),
            "throughput_rps": number(10, 900, 0), "accuracy_score": number(0.6, 1, 3),
        }  # fmt: skip
        values |= {f"approach_{slot}_{field}": value if given else None
                   for field, value in known.items()}  # fmt: skip
    return values


class Expected:
    """What the Python model says of a scenario; `slots` are the positions of its approaches."""

    def __init__(self, values):
        self.values = values
        self.slots = [i for i in range(7) if values.get(f"approach_{i + 1}_name")]
        self.names = [values[f"approach_{i + 1}_name"] for i in self.slots]
        self.approaches = [
            TCOComponents(**{field: values[f"approach_{i + 1}_{field}"] for field in FIELDS})
            for i in self.slots
        ]
        self.volume, self.months = values["requests_per_month"], values["months"]
        self.over = Projection(self.months, **{name: values[name] for name in RATES})
        self.tco = [each.tco(self.volume, self.months) for each in self.approaches]
        self.monthly = [
            self.over.present_cost(each, self.volume) / self.months for each in self.approaches
        ]
        # Present cost a month is a line: the bands and breakevens are those of its lines.
        lines = [self.over.line(each) for each in self.approaches]
        self.lines = {
            name: CostModel(0, slope / self.months, start / self.months)
            for name, (start, slope) in zip(self.names, lines, strict=True)
        }
        self.matched = ApproachComparison("drawn")
        for i, name, tco in zip(self.slots, self.names, self.tco, strict=True):
            measured = [values[f"approach_{i + 1}_{field}"] for field in PERFORMANCE]
            measured = [np.nan if each is None else each for each in measured]
            profile = PerformanceProfile(0, *measured, tco.cost_per_request * 1000)
            where = DeploymentType(values[f"approach_{i + 1}_deployment"])
            self.matched.add_approach(name, profile, where)
        limits = {k: values[k] for k in LIMITS if values[k] is not None}
        allowed = [each for each in DeploymentType if values[f"allow_{each.value}"] == "yes"]
        if len(allowed) < len(DeploymentType):
            limits["deployments"] = allowed
        self.meets = self.matched.meets_requirements(**limits)
        self.why_not = self.matched.why_not(**limits)
        self.order = sorted(
            range(len(self.names)), key=lambda i: (not self.meets[self.names[i]], self.monthly[i])
        )


def close(shown, expected):
    assert shown == pytest.approx(expected, rel=1e-9, abs=1e-9)


def at(shown, slots):
    """The values of the used slots, the others being empty."""
    others = [each for i, each in enumerate(shown) if i not in slots]
    assert set(others) <= {"", "#N/A"}
    return [shown[i] for i in slots]


def agrees(book, expected):
    """Hold every block of the workbook against the model."""
    slots = expected.slots
    for field in ("monthly_total", "annual_total", "horizon_total"):
        close(at(book.field(field), slots), [getattr(each, field) for each in expected.tco])
    close(at(book.field("cost_per_1k"), slots), [t.cost_per_request * 1000 for t in expected.tco])
    for field, component in (
        ("compute", "compute"), ("engineering", "engineering"), ("compliance", "compliance"),
        ("development_amortized", "development_amortized"), ("tooling_monthly", "tooling"),
        ("data_and_training_amortized", "data_and_training_amortized"),
    ):  # fmt: skip
        close(at(book.field(field), slots), [t.breakdown[component] for t in expected.tco])
    for i, (stream, field) in enumerate(zip(
        ("development", "data_and_training", "infrastructure", "wages", "tooling", "per_request"),
        ("development", "data", "infrastructure", "wages", "tooling", "requests"), strict=True,
    )):  # fmt: skip
        close(at(book.field(stream), slots), [each.streams()[i] for each in expected.approaches])
        close(book.field(f"weight_of_{field}"), expected.over.weights[i])
    timeline(book, expected)
    close(at(book.field("present_monthly"), slots), expected.monthly)
    close(
        at(book.field("present_start"), slots), [m.fixed_monthly for m in expected.lines.values()]
    )
    close(at(book.field("present_slope"), slots),
          [m.cost_per_request for m in expected.lines.values()])  # fmt: skip
    crossings(book, expected)
    required(book, expected)
    sensitive(book, expected)
    assert book.field("checks") == "All checks OK"


def timeline(book, expected):
    months = expected.months
    factors = replace(expected.over, months=60).discount_factors()
    close(book.field("discount_factor"), factors)
    costs = np.array([expected.over.costs(each, expected.volume) for each in expected.approaches])
    shown = book.field("cost")[:, expected.slots]
    close(shown[: months + 1].T.astype(float), costs)
    assert not shown[months + 1 :].any()
    cumulative = book.field("cumulative_cost")
    close(cumulative[: months + 1, expected.slots].T.astype(float), costs.cumsum(axis=1))
    assert set(cumulative[months + 1 :].ravel()) <= {"#N/A"}
    close(at(book.field("nominal_cost"), expected.slots), costs.sum(axis=1))
    after_tax = book.field("after_tax")[:, expected.slots].astype(float)
    close(factors @ after_tax, np.array(expected.monthly) * months)


def crossings(book, expected):
    matrix = book.field("breakeven")
    for i, a in zip(expected.slots, expected.approaches, strict=True):
        for j, b in zip(expected.slots, expected.approaches, strict=True):
            volume = expected.over.breakeven(a, b)
            if i == j:
                assert matrix[i, j] == ""
            elif np.isnan(volume):
                assert matrix[i, j] == "none"
            else:
                assert matrix[i, j] == pytest.approx(volume, rel=1e-7)  # a quotient of differences
    found = bands(expected.lines, 1)
    close([each for each in book.field("band_from") if each != ""], [b.start for b in found])
    ends = [each for each in book.field("band_to") if each != ""]
    assert ends.pop() == "no limit"
    close(ends, [b.end for b in found[:-1]])
    assert [each for each in book.field("band_name") if each] == [b.cheapest for b in found]
    volumes, shown = book.field("volume").astype(float), book.field("cost_at_volume")
    assert volumes[-1] >= max(expected.volume, found[-1].start)
    for i, line in zip(expected.slots, expected.lines.values(), strict=True):
        close(shown[:, i].astype(float), line.monthly(volumes, 1))


def required(book, expected):
    slots = expected.slots
    verdicts = ["pass" if met else "fail" for met in expected.meets.values()]
    assert at(book.field("verdict"), slots) == verdicts
    reasons = at(book.field("why_not"), slots)
    for shown, why in zip(reasons, expected.why_not.values(), strict=True):
        # Costs in words are rounded to four decimals; the model writes ten digits.
        assert shown.split("; ") == (why or [""]) or "cost of" in shown
    weights = {name: expected.values[f"weight_{name}"] for name in WEIGHTS}
    ranked = expected.matched.rank_by_priority(weights, expected.values["score_method"])
    scores, ranks = at(book.field("score"), slots), at(book.field("rank"), slots)
    ranked = [(name, score) for name, score in ranked if not np.isnan(score)]
    close(sorted(each for each in scores if each != ""), [score for _, score in ranked])
    by_rank = dict(zip(ranks, expected.names, strict=True))
    assert [by_rank[i + 1] for i in range(len(ranked))] == [name for name, _ in ranked]
    best = [expected.names[i] for i in expected.order]
    assert [name for name in book.field("placed_name") if name] == best
    passing = [name for name in best if expected.meets[name]]
    assert book.field("recommended") == (passing[0] if passing else "none")
    cheapest = expected.names[int(np.argmin(expected.monthly))]
    assert book.field("cheapest") == cheapest
    close(book.field("cheapest_cost"), min(expected.monthly))


def sensitive(book, expected):
    values, volume = expected.values, expected.volume
    for i, factor in enumerate(values[f"price_{k}_factor"] for k in (1, 2, 3)):
        repriced = [replace(each, api_cost_per_request=each.api_cost_per_request * factor)
                    for each in expected.approaches]  # fmt: skip
        costs = [expected.over.present_cost(each, volume) / expected.months for each in repriced]
        close(at(book.field("price_cost")[i], expected.slots), costs)
        assert book.field("price_winner")[i] == expected.names[int(np.argmin(costs))]
    if len(expected.order) < 2:
        assert set(book.field("tornado_driver")) == {""}
        return
    first, second = expected.order[:2]
    a, b = expected.approaches[first], expected.approaches[second]
    difference = expected.monthly[first] - expected.monthly[second]
    close(book.field("difference"), difference)
    # Each driver that the model moves, by the label that the workbook gives it.
    effects = {
        (part[0] + ": " if part[1:] else "") + LABELS[part[-1]]: (effect.low, effect.high)
        for effect in tornado(a, b, volume, expected.over, values["swing"], ("first", "second"))
        for part in [effect.driver.split(": ")]
    }
    shown = {}
    for table, prefix in (("leader", "first: "), ("challenger", "second: "), ("common", "")):
        drivers, low, high = (book.field(f"{table}_{n}") for n in ("driver", "low", "high"))
        for driver, *pair in zip(drivers, low, high, strict=True):
            shown[prefix + driver.rpartition(": ")[2]] = pair
    scale = max(map(abs, expected.monthly))
    for label, pair in shown.items():
        assert pair == pytest.approx(effects.get(label, (difference,) * 2),
                                     rel=1e-9, abs=1e-9 * scale), label  # fmt: skip
    assert set(effects) <= set(shown)
    widths = sorted((abs(low - high) for low, high in shown.values()), reverse=True)
    assert book.field("tornado_width") == pytest.approx(widths[:10], rel=1e-7, abs=1e-9 * scale)


def as_filled(preset):
    """A preset as values of the inputs."""
    required = preset.scenarios["default"]["requirements"] if preset.scenarios else {}
    values = drawn(0) | dict.fromkeys(RATES, 0.0) | dict.fromkeys(LIMITS) | required
    values |= {"requests_per_month": preset.requests_per_month, "months": preset.months,
               "shock_month": 1, "shock_factor": 1.0, "life_months": 36, "swing": 0.2}  # fmt: skip
    values |= {f"allow_{each.value}": "yes" for each in DeploymentType}
    fields = [name.split("_", 2)[2] for name in values if name.startswith("approach_1_")]
    for slot in range(1, max(6, len(preset.approaches)) + 1):
        name = dict(enumerate(preset.approaches, start=1)).get(slot)
        measured = preset.performance.get(name, {})
        given = {"name": name, **preset.approaches.get(name, {}), **measured}
        values |= {f"approach_{slot}_{field}": given.get(field) for field in fields}
    return values


@pytest.mark.parametrize("name", library.TEMPLATES["build-vs-buy"].presets)
def test_the_presets_agree(name):
    preset = presets.load(name)
    book, values = Filled(build_vs_buy.model(preset)), as_filled(preset)
    book.fill(values)
    agrees(book, Expected(values))


def test_drawn_scenarios_agree(comparison):
    for seed in range(SCENARIOS):
        values = drawn(seed)
        comparison.fill(values)
        agrees(comparison, Expected(values))


def without(*slots):
    return {name: None for name in as_filled(PRESET)
            if name.startswith(tuple(f"approach_{slot}_" for slot in slots))}  # fmt: skip


TWICE = {f"approach_2_{field}": PRESET.approaches["API"][field] for field in FIELDS}
EXTREMES = {
    "zero volume": ({"requests_per_month": 0}, "At 0 requests a month over 12 months, API is"),
    "one approach": (without(2, 3), "There is no other approach to compare it with."),
    "nothing": (without(1, 2, 3), "Nothing can be compared yet: fill in the Inputs sheet."),
    "no horizon": ({"months": None}, "Nothing can be compared yet: fill in the Inputs sheet."),
    "text": ({"requests_per_month": "x"}, "Nothing can be compared yet: fill in the Inputs"),
    "all fail": ({"min_accuracy": 0.99}, "No approach meets every requirement at 2,000,000"),
    "a tie": (TWICE | without(3), "Fine-tuned costs the same."),
    "one passes": ({"min_accuracy": 0.9, "max_latency_p99": 1500.0}, "Fine-tuned is the only"),
    "incomplete": ({"approach_1_initial_dev_hours": None}, "Fine-tuned is the only approach"),
}
CHARTED = {"cumulative_cost", "cost_at_volume", "mark_volume", "mark_cost", "today_cost",
           "change_low", "change_high"}  # fmt: skip


@pytest.mark.parametrize(("change", "words"), EXTREMES.values(), ids=EXTREMES)
def test_extremes_give_a_true_sentence_and_no_errors(comparison, change, words):
    comparison.fill(as_filled(PRESET) | change)
    assert words in comparison.field("recommendation")
    for field in set(comparison.model.places) - CHARTED:
        shown = np.ravel(np.array(comparison.field(field), dtype=object))
        assert not [each for each in shown if str(each).startswith("#")], field
