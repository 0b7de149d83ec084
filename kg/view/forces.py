"""Placing by forces (Fruchterman and Reingold, 1991): what is linked attracts, everything repels.

Up to some hundred nodes every pair is reckoned. Beyond, the masses are spread over a grid whose field comes from one
convolution by FFT, so that a step takes time in proportion to the nodes and not to their pairs.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

_REST = 95.0  # where two nodes neither attract nor repel, in the units of the picture
_SOFT = 30.0
_EXACT = 700  # nodes up to which every pair is reckoned
_STEPS, _STEPS_LARGE = 240, 140
_CELLS = 192  # of the grid, along each side


def attract_and_repel(points: Array, ends: NDArray[np.int_], weights: Array, member: NDArray[np.int_]) -> Array:
    """Points after the steps; `ends` are the lines, an edge within a community (`member`) pulls harder."""
    same = member[ends[:, 0]] == member[ends[:, 1]]
    pull = np.where(same, 1.0, 0.18) * np.sqrt(weights)
    count = len(points)
    degree = np.bincount(ends.ravel(), minlength=count).astype(np.float64)
    mass = np.sqrt(1.0 + degree)
    share = 1 / np.sqrt(np.maximum(degree, 1.0))
    reach = float(np.ptp(points, axis=0).max()) or 1.0
    steps = _STEPS if count <= _EXACT else _STEPS_LARGE
    for step in range(steps):
        heat = reach * 0.08 * (1 - step / steps) ** 1.5 + 0.5
        move = _repel_pairs(points, mass) if count <= _EXACT else _repel_by_grid(points, mass)
        along = points[ends[:, 1]] - points[ends[:, 0]]
        length = np.sqrt((along**2).sum(axis=1))
        tug = along * (pull * length / _REST)[:, None]
        # A hub is moved by all its edges at once: shared out by degree so that it does not overshoot.
        for axis in (0, 1):
            move[:, axis] += np.bincount(ends[:, 0], tug[:, axis], count) * share
            move[:, axis] -= np.bincount(ends[:, 1], tug[:, axis], count) * share
        move -= (points - points.mean(axis=0)) * 0.5
        size = np.sqrt((move**2).sum(axis=1)) + 1e-9
        points = points + move * (np.minimum(size, heat) / size)[:, None]
    return points


def _repel_pairs(points: Array, mass: Array) -> Array:
    apart = points[:, None, :] - points[None, :, :]
    squared = (apart**2).sum(axis=2) + _SOFT
    strength = mass[None, :] * _REST**2 / squared
    np.fill_diagonal(strength, 0.0)
    moved: Array = (apart * strength[:, :, None]).sum(axis=1)
    return moved


def _repel_by_grid(points: Array, mass: Array) -> Array:
    low = points.min(axis=0)
    cell = float(np.ptp(points, axis=0).max()) / (_CELLS - 2) + 1e-9
    at = (points - low) / cell
    corner = at.astype(int)
    part = at - corner
    density = np.zeros(_CELLS * _CELLS)
    corners = []
    for right, down in ((0, 0), (1, 0), (0, 1), (1, 1)):
        weight = np.abs(1 - right - part[:, 0]) * np.abs(1 - down - part[:, 1])
        index = (corner[:, 1] + down) * _CELLS + corner[:, 0] + right
        density += np.bincount(index, weight * mass, _CELLS * _CELLS)
        corners.append((index, weight))
    field = _convolve(density.reshape(_CELLS, _CELLS), cell)
    moved = np.zeros_like(points)
    for index, weight in corners:
        found = field.ravel()[index]
        moved[:, 0] += weight * found.real
        moved[:, 1] += weight * found.imag
    return moved


def _convolve(density: Array, cell: float) -> NDArray[np.complex128]:
    """The force at each corner of the grid, as x + iy, of all the masses on the others."""
    double = 2 * _CELLS
    steps = np.fft.fftfreq(double, 1 / double) * cell
    across, down = steps[None, :], steps[:, None]
    kernel = (across + 1j * down) * _REST**2 / (across**2 + down**2 + _SOFT)
    spread = np.fft.fft2(density, (double, double)) * np.fft.fft2(kernel)
    field: NDArray[np.complex128] = np.fft.ifft2(spread)[:_CELLS, :_CELLS]
    return field
