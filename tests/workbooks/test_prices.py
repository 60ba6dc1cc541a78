"""The prices that the comparison starts from are those of their source, on their date."""

import tomllib
from datetime import UTC, date, datetime, time

import genai_prices
import pytest
from genai_prices.data_snapshot import get_snapshot

from bbxl.model.pricing import api_cost
from bbxl.model.tokens import cost_from_tokens
from bbxl.workbooks.build_vs_buy import prices

LISTED = tomllib.loads(prices.FILE.read_text("utf-8"))
MODELS = pytest.mark.parametrize("listed", LISTED["model"], ids=lambda listed: listed["model"])
KINDS = {"input": "input_tokens", "cached": "cache_read_tokens", "output": "output_tokens"}
NOON = datetime.combine(LISTED["date"], time(12), UTC)


def charged(model, **tokens):
    """What the price list charges for tokens, US dollars."""
    usage = genai_prices.Usage(**tokens)
    return float(genai_prices.calc_price(usage, model, genai_request_timestamp=NOON).total_price)


@MODELS
@pytest.mark.parametrize("kind", KINDS)
def test_a_price_is_that_of_the_price_list_on_its_date(listed, kind):
    tokens = {KINDS[kind]: 1000}
    if kind == "cached":
        tokens["input_tokens"] = 1000  # of which all are cached
    assert charged(listed["model"], **tokens) * 1000 == pytest.approx(
        listed[f"{kind}_price"], rel=1e-12
    )


def batch_prices(model):
    """The price list's own prices of a model in a batch, on the date."""
    found = get_snapshot().find_provider_model(model, None, None, None)[1]
    (prices,) = [
        each.prices
        for each in found.price_variants
        if each.when == {"processing": "batch"}
        and (each.constraint is None or each.constraint.start_date <= LISTED["date"])
    ]
    names = {"input": "input_mtok", "cached": "cache_read_mtok", "output": "output_mtok"}
    each = {kind: getattr(prices, name) for kind, name in names.items()}
    return {kind: float(getattr(price, "base", price)) for kind, price in each.items()}


@MODELS
def test_a_batch_price_is_that_share_of_all_its_prices(listed):
    for kind, price in batch_prices(listed["model"]).items():
        assert price == pytest.approx(listed[f"{kind}_price"] * listed["batch_price"], rel=1e-12)


@MODELS
def test_a_price_holds_up_to_its_longest_request_and_not_beyond(listed):
    most = listed.get("longest")

    def each(tokens):
        return charged(listed["model"], input_tokens=tokens) / tokens * 1e6

    if most is None:
        assert each(900_000) == pytest.approx(listed["input_price"], rel=1e-12)
    else:
        assert each(most) == pytest.approx(listed["input_price"], rel=1e-12)
        assert each(most + 1) > listed["input_price"] * 1.5


@MODELS
@pytest.mark.parametrize(("given", "gotten", "cached"), [(800, 100, 0), (12_345, 678, 9_876)])
def test_tokens_cost_what_the_price_list_charges(listed, given, gotten, cached):
    ours = cost_from_tokens(given, gotten, listed["input_price"], listed["output_price"],
                            cached, listed["cached_price"])  # fmt: skip
    theirs = api_cost(listed["model"], given, gotten, as_of=LISTED["date"], cached_tokens=cached)
    assert ours == pytest.approx(theirs, rel=1e-12)


def test_a_price_that_changes_is_told_so():
    for listed in LISTED["model"]:
        later = [api_cost(listed["model"], 1000, 100, as_of=day)
                 for day in (LISTED["date"], date(2027, 1, 1), date(2027, 12, 31))]  # fmt: skip
        assert ("remark" in listed) is (min(later) < max(later)), listed["model"]


def test_every_price_has_a_date_and_a_source():
    assert isinstance(LISTED["date"], date)
    assert LISTED["list"] == "github.com/pydantic/genai-prices"
    assert f"genai-prices {genai_prices.__version__}" in LISTED["source"]
    assert len(LISTED["model"]) < prices.MODELS.count
