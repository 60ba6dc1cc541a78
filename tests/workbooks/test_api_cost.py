"""The cost of a request by tokens: what it comes to, what is refused, and what is said then."""

import openpyxl
import pytest
from expected_comparison import FIELDS
from test_model import PRESET, TOKENS, as_filled, shared_comparison

from bbxl import presets
from bbxl.batch import generate, run
from bbxl.engine.calculation import calculate
from bbxl.model.tokens import cost_from_tokens
from bbxl.workbooks import build_vs_buy

CLEAR = {"approach_1_api_cost_per_request": None}
BY_TOKENS = CLEAR | {
    "approach_1_api_model": "gpt-6.1-sol", "approach_1_tokens_in": 800.0,
    "approach_1_tokens_cached": 600.0, "approach_1_tokens_out": 100.0,
    "approach_1_asked_again": 0.2, "approach_1_batch_share": 0.3,
}  # fmt: skip
COST = 0.0014892  # by hand: (200 x 2 + 600 x 0.1 + 100 x 10) / 1,000,000 x 1.2 x 0.85
OWN = {"model_6_model": "our quote", "model_6_input_price": 1.0, "model_6_output_price": 2.0}
BY_OWN = BY_TOKENS | OWN | {"approach_1_api_model": "our quote"}
NO_OWN = {name: None for name in as_filled(PRESET) if name.startswith("model_6_")}


@pytest.fixture(scope="module")
def book():
    return shared_comparison()


def filled(book, change):
    book.fill(as_filled(PRESET) | NO_OWN | change)
    return book


def test_a_request_costs_what_its_tokens_do(book):
    filled(book, BY_TOKENS)
    assert book.field("status")[0] == "complete"
    assert book.field("api_cost_per_request")[0] == pytest.approx(COST, rel=1e-12)
    assert book.field("api_source")[0] == "genai-prices 0.2.3, list price"
    assert book.field("api_date")[0] == 46_327  # 2026-11-01
    assert list(book.field("api_source")[1:3]) == ["typed", "typed"]


def test_all_that_is_typed_may_as_well_follow_from_tokens(book):
    """Every figure of the workbook is the same, however the cost of a request comes about."""
    own = {"api_row", "api_source", "api_date", "api_fault"}
    fields = sorted(book.computed - own)
    filled(book, {"approach_1_api_cost_per_request": COST})
    typed = {name: book.field(name) for name in fields}
    filled(book, BY_TOKENS)
    for name in fields:
        shown, before = book.field(name), typed[name]
        pairs = zip(shown.ravel(), before.ravel(), strict=True) if hasattr(shown, "ravel") else [
            (shown, before)]  # fmt: skip
        for ours, theirs in pairs:
            if isinstance(ours, str):
                assert ours == theirs, name
            else:
                assert ours == pytest.approx(theirs, rel=1e-9, abs=1e-6), name


def test_prices_follow_the_rate_from_usd(book):
    filled(book, BY_TOKENS | {"currency": "EUR", "usd_rate": 0.875})
    assert book.field("api_cost_per_request")[0] == pytest.approx(COST * 0.875, rel=1e-12)


def test_a_model_that_a_person_adds_to_the_prices_counts(book):
    more = {"model_6_cached_price": 0.5, "model_6_batch_price": 0.75, "model_6_model_source": "Q7"}
    filled(book, BY_OWN | more | {"input_tokens": 800.0, "output_tokens": 100.0})
    expected = cost_from_tokens(800, 100, 1, 2, 600, 0.5, 0.2, 0.3, 0.75)
    assert book.field("api_cost_per_request")[0] == pytest.approx(expected, rel=1e-12)
    assert book.field("api_source")[0] == "Q7"
    assert book.field("api_date")[0] == ""
    assert book.field("request_price")[5] == pytest.approx(0.001, rel=1e-12)


