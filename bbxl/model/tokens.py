"""What a request to an LLM API costs, from its tokens and prices per million of them."""

import numpy as np

from bbxl.model.quantities import Amount, Fraction, N, Tokens, checked, float_or_array

MILLION = 1_000_000


@checked
def cost_from_tokens(
    input_tokens: Tokens[N],
    output_tokens: Tokens[N],
    input_price: Amount[N],
    output_price: Amount[N],
    cached_tokens: Tokens[N] = 0.0,
    cached_price: Amount[N] = np.nan,
    asked_again: Fraction[N] = 0.0,
    batch_share: Fraction[N] = 0.0,
    batch_price: Fraction[N] = np.nan,
    rate: Amount[N] = 1.0,
) -> N:
    """Cost of a request to an LLM API, on average.

    Parameters
    ----------
    input_tokens, output_tokens : float or array_like
        Tokens of one request, 0 or more.
    input_price, output_price : float or array_like
        Prices of a million of them, 0 or more.
    cached_tokens : float or array_like
        Of the input tokens, how many are read from the provider's cache.
    cached_price : float or array_like
        Price of a million of those; by default it is not known.
    asked_again : float or array_like
        Share of the requests that are asked a second time, from 0 to 1.
    batch_share : float or array_like
        Share of the requests that are answered at batch price, from 0 to 1.
    batch_price : float or array_like
        The batch price, as a share of the other prices; by default it is not known.
    rate : float or array_like
        What a unit of the prices' currency is worth in the currency of the cost.

    Returns
    -------
    float or array
        In the currency of the rate; NaN where more tokens are cached than are put in, or where
        a price is needed that is not known.

    Raises
    ------
    ValueError
        An argument is impossible.

    Notes
    -----
    With tokens in, cached and out i, c and o, their prices p, a share r asked again and a share
    s at the batch price, which is b of the others:

        (1 + r) (1 - s + s b) ((i - c) p_i + c p_c + o p_o) / 1,000,000 x rate

    What providers charge for writing to a cache, and more for long prompts, is left out.

    Examples
    --------
    800 tokens in, 600 of them from the cache, 100 out, at 2, 0.1 and 10 a million:

    >>> round(cost_from_tokens(800, 100, 2, 10, cached_tokens=600, cached_price=0.1), 8)
    0.00146
    """
    cached, batch = (
        np.where(np.equal(amount, 0), 0.0, np.multiply(amount, price))
        for amount, price in ((cached_tokens, cached_price), (batch_share, batch_price))
    )
    fresh = np.subtract(input_tokens, cached_tokens)
    fresh = np.where(fresh < 0, np.nan, fresh)
    once = fresh * input_price + cached + np.multiply(output_tokens, output_price)
    times = np.add(1, asked_again) * (1 - np.asarray(batch_share) + batch)
    return float_or_array(times * once / MILLION * rate)
