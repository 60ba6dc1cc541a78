"""A formula answered with no spreadsheet program: the embedded engine.

It knows the worksheet functions and Excel's own; arrays spill into rows, errors are values.
"""

from bbxl import __version__, calculate

print(calculate("=BB_BREAKEVEN(50000,0.002,250000,0.0002)"))
print(calculate('=IF(BB_BREAKEVEN(50000,0.002,250000,0.0002)>1E6,"API for now","own model")'))
for row in calculate('=BB_BANDS(BB_PRESET("customer-support-classifier"))'):
    print(*row, sep="\t")
print(calculate("=BB_BREAKEVEN(0,1,0,1)"))  # the same line twice
print(calculate('=IFERROR(BB_BREAKEVEN(0,1,0,1),"none")'))
print(calculate("=BB_VERSION()") == __version__)

# It prints:
# 9259259.25925926
# API for now
# from	to	cheapest
# 0.0	9700000.0	API
# 9700000.0	36166666.666666664	RAG
# 36166666.666666664	no limit	Fine-tuned
# #N/A
# none
# True