ON_SHEET = "on the Prices sheet"
NO_COST = {"api_cost_per_request": None}
TOKENS_OF = {name.removeprefix("approach_1_"): value for name, value in BY_TOKENS.items()}
BOTH = ("fails: both costs", "Typed API cost per request and Model are both filled in")
NO_MODEL = ("fails: API cost", "Model is missing, and rows that need it are filled in")
FAULTS = [  # what is typed of an approach, its status, and what is said in words
    (NO_COST, "incomplete", "API cost per request is missing"),
    ({"api_model": "gpt-6.1-sol"}, *BOTH),
    (TOKENS_OF | {"api_cost_per_request": 0.001}, *BOTH),
    (TOKENS_OF | {"api_cost_per_request": 0.0}, *BOTH),
    ({"api_cost_per_request": "x"}, "incomplete", "Typed API cost per request is not a number"),
    ({"api_cost_per_request": -1.0}, "fails: out of range",
     "Typed API cost per request is out of range"),
    (NO_COST | {"tokens_in": 5.0}, *NO_MODEL),
    ({"batch_share": 0.5}, *NO_MODEL),
    (TOKENS_OF | {"api_model": "gpt-99"}, "fails: API cost", f"Model gpt-99 is not {ON_SHEET}"),
    (TOKENS_OF | {"api_model": "gpt-6.1-s*"}, "fails: API cost",
     f"Model gpt-6.1-s* is not {ON_SHEET}"),
    (TOKENS_OF | {"api_model": " "}, "fails: API cost", f"Model   is not {ON_SHEET}"),
    (TOKENS_OF | {"tokens_cached": 801.0}, "fails: API cost",
     "Tokens in from the cache are more than Tokens in"),
    (TOKENS_OF | {"tokens_in": 272_001.0}, "fails: API cost",
     f"Tokens in are more than its price {ON_SHEET} holds for"),
    (TOKENS_OF | {"tokens_in": None}, "fails: API cost", "Tokens in is missing"),
    (TOKENS_OF | {"tokens_out": None}, "fails: API cost", "Tokens out is missing"),
    *((TOKENS_OF | {field: "x"}, "incomplete", " is not a number") for field in TOKENS[1:]),
    *((TOKENS_OF | {field: -0.5}, "fails: out of range", " is out of range")
      for field in TOKENS[1:]),
]  # fmt: skip


@pytest.mark.parametrize("first", range(0, len(FAULTS), 5))
def test_a_fault_is_told_and_leaves_the_approach_out(book, first):
    """Five of them at once, and an approach that has none."""
    sound = {name: as_filled(PRESET)[f"approach_1_{name}"] for name in FIELDS}
    faulty = FAULTS[first : first + 5]
    values = {}
    for slot, (change, *_) in enumerate([*faulty, ({}, None)], start=1):
        given = sound | {"name": f"Way {slot}"} | change
        values |= {f"approach_{slot}_{name}": value for name, value in given.items()}
    filled(book, values)
    said = ""
    for i, (_, status, words) in enumerate(faulty):
        why = book.field("left_out")[i]
        assert (book.field("status")[i], why[-len(words) :]) == (status, words)
        assert book.field("api_cost_per_request")[i] == ""
        said += f"Way {i + 1} is left out: {why}. "
    assert book.field("recommendation").startswith(said)
    assert book.field("check_approaches") == "ERROR"
    assert book.field("compared") == 1


