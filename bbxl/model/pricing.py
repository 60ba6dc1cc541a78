"""Prices: requests to an LLM API from their tokens, and GPUs for a load.

The price lists of LLM APIs are those of the package genai-prices, which is
imported only when a price is asked for. GPU prices are list prices in
gpus.toml, each with its source and date, to be replaced by one's own quote.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import lru_cache
from pathlib import Path

import numpy as np

from bbxl.errors import near
from bbxl.model.capacity import HOURS_PER_MONTH, whole
from bbxl.model.quantities import (
    Amount,
    Factor,
    N,
    PositiveThroughput,
    Requests,
    Tokens,
    Units,
    Utilisation,
    Volume,
    checked,
    float_or_array,
)

LISTED = date(2026, 11, 1)
"""The day of the price list of genai-prices 0.2.3; it also has prices that come later."""


@checked
def api_cost(
    model: str,
    input_tokens: Tokens[N],
    output_tokens: Tokens[N],
    requests: Requests[N] = 1.0,
    as_of: date = LISTED,
    cached_tokens: Tokens[N] = 0.0,
) -> N:
    """Cost of requests to an LLM API, US dollars.

    Parameters
    ----------
    model : str
        As its provider names it, such as "claude-sonnet-4-5".
    input_tokens, output_tokens : float or array_like
        Tokens of one request, 0 or more.
    requests : float or array_like
        How many requests there are, 0 or more.
    as_of : datetime.date
        Day of the request; by default that of the price list, which has prices of later
        days too.
    cached_tokens : float or array_like
        Of the input tokens, how many are read from the provider's cache.

    Returns
    -------
    float or array
        US dollars: requests x the price of one request, at the standard price of the day,
        which an hour off the peak may lower; NaN where more tokens
        are cached than are put in. A long-context tier is thus charged where one
        request is long, not where many short ones add up.

    Raises
    ------
    LookupError
        The price list has no such model; it names those that sound alike.
    ValueError
        A number of tokens or requests is impossible.

    References
    ----------
    genai-prices, https://github.com/pydantic/genai-prices

    Examples
    --------
    A million requests of 2,000 tokens in and 500 out:

    >>> api_cost("claude-sonnet-4-5", 2000, 500, 1_000_000, date(2026, 11, 1))
    13500.0
    """
    _price(model, 0.0, 0.0, 0.0, as_of)  # an unknown model is one, whatever the tokens
    price = np.vectorize(lambda *tokens: _price(model, *map(float, tokens), as_of), otypes=[float])
    each = price(input_tokens, output_tokens, cached_tokens)
    return float_or_array(np.multiply(each, requests))


@lru_cache(10_000)
def _price(
    model: str, input_tokens: float, output_tokens: float, cached_tokens: float, as_of: date
) -> float:
    """The price of one request."""
    try:
        from genai_prices import Usage, calc_price  # 1.6 MB of prices: only when asked
    except ImportError:  # as in xlwings Lite, unless the person adds it
        raise LookupError("no price list: the package genai-prices is not installed") from None

    tokens = (input_tokens, output_tokens, cached_tokens)
    if not np.isfinite(tokens).all() or cached_tokens > input_tokens:
        return np.nan
    usage = Usage(
        input_tokens=input_tokens,
        output_tokens=output_tokens,
        cache_read_tokens=cached_tokens or None,
    )
    try:
        return max(
            float(calc_price(usage, model, genai_request_timestamp=moment).total_price)
            for moment in (datetime.combine(as_of, each, UTC) for each in _hours(model))
        )
    except LookupError:
        alike = ", ".join(similar_models(model)) or "none sounds alike"
        raise LookupError(f"no price for the model {model!r}; {alike}") from None


@lru_cache(1_000)
def _hours(model: str) -> tuple[time, ...]:
    """The times of a day at which a model's price may change, and noon."""
    from genai_prices.data_snapshot import get_snapshot

    found = get_snapshot().find_provider_model(model, None, None, None)[1].prices
    rules = (each.constraint for each in found) if isinstance(found, list) else ()
    starts = (getattr(each, "start_time", None) for each in rules)
    return (time(12), *(each.replace(tzinfo=None) for each in starts if each))


