"""The few words of DER that a signature is written in."""

from datetime import UTC, datetime


def sequence(*parts: bytes) -> bytes:
    """Write what comes in a fixed order."""
    return _value(0x30, b"".join(parts))


def set_of(*parts: bytes) -> bytes:
    """Write what has no order, in the order that DER gives it."""
    return _value(0x31, b"".join(sorted(parts)))


def tagged(number: int, *parts: bytes) -> bytes:
    """Write under a constructed tag that the context explains."""
    return _value(0xA0 | number, b"".join(parts))


def integer(number: int) -> bytes:
    """Write a number that is not negative."""
    return _value(0x02, number.to_bytes(number.bit_length() // 8 + 1, "big"))


def octets(content: bytes) -> bytes:
    """Write bytes as they are."""
    return _value(0x04, content)


def oid(dotted: str) -> bytes:
    """Write an object identifier."""
    first, second, *others = map(int, dotted.split("."))
    return _value(0x06, b"".join(map(_base_128, (first * 40 + second, *others))))


def utc_time(moment: datetime) -> bytes:
    """Write a moment to the second, for years until 2049."""
    return _value(0x17, f"{moment.astimezone(UTC):%y%m%d%H%M%SZ}".encode())


def generalized_time(moment: datetime) -> bytes:
    """Write a moment to the second, for any year."""
    return _value(0x18, f"{moment.astimezone(UTC):%Y%m%d%H%M%SZ}".encode())


def retagged(number: int, encoded: bytes) -> bytes:
    """Write what is encoded under an implicit tag in place of its own."""
    return bytes([0xA0 | number]) + encoded[1:]


def _value(tag: int, content: bytes) -> bytes:
    return bytes([tag]) + _length(len(content)) + content


def _length(length: int) -> bytes:
    if length < 0x80:
        return bytes([length])
    size = (length.bit_length() + 7) // 8
    return bytes([0x80 | size]) + length.to_bytes(size, "big")


def _base_128(number: int) -> bytes:
    digits = [number & 0x7F]
    while number := number >> 7:
        digits.append(0x80 | number & 0x7F)
    return bytes(reversed(digits))
