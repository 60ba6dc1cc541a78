"""Batch: a template filled with thousands of scenarios.

>>> import tempfile
>>> from bbxl.batch import generate
>>> with tempfile.TemporaryDirectory() as folder:
...     made = generate("breakeven", [{"scenario": "EU", "months": 24}, {"scenario": "US"}], folder)
...     sorted(each.name for each in made.manifest.parent.iterdir())
['EU.xlsx', 'US.xlsx', 'manifest.csv', 'portfolio.xlsx']
"""

from bbxl.batch.run import Generated, generate

__all__ = ["Generated", "generate"]
