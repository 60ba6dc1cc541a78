"""The comparison against the Python model: for the preset, and for drawn scenarios."""

import os
from functools import cache, lru_cache
from typing import NamedTuple

import numpy as np
import pytest
from expected import LIMITS
from expected_comparison import FIELDS, LISTED, OWN, RATES, Comparison
from filled import Filled, Many, shared

from bbxl import presets
from bbxl.model.drivers import DeploymentType, Spectrum
from bbxl.workbooks import build_vs_buy, library
from bbxl.workbooks.build_vs_buy.axes import PRICES, VOLUMES
from bbxl.workbooks.build_vs_buy.inputs import API, BY_CASE, COSTS, TYPED_API_COST
from bbxl.workbooks.build_vs_buy.spreads import SPREADS

SCENARIOS = int(os.environ.get("BBXL_DRAWN", "50"))
AT_ONCE = 50
SHOWN = ("recommendation", "answer", "answer_cheaper", "answer_volume", "answer_certainty",
         "band_name", "band_from", "band_to", "band_verdict", "reversals")  # fmt: skip
DEFAULTS = {each.field: each.value for each in COSTS if each.value is not None}
DRAWN = {  # unit of a driver -> lowest, highest and decimals of what is drawn
    "currency a month": (0, 20_000, 2), "currency a request": (0, 0.004, 5),
    "currency, once": (0, 90_000, 2), "currency an hour": (80, 250, 2),
    "hours, once": (0, 2000, 0), "hours a month": (0, 80, 1), "currency, each time": (0, 90_000, 2),
    "currency, at the end": (0, 90_000, 2), "currency an error": (0, 0.05, 4), "months": (1, 24, 0),
    "a year": (-0.9, 0, 2), "currency a unit and month": (0, 3000, 2),
    "currency a unit": (0, 40_000, 2), "share": (0, 1, 2), "units": (0, 4, 0),
    "requests a month": (20_000, 5_000_000, 0),
}  # fmt: skip
TOKENS = [each.name for each in API[1:]]
LATER = ("retraining_cost", "retraining_every_months", "migration_cost", "exit_cost")
ERRORS = ("cost_per_error", "error_rate_change")
UNITS = tuple(each.field for each in COSTS if each.field.startswith("unit"))
BOUGHT = ("unit_price", "unit_residual")
NONE = (
    (*LATER, *ERRORS, *UNITS),
    (*ERRORS, *UNITS),
    (*LATER, *BOUGHT),
    BOUGHT,
    (),
    (),
)  # of what may be left empty, what is
REQUIRED = [each for each in COSTS if each.required]
REQUIRED.insert(1, TYPED_API_COST)
WEIGHTS = ("latency", "cost", "accuracy", "throughput")
PRESET = presets.load("customer-support-classifier")


def shared_comparison():
    """The comparison with the preset, loaded once for all tests."""
    return shared(build_vs_buy, PRESET.name)


@cache
def many():
    """The comparison, to be filled with many scenarios at once."""
    return Many(shared_comparison(), drawn(0))


@lru_cache(maxsize=4)
def _drawn_from(first):
    return many().filled([drawn(first + i) for i in range(AT_ONCE)])


def of_drawn(seed):
    """The comparison as it is with a drawn scenario, for all tests that read it."""
    return _drawn_from(seed - seed % AT_ONCE)[seed % AT_ONCE]


class Reading(NamedTuple):
    """What a filled comparison says, what the model says of it, and where a cell differs."""

    shown: dict
    of: Comparison
    wrong: object


def reading_of(values, book):
    """A filled comparison, held against the model cell by cell."""
    of, wrong = Comparison(values, book), None
    shown = {field: book.field(field) for field in SHOWN}
    try:
        book.agrees(of.fields, of.sizes)
    except AssertionError as fault:
        wrong = fault.args or "a cell that belongs to no field"
    return Reading(shown, of.without_cells(), wrong)


