"""Why a formula answers with an error: what BB_EXPLAIN says of the call that fails."""

import re
from pathlib import Path
from typing import Any

_CALL = re.compile(r'"(?:[^"]|"")*"|\b(BB_\w+)\(', re.IGNORECASE)
_TOKEN = re.compile(r'"(?:[^"]|"")*"|\'(?:[^\']|\'\')*\'|[()]')


def why(formula: str, workbook: Path | None) -> str:
    """The reason in words, of the innermost call that fails; nothing where none is known."""
    from bbxl.engine.calculation import calculate

    for name, arguments in reversed(_calls(formula)):
        if not arguments.strip() or name.upper() == "BB_EXPLAIN":
            continue
        if has_error(calculate(f"={name}({arguments})", workbook)):
            return str(calculate(f'=BB_EXPLAIN("{name}",{arguments})', workbook))
    return ""


def has_error(answer: Any) -> bool:
    """Whether a cell of an answer is an error."""
    from bbxl.xlsx.cells import ExcelError

    rows = answer if isinstance(answer, list) else [[answer]]
    return any(isinstance(cell, ExcelError) for row in rows for cell in row)


def _calls(formula: str) -> list[tuple[str, str]]:
    """Name and arguments of each call of a BB_ function, in the order in which they begin."""
    found = []
    for match in _CALL.finditer(formula):
        depth = 1
        for token in _TOKEN.finditer(formula, match.end()) if match[1] else ():
            depth += {"(": 1, ")": -1}.get(token[0], 0)
            if depth == 0:
                found.append((match[1], formula[match.end() : token.start()]))
                break
    return found
