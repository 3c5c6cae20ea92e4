"""Where something happened, as one short word: the geohash, so that neighbours are found by a prefix of an index."""

_ALPHABET = "0123456789bcdefghjkmnpqrstuvwxyz"
LENGTH = 8  # about 38 m × 19 m


def geohash(latitude: float, longitude: float, length: int = LENGTH) -> str:
    """The geohash of a place; five bits a character, longitude first."""
    ranges = [[-180.0, 180.0], [-90.0, 90.0]]
    values = (longitude, latitude)
    bits: list[int] = []
    for n in range(length * 5):
        low, high = ranges[n % 2]
        middle = (low + high) / 2
        above = values[n % 2] >= middle
        ranges[n % 2][0 if above else 1] = middle
        bits.append(int(above))
    groups = (bits[n : n + 5] for n in range(0, len(bits), 5))
    return "".join(_ALPHABET[int("".join(map(str, group)), 2)] for group in groups)
