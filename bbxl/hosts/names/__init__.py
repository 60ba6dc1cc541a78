"""The worksheet functions as names of a workbook: Excel answers with nothing installed.

A name stands for a LAMBDA, a function that is written as a formula. `frame` makes the frame of
each from the registry (arguments, defaults, bounds, help, errors, shapes), `tables` what reads a
table; what it computes stands in bodies.toml, and what bodies share in helpers.toml. `stored`
gives formulas the form that files have, `carrying` puts them into a workbook or takes them out.
"""