def similar_models(name: str, count: int = 5) -> list[str]:
    """Models in the price list whose names contain a text; else those most like it.

    Parameters
    ----------
    name : str
        A model's name, or part of it.
    count : int
        How many are named at most.

    Returns
    -------
    list of str
        None where the package genai-prices is not installed.

    Examples
    --------
    >>> similar_models("claude-opus-4-1")
    ['claude-opus-4-1', 'regional.anthropic.claude-opus-4-1-20250805-v1:0']
    >>> "gpt-4o" in similar_models("gpt4o")
    True
    """
    known = sorted(set(_models()))
    within = [each for each in known if name.casefold() in each.casefold()]
    return (within or near(name, known, count))[:count]


def _models() -> Iterator[str]:
    try:  # here and below: only when asked, since a spreadsheet waits for this module
        from genai_prices.data_snapshot import get_snapshot
    except ImportError:
        return
    for provider in get_snapshot().providers:
        for model in provider.models:
            yield model.id


@checked
def gpus_needed(
    requests_per_month: Volume[N],
    rps_per_gpu: PositiveThroughput[N],
    peak_factor: Factor[N] = 3.0,
    utilisation: Utilisation[N] = 0.7,
) -> N:
    """GPUs needed for a load, a whole number.

    Parameters
    ----------
    requests_per_month : float or array_like
        The volume n, 0 or more.
    rps_per_gpu : float or array_like
        Requests a second that one GPU sustains, above 0.
    peak_factor : float or array_like
        How many times the average load the peak is, 1 or more.
    utilisation : float or array_like
        Share of its capacity to which a GPU is to be loaded at the peak, above 0 up to 1.

    Returns
    -------
    float or array
        A number of GPUs.

    Raises
    ------
    ValueError
        An argument is impossible.

    Notes
    -----
    ceil(n / (730 h x 3600 s) x peak_factor / (rps_per_gpu x utilisation))

    Examples
    --------
    Ten million requests a month are 3.8 a second, 11.4 at the peak:

    >>> gpus_needed(10_000_000, rps_per_gpu=2)
    9.0
    """
    peak = np.asarray(requests_per_month, dtype=float) / (HOURS_PER_MONTH * 3600) * peak_factor
    with np.errstate(all="ignore"):
        needed = peak / np.multiply(rps_per_gpu, utilisation)
    return float_or_array(whole(needed))


@checked
def gpu_monthly_cost(gpus: Units[N], hourly_price: Amount[N]) -> N:
    """What GPUs cost a month when they run all the time.

    Parameters
    ----------
    gpus : float or array_like
        How many there are, 0 or more.
    hourly_price : float or array_like
        Price of one for an hour, 0 or more.

    Returns
    -------
    float or array
        In the currency of the price.

    Raises
    ------
    ValueError
        An argument is impossible.

    Notes
    -----
    gpus x price x 730 hours

    Examples
    --------
    >>> gpu_monthly_cost(9, 3.50)
    22995.0
    """
    return float_or_array(np.multiply(gpus, hourly_price) * HOURS_PER_MONTH)


@dataclass(frozen=True)
class GPUPrice:
    """List prices of renting a GPU, US dollars an hour, of several providers."""

    name: str
    lowest: float
    median: float
    highest: float
    providers: int
    source: str
    date: date
    licence: str


def gpu_prices() -> list[GPUPrice]:
    """The list prices that bbxl knows, from gpus.toml; replace them by your own quote.

    Returns
    -------
    list of GPUPrice
        Each with its source, the source's licence, and its date.

    References
    ----------
    AI Infrastructure Index, https://github.com/alpha-one-index/ai-infra-index

    Examples
    --------
    >>> next(each for each in gpu_prices() if each.name.startswith("H100")).median
    3.33
    """
    import tomllib

    table = tomllib.loads(Path(__file__).with_name("gpus.toml").read_text("utf-8"))
    of_all = {key: table[key] for key in ("source", "licence")}
    return [GPUPrice(**each, **of_all) for each in table["gpu"]]