@cache
def reading(seed):
    """That of a drawn scenario."""
    return reading_of(drawn(seed), of_drawn(seed))


@pytest.fixture(scope="module")
def comparison():
    return shared_comparison()


def of_cases(seed):
    """Which case is in use, and the low and high values of some drivers; the most often none."""
    draw = np.random.default_rng(seed + 2_000_000)
    values = {"case": "base"}
    for case in ("low", "high"):
        known = {
            "requests_per_month": float(draw.integers(0, 20_000_000)),
            "months": int(draw.integers(1, 61)), "annual_rate": round(draw.uniform(0, 0.4), 3),
            "volume_growth": round(draw.uniform(-0.4, 1), 3),
            "tax_rate": round(draw.uniform(0, 0.5), 2),
            "shock_factor": round(draw.uniform(0, 4), 2),
        }  # fmt: skip
        filled = draw.random() < 0.5
        for each in BY_CASE:
            value = known.get(each.field) if filled and draw.random() < 0.5 else None
            values[f"{each.field}_{case}"] = value
    if draw.random() < 0.3:
        values["case"] = str(draw.choice(["low", "high"]))
    return values


def drawn(seed):
    """Values for every input that the model knows, with up to six approaches, gaps among them."""
    draw = np.random.default_rng(seed)

    def number(low, high, decimals):
        return round(float(draw.uniform(low, high)), decimals)

    values = {
        "currency": ("USD", "EUR", "CHF", "Kč")[seed % 4],
        "usd_rate": (1.0, 0.875, 1.0, 21.5)[seed % 4],
        "requests_per_month": float(draw.integers(1, 20_000_000)),
        "months": int(draw.integers(1, 61)),
        "peak_factor": 3.0,
        **of_cases(seed),
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
        "rate_swing": float(draw.choice([0, number(0.01, 0.3, 2)])),
        "input_tokens": float(draw.integers(0, 3000)),
        "output_tokens": float(draw.integers(0, 900)),
        "max_latency_p99": draw.choice([None, 500.0, 2000.0]),
        "min_throughput": draw.choice([None, 150.0]),
        "min_accuracy": draw.choice([None, 0.8]),
        "max_cost_per_1k": draw.choice([None, number(1, 50, 2)]),
        "score_method": str(draw.choice(["raw", "minmax"])),
    }
    values |= {f"allow_{each.value}": str(draw.choice(["yes", "yes", "no"]))
               for each in DeploymentType}  # fmt: skip
    values |= {f"weight_{name}": number(0, 1, 2) for name in WEIGHTS}
    values |= {f"price_{i}_factor": number(0, 4, 2) for i in range(1, PRICES.count + 1)}
    values |= {f"volume_{i}_times": number(0, 5, 2) for i in range(1, VOLUMES.count + 1)}
    more = np.random.default_rng(seed + 1_000_000)  # of what may be left empty
    slots = draw.permutation(6)[: draw.integers(1, 7)] + 1
    for slot in range(1, 7):
        given = slot in slots
        known = {
            "name": f"Way {slot}",
            **{each.name: number(*DRAWN[each.unit]) for each in REQUIRED},
            **{each.field: round(float(more.uniform(*DRAWN[each.unit][:2])), DRAWN[each.unit][2])
               for each in COSTS if not each.required},
            **dict.fromkeys(NONE[more.integers(len(NONE))]),
            "deployment": str(draw.choice([each.words for each in DeploymentType])),
            "spectrum": "full buy", "p99_latency_ms": number(20, 3000, 0),
            "throughput_rps": number(10, 900, 0), "accuracy_score": number(0.6, 1, 3),
        }  # fmt: skip
        values |= {f"approach_{slot}_{field}": value if given else None
                   for field, value in known.items()}  # fmt: skip
    values |= by_tokens(seed, slots)
    # Mostly nobody is named, or two; seldom one that is not there, or the same twice.
    named = draw.permutation([f"Way {slot}" for slot in slots])
    pair = [None, None] if len(named) < 2 or draw.random() < 0.4 else named[:2].tolist()
    odd = draw.random() < 0.1
    values |= {"move_from": str(draw.choice([*named, "Way 9"])) if odd else pair[0],
               "move_to": pair[1]}  # fmt: skip
    known = draw.integers(0, 13)
    for month in range(1, 13):
        some = draw.random(2) < (month <= known) * 0.8
        for field, top, is_known in (("served", 2e7, some[0]), ("paid", 9e4, some[1])):
            values[f"month_{month}_{field}"] = number(0, top, 2) if is_known else None
    far = np.random.default_rng(seed + 2_000_000)
    values |= {each.field: float(far.choice([0.0, *far.uniform(0, 0.9, 3).round(2)]))
               for each in SPREADS}  # fmt: skip
    values |= {"start_date": float(draw.integers(45_000, 48_000)),
               "hours_per_fte": float(draw.integers(100, 180))}  # fmt: skip
    return values


