"""How long the lines of a text are, while its bytes go by: a lone quote can make one line of all that follows."""

_FEW = 4_000  # quotes


class Line:
    """How many bytes have come since a line last ended, to the nearest part; a line end within quotes ends none."""

    def __init__(self) -> None:
        self.length = 0
        self._quoted = False
        self._ends: tuple[bytes, ...] = (b"\n", b"\r")

    def take(self, chunk: bytes) -> None:
        """Look at the next part of the text; a lone return ends a line only where nothing else does."""
        if b"\n" in chunk:
            self._ends = (b"\n",)
        self.length = 0 if self._ends_in(chunk) else self.length + len(chunk)
        self._quoted ^= _is_odd(chunk)

    def _ends_in(self, chunk: bytes) -> bool:
        quoted, place = self._quoted, 0
        while place >= 0:
            quote = chunk.find(b'"', place)
            until = None if quote < 0 else quote
            if not quoted and any(chunk.find(end, place, until) >= 0 for end in self._ends):
                return True
            quoted, place = not quoted, quote + 1 if quote >= 0 else -1
        return False


def _is_odd(chunk: bytes) -> bool:
    """Whether a part holds an odd number of quotes. To jump from one to the next is quicker as long as they are few."""
    place, odd = chunk.find(b'"'), False
    for _ in range(_FEW):
        if place < 0:
            return odd
        place, odd = chunk.find(b'"', place + 1), not odd
    return odd ^ (place >= 0 and chunk.count(b'"', place) % 2 == 1)
