"""Cells of the map around a point, in geohashes. Pure functions."""

from hotline.places import geohash

EAST, NORTH = 360.0, 180.0


def size_of(characters: int) -> tuple[float, float]:
    """Height and width of a cell in degrees."""
    bits = 5 * characters
    return NORTH / 2 ** (bits // 2), EAST / 2 ** (bits - bits // 2)


def cells_around(latitude: float, longitude: float, characters: int) -> frozenset[str]:
    """The cell of a point with its neighbours, so that a border between cells parts nobody."""
    height, width = size_of(characters)
    return frozenset(
        geohash(
            min(90.0, max(-90.0, latitude + up * height)), (longitude + right * width + 180) % EAST - 180, characters
        )
        for up in (-1, 0, 1)
        for right in (-1, 0, 1)
    )