def by_tokens(seed, slots):
    """Of some approaches a model and tokens, not a typed cost; and a model of one's own."""
    draw = np.random.default_rng(seed + 2_000_000)
    own = {"model": "own*", "input_price": 3.25, "output_price": 12.5, "longest": None,
           "cached_price": 0.5 if draw.random() < 0.5 else None,
           "batch_price": 0.75 if draw.random() < 0.5 else None,
           "model_date": None, "model_source": "a quote"}  # fmt: skip
    values = {f"model_{OWN}_{name}": value for name, value in own.items()}
    models = [*LISTED["model"], own]
    for slot in range(1, 7):
        given, priced = dict.fromkeys(TOKENS), models[draw.integers(len(models))]
        if slot in slots and draw.random() < 0.4:
            tokens = draw.integers(0, 1500)
            given = {"api_cost_per_request": None, "api_model": priced["model"],
                     "tokens_in": float(tokens), "tokens_out": float(draw.integers(0, 150)),
                     "tokens_cached": float(draw.integers(0, tokens + 1)),
                     "asked_again": round(draw.random() / 5, 3),
                     "batch_share": round(draw.random(), 2)}  # fmt: skip
            for name, price in (("tokens_cached", "cached_price"), ("batch_share", "batch_price")):
                if priced[price] is None or draw.random() < 0.2:
                    given[name] = None if draw.random() < 0.5 else 0.0
        values |= {f"approach_{slot}_{field}": value for field, value in given.items()}
    return values


def agrees(book, values):
    """Every formula cell shows what the model says."""
    book.fill(values)
    expected = Comparison(values, book)
    book.agrees(expected.fields, expected.sizes)


CHOICES = {"deployment": DeploymentType, "spectrum": Spectrum}


def as_filled(preset):
    """A preset as values of the inputs."""
    required = next((each["requirements"] for each in preset.scenarios.values()), {})
    values = drawn(0) | dict.fromkeys(RATES, 0.0) | dict.fromkeys(LIMITS) | required
    values |= {"currency": "USD", "usd_rate": 1.0, "peak_factor": 3.0,
               "move_from": None, "move_to": None, "start_date": 46_388.0, "hours_per_fte": 160.0,
               "requests_per_month": preset.requests_per_month, "months": preset.months,
               "shock_month": 1, "shock_factor": 1.0, "life_months": 36, "swing": 0.2,
               "rate_swing": 0.05, **{each.field: each.value for each in SPREADS}}  # fmt: skip
    values |= {name: None for name in values if name.endswith(("_low", "_high"))} | {"case": "base"}
    values |= {f"allow_{each.value}": "yes" for each in DeploymentType}
    fields = [name.split("_", 2)[2] for name in values if name.startswith("approach_1_")]
    for slot in range(1, max(6, len(preset.approaches)) + 1):
        name = dict(enumerate(preset.approaches, start=1)).get(slot)
        measured = preset.performance.get(name, {})
        given = {"name": name, **(DEFAULTS if name else {}), **preset.approaches.get(name, {}),
                 **measured}  # fmt: skip
        given |= {field: kind(given[field]).words for field, kind in CHOICES.items()
                  if field in given}  # fmt: skip
        values |= {f"approach_{slot}_{field}": given.get(field) for field in fields}
    return values


