"""The LibreOffice host: an extension that adds the worksheet functions to Calc.

`program` finds LibreOffice and its Python, `extension` builds the .oxt for
them, `component` and `cells` run inside it.
"""
