"""Which of many areas cover which of many cells, without comparing each with each."""

import heapq
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence

from bbxl.xlsx.references import Bounds, Position


def first_covering(cells: Iterable[Position], areas: Sequence[Bounds]) -> dict[Position, int]:
    """The first of the areas that covers each cell; cells that none covers are left out.

    Parameters
    ----------
    cells : the cells.
    areas : the areas; they may overlap, and be as large as a sheet.

    Returns
    -------
    dict
        Cell -> index of the area.

    Notes
    -----
    A line sweeps over the rows. The areas on it are kept in a tree over the cells' columns, each
    in the few nodes that make up its width, first area first. With n areas and m cells this takes
    time in proportion to (n + m) log(n) log(m), however large the areas are.

    Examples
    --------
    >>> first_covering([(1, 1), (2, 2), (9, 9)], [Bounds(2, 1, 5, 5), Bounds(1, 1, 2, 2)])
    {(1, 1): 1, (2, 2): 0}
    """
    ordered = sorted(set(cells))
    columns = sorted({column for _, column in ordered})
    leaves = {column: leaf for leaf, column in enumerate(columns, start=len(columns))}
    waiting = sorted(range(len(areas)), key=lambda i: areas[i].top, reverse=True)
    tree: list[list[tuple[int, int]]] = [[] for _ in range(2 * len(columns))]
    found = {}
    for row, column in ordered:
        while waiting and areas[waiting[-1]].top <= row:
            index = waiting.pop()
            if areas[index].bottom >= row:
                for node in _nodes(columns, areas[index]):
                    heapq.heappush(tree[node], (index, areas[index].bottom))
        node, firsts = leaves[column], list[tuple[int, int]]()
        while node:
            heap = tree[node]
            while heap and heap[0][1] < row:
                heapq.heappop(heap)
            firsts += heap[:1]
            node //= 2
        if firsts:
            found[row, column] = min(firsts)[0]
    return found


def _nodes(columns: Sequence[int], area: Bounds) -> Iterator[int]:
    """The nodes whose leaves together are the columns that an area covers.

    The columns are leaves of a tree: the children of node i are 2i and 2i + 1.
    """
    low = bisect_left(columns, area.left) + len(columns)
    high = bisect_right(columns, area.right) + len(columns)
    while low < high:
        if low % 2:
            yield low
            low += 1
        if high % 2:
            high -= 1
            yield high
        low, high = low // 2, high // 2
