"""The prices that the comparison starts from are those of their source, on their date."""

import tomllib
from datetime import UTC, date, datetime, time

import genai_prices
import pytest

from bbxl.workbooks.build_vs_buy import prices

LISTED = tomllib.loads(prices.FILE.read_text("utf-8"))


@pytest.mark.parametrize("listed", LISTED["model"], ids=lambda listed: listed["model"])
@pytest.mark.parametrize("kind", ["input", "output"])
def test_a_price_is_that_of_the_price_list_on_its_date(listed, kind):
    usage = genai_prices.Usage(**{f"{kind}_tokens": 1000})
    noon = datetime.combine(LISTED["date"], time(12), UTC)
    price = genai_prices.calc_price(usage, listed["model"], genai_request_timestamp=noon)
    assert float(price.total_price) * 1000 == pytest.approx(listed[f"{kind}_price"], rel=1e-12)


def test_every_price_has_a_date_and_a_source():
    assert isinstance(LISTED["date"], date)
    assert "github.com/pydantic/genai-prices" in LISTED["source"]
    assert len(LISTED["model"]) <= prices.MODELS.count
