"""Distances by brute force: pyproj's geodesics to points sampled along edges, narrowed down around the nearest.

Edges are straight in longitude and latitude. Nothing of geohub is in here.
"""
import numpy as np
import shapely
from pyproj import Geod

GEOD = Geod(ellps="WGS84")
SAMPLES = 9
ROUNDS = 16
# Places along two edges that are narrowed down, of the nearest ones among the samples.
KEPT = 8


def metres(a, b):
    """Geodesics between arrays of positions, in metres."""
    a, b = np.broadcast_arrays(a, b)
    flat = [np.ascontiguousarray(part).ravel() for part in (a[..., 0], a[..., 1], b[..., 0], b[..., 1])]
    return np.asarray(GEOD.inv(*flat)[2]).reshape(a.shape[:-1])


def edges(geometry):
    """The edges of a geometry as an array of (start, end); points as edges without length."""
    found = []
    for part in shapely.get_parts(geometry):
        if part.geom_type.startswith("Multi") or part.geom_type == "GeometryCollection":
            found.extend(edges(part))
        elif part.geom_type == "Polygon":
            for ring in [part.exterior, *part.interiors]:
                coords = np.asarray(ring.coords)
                found.extend(np.stack([coords[:-1], coords[1:]], axis=1))
        else:
            coords = np.asarray(part.coords)
            ends = coords[1:] if len(coords) > 1 else coords
            found.extend(np.stack([coords[: len(ends)], ends], axis=1))
    return np.asarray(found).reshape(-1, 2, 2)


def at(edge, part):
    """Positions along edges."""
    return edge[..., 0, :] + (edge[..., 1, :] - edge[..., 0, :]) * part[..., None]


def narrowed(a, b):
    """The least distance of each pair of edges, by ever finer samples of both."""
    low, high = np.zeros((len(a), 2)), np.ones((len(a), 2))
    best = np.full(len(a), np.inf)
    for _ in range(ROUNDS):
        steps = np.linspace(0, 1, SAMPLES)
        parts = [low[:, at, None] + (high[:, at] - low[:, at])[:, None] * steps for at in (0, 1)]
        first = at(a[:, None], parts[0])[:, :, None]
        second = at(b[:, None], parts[1])[:, None, :]
        found = metres(first, second).reshape(len(a), -1)
        least = found.argmin(axis=1)
        best = np.minimum(best, found.min(axis=1))
        where = np.stack([least // SAMPLES, least % SAMPLES], axis=1)
        width = (high - low) / (SAMPLES - 1)
        middle = low + where * width
        low, high = np.clip(middle - 1.5 * width, 0, 1), np.clip(middle + 1.5 * width, 0, 1)
    return best


def distance(a, b, turns=(-360, 0, 360)):
    """The distance between two geometries in metres, 0 where they meet; longitudes count modulo 360."""
    for turn in turns:
        if shapely.intersects(shapely.transform(a, lambda xy, turn=turn: xy + [turn, 0]), b):
            return 0.0
    first, second = edges(a), edges(b)
    steps = np.linspace(0, 1, SAMPLES)
    left = at(first[:, None], np.broadcast_to(steps, (len(first), SAMPLES)))
    right = at(second[:, None], np.broadcast_to(steps, (len(second), SAMPLES)))
    coarse = metres(left[:, None, :, None], right[None, :, None, :]).min(axis=(2, 3))
    order = np.argsort(coarse, axis=None)[:KEPT]
    i, j = np.unravel_index(order, coarse.shape)
    return float(narrowed(first[i], second[j]).min())


def to_edges(points, starts, ends):
    """The distance from each point to the edge beside it in the arrays."""
    low, high = np.zeros(len(points)), np.ones(len(points))
    best = np.full(len(points), np.inf)
    edge = np.stack([starts, ends], axis=1)
    for _ in range(ROUNDS):
        parts = low[:, None] + (high - low)[:, None] * np.linspace(0, 1, SAMPLES)
        found = metres(points[:, None], at(edge[:, None], parts))
        least = found.argmin(axis=1)
        best = np.minimum(best, found.min(axis=1))
        width = (high - low) / (SAMPLES - 1)
        middle = low + least * width
        low, high = np.clip(middle - width, 0, 1), np.clip(middle + width, 0, 1)
    return best
