"""Room for every node: the picture's area, and nothing on top of anything."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from kg.view.forces import Array

Pairs = tuple[NDArray[np.int_], NDArray[np.int_]]

_FILLED = 0.42  # how much of the picture the nodes and their labels take
_LANDSCAPE = 1.05  # width to height of the picture, about that of the window's part it stands in
_SLACK = 24.0  # how far two boxes may be apart and still be watched


def fit_to_area(points: Array, boxes: Array) -> Array:
    """Scales both axes so that the nodes' boxes fill a fixed part of a landscape picture; what strays is drawn in."""
    points = points - np.median(points, axis=0)
    distance = np.sqrt((points**2).sum(axis=1)) + 1e-9
    usual = float(np.percentile(distance, 80)) + 1e-9
    points *= np.where(distance > usual, (usual + (distance - usual) * 0.45) / distance, 1.0)[:, None]
    wanted = math.sqrt(float((4 * boxes[:, 0] * boxes[:, 1]).sum()) / _FILLED)
    sides = wanted * np.array([_LANDSCAPE**0.5, _LANDSCAPE**-0.5])
    fitted: Array = points / (np.ptp(points, axis=0) + 1e-9) * sides
    return fitted


def separate(points: Array, boxes: Array, steps: int) -> Array:
    """Pushes nodes apart, along the axis where less is missing, until no two boxes (half sides) overlap.

    Only boxes near each other are looked at; which those are is found anew when something has moved far enough.
    """
    points = points.copy()
    watched, since = _find_near(points, boxes), 0.0
    for step in range(steps):
        first, second = watched
        apart = points[first] - points[second]
        missing = boxes[first] + boxes[second] - np.abs(apart)
        hit = (missing > 0.01).all(axis=1)
        if not hit.any():
            if since == 0.0:
                return points
            watched, since = _find_near(points, boxes), 0.0
            continue
        first, second, gap = first[hit], second[hit], missing[hit]
        axis = (gap[:, 0] > gap[:, 1]).astype(int)
        rows = np.arange(len(gap))
        way = np.where(apart[hit][rows, axis] >= 0, 1.0, -1.0)
        push = gap[rows, axis] * way * 0.5
        shift = np.zeros_like(points)
        for side in (0, 1):
            own = np.where(axis == side, push, 0.0)
            shift[:, side] = np.bincount(first, own, len(points)) - np.bincount(second, own, len(points))
        times = 1 + 0.35 * (np.bincount(first, minlength=len(points)) + np.bincount(second, minlength=len(points)))
        shift /= times[:, None]
        points += shift
        since += float(np.abs(shift).max())
        if step % 100 == 99:
            points *= 1.08  # a knot that pushing alone cannot undo gets room
            since = _SLACK
        if since >= _SLACK / 2:
            watched, since = _find_near(points, boxes), 0.0
    return points


def _find_near(points: Array, boxes: Array) -> Pairs:
    """All pairs whose boxes overlap or are nearly so, each once: a grid with cells as large as two largest boxes."""
    cell = 2 * boxes.max(axis=0) + _SLACK
    at = np.floor((points - points.min(axis=0)) / cell).astype(int) + 1
    width = int(at[:, 0].max()) + 3
    key = at[:, 1] * width + at[:, 0]
    order = np.argsort(key, kind="stable")
    keys = key[order]
    found = []
    for offset in (0, 1, width - 1, width, width + 1):
        low = np.searchsorted(keys, keys + offset, "left")
        high = np.searchsorted(keys, keys + offset, "right")
        if offset == 0:
            low = np.arange(len(keys)) + 1  # within a cell each pair once
        many = np.maximum(high - low, 0)
        left = np.repeat(np.arange(len(keys)), many)
        right = np.arange(len(left)) - np.repeat(np.cumsum(many) - many, many) + np.repeat(low, many)
        one, other = order[left], order[right]
        near = (np.abs(points[one] - points[other]) < boxes[one] + boxes[other] + _SLACK).all(axis=1)
        found.append((np.minimum(one, other)[near], np.maximum(one, other)[near]))
    return np.concatenate([one for one, _ in found]), np.concatenate([other for _, other in found])