UNPRICED = f"Model our quote has no usable prices, or two rows, {ON_SHEET}"
OF_PRICES = {  # what is typed on the Prices sheet, and what is said of an approach that needs it
    "no price": (BY_OWN | {"model_6_output_price": None}, UNPRICED),
    "a price in words": (BY_OWN | {"model_6_input_price": "cheap"}, UNPRICED),
    "a price below 0": (BY_OWN | {"model_6_cached_price": -1.0}, UNPRICED),
    "a model twice": (BY_TOKENS | OWN | {"model_6_model": "GPT-6.1-sol"},
                      UNPRICED.replace("our quote", "gpt-6.1-sol")),
    "no price for cached tokens": (BY_OWN,
                                   f"Model our quote has no price for cached tokens {ON_SHEET}"),
    "no batch price": (BY_OWN | {"model_6_cached_price": 0.5},
                       f"Model our quote has no batch price {ON_SHEET}"),
    "no rate": (BY_TOKENS | {"usd_rate": None}, "Rate from USD is not a number above 0"),
}  # fmt: skip


@pytest.mark.parametrize(("change", "words"), OF_PRICES.values(), ids=OF_PRICES)
def test_a_price_that_is_needed_and_not_there_is_told(book, change, words):
    filled(book, change)
    assert book.field("status")[0] == "fails: API cost"
    assert book.field("recommendation").startswith(f"API is left out: {words}. At 2,000,000")
    assert list(book.field("status")[1:3]) == ["complete"] * 2


def test_what_is_not_needed_may_be_missing(book):
    """Of a model without prices for the cache and for batches, where nobody asks for them."""
    none = dict.fromkeys(("approach_1_tokens_cached", "approach_1_batch_share"))
    for nothing in (None, 0.0):
        filled(book, BY_OWN | dict.fromkeys(none, nothing))
        expected = cost_from_tokens(800, 100, 1, 2, asked_again=0.2)
        assert book.field("api_cost_per_request")[0] == pytest.approx(expected, rel=1e-12)
    filled(book, {"usd_rate": None})  # nobody names a model
    assert list(book.field("status")[:3]) == ["complete"] * 3


def test_a_batch_fills_in_models(tmp_path, monkeypatch):
    """Also where its scenarios are computed together."""
    monkeypatch.setattr(run, "MANY", 1)
    listed = {"claude-haiku-5-5": (0.1, 0.5, 600, 0.01), "gpt-6.1-terra": (1, 5, 600, 0.05)}
    models = [*listed, "none of these"]
    rows = [BY_TOKENS | {"approach_1_api_model": each} for each in models]
    generate("build-vs-buy", rows, tmp_path, blank="clear")
    for number, model in enumerate(models, start=1):
        path = tmp_path / f"build-vs-buy-{number:05}.xlsx"
        sheet = openpyxl.load_workbook(path, data_only=True, read_only=True)["Inputs"]
        shown = {row[0]: row[2] for row in sheet.iter_rows(max_col=3, values_only=True)}
        assert shown["Model"] == model
        if model in listed:
            expected = cost_from_tokens(800, 100, *listed[model], 0.2, 0.3, 0.5)
            assert shown["API cost per request"] == pytest.approx(expected, rel=1e-12)
        else:
            assert shown["Left out, since"] == f"Model {model} is not {ON_SHEET}"


def test_functions_take_the_cost_that_is_used(book, tmp_path):
    """BB_TCO of the defined name `approaches`, by tokens and typed."""
    path = tmp_path / "plan.xlsx"
    made = build_vs_buy.build(PRESET)
    for name, value in BY_TOKENS.items():
        ((sheet, cell),) = made.defined_names[name].destinations
        made[sheet][cell.replace("$", "")].value = value
    made.save(path)
    totals = calculate("=BB_TCO(approaches,requests_per_month,months)", path)[0]
    assert totals[0] == pytest.approx(9650 + (COST - 0.001) * 2e6)
    filled(book, BY_TOKENS)
    assert book.field("monthly_total")[0] == pytest.approx(totals[0])


def test_a_preset_with_typed_costs_has_no_model():
    book = build_vs_buy.build(presets.load("customer-support-classifier").completed())
    for i in range(1, 7):
        for field in TOKENS:
            ((sheet, cell),) = book.defined_names[f"approach_{i}_{field}"].destinations
            assert book[sheet][cell.replace("$", "")].value is None