@pytest.mark.parametrize("name", library.TEMPLATES["build-vs-buy"].presets)
def test_the_presets_agree(name):
    preset = presets.load(name).completed()
    book = shared_comparison() if name == PRESET.name else Filled(build_vs_buy.model(preset))
    agrees(book, as_filled(preset))


@pytest.mark.slow
def test_drawn_scenarios_agree():
    for seed in range(SCENARIOS):
        assert reading(seed).wrong is None, seed


def test_a_cell_that_is_wrong_or_left_out_is_found(comparison):
    values = drawn(0)
    comparison.fill(values)
    expected = Comparison(values, comparison)
    wrong = np.array(expected.fields["present_cost"], dtype=object)
    wrong[expected.slots[0]] *= 1 + 1e-8
    with pytest.raises(AssertionError, match="present_cost"):
        comparison.agrees(expected.fields | {"present_cost": wrong}, expected.sizes)
    less = {name: values for name, values in expected.fields.items() if name != "chart_top"}
    with pytest.raises(AssertionError, match="Breakeven"):
        comparison.agrees(less, expected.sizes)


def without(*slots):
    return {name: None for name in as_filled(PRESET)
            if name.startswith(tuple(f"approach_{slot}_" for slot in slots))}  # fmt: skip


API = DEFAULTS | PRESET.approaches["API"]
TWICE = {f"approach_2_{field}": API.get(field) for field in FIELDS}
EXTREMES = {
    "zero volume": ({"requests_per_month": 0}, "At 0 requests a month over 12 months, API is"),
    "one approach": (without(2, 3), "There is no other approach to compare it with."),
    "nothing": (without(1, 2, 3), "Nothing can be compared yet: fill in the Inputs sheet."),
    "no horizon": ({"months": None}, "Nothing can be compared yet: fill in the Inputs sheet."),
    "text": ({"requests_per_month": "x"}, "Nothing can be compared yet: fill in the Inputs"),
    "all fail": ({"min_accuracy": 0.99}, "No approach meets every requirement at 2,000,000"),
    "a tie": (TWICE | without(3), "API and Fine-tuned cost the same and are the cheapest that"),
    "one passes": ({"min_accuracy": 0.9, "max_latency_p99": 1500.0}, "Fine-tuned is the only one"),
    "incomplete": (
        {"approach_1_initial_dev_hours": None},
        "API is left out: Initial dev hours is missing. At 2,000,000 requests",
    ),
}
CHARTED = {"cumulative_cost", "cost_at_volume", "pass_at_volume", "fail_at_volume",
           "pass_height", "fail_height", "mark_volume", "mark_cost", "wide_cost", "wide_mark",
           "wide_mark_cost", "wide_name_height", "wide_height", "wide_today",
           "today_cost", "named_volume", "named_cost", "volume_height", "cash_height",
           "bar_start", "bar_less", "bar_more"}  # fmt: skip


@pytest.mark.parametrize(("change", "words"), EXTREMES.values(), ids=EXTREMES)
def test_extremes_give_a_true_sentence_and_no_errors(comparison, change, words):
    comparison.fill(as_filled(PRESET) | change)
    assert words in comparison.field("recommendation")
    for field in set(comparison.model.places) - CHARTED:
        shown = np.ravel(np.array(comparison.field(field), dtype=object))
        assert not [each for each in shown if str(each).startswith("#")], field
