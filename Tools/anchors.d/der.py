"""As much of DER (X.690) as the played authority needs to read a query and to change an answer."""


def element(tag, *parts):
    """An element of the given contents."""
    contents = b"".join(parts)
    size = len(contents)
    if size < 128:
        return bytes([tag, size]) + contents
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, 128 + len(length)]) + length + contents


def integer(value):
    """A non-negative INTEGER."""
    return element(2, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def contents(data):
    """The elements inside of one element, whole, in their order."""
    start, end = _bounds(data, 0)
    if end != len(data):
        raise ValueError("bytes after the element")
    found = []
    while start < end:
        _, after = _bounds(data, start)
        found.append(data[start:after])
        start = after
    if start != end:
        raise ValueError("an element reaches beyond its parent")
    return found


def value(data):
    """The bytes inside of one element."""
    start, end = _bounds(data, 0)
    return data[start:end]


def _bounds(data, at):
    """Where the contents of the element at a place begin, and where it ends."""
    if at + 2 > len(data):
        raise ValueError("the element is cut off")
    size, start = data[at + 1], at + 2
    if size >= 128:
        count = size - 128
        if not 0 < count <= 4 or start + count > len(data):
            raise ValueError("a length that is none")
        size = int.from_bytes(data[start:start + count], "big")
        start += count
    if start + size > len(data):
        raise ValueError("the element is cut off")
    return start, start + size
