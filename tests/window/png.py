"""Reads the 8-bit RGB(A) PNG files that the window writes, and says which colours are in them."""

import colorsys
import struct
import zlib


def read(path):
    """(width, height, channels, rows of bytes)"""
    with open(path, "rb") as file:
        data = file.read()
    at, parts = 8, []
    while at < len(data):
        size, kind = struct.unpack(">I4s", data[at:at + 8])
        body = data[at + 8:at + 8 + size]
        if kind == b"IHDR":
            width, height, depth, colour = struct.unpack(">IIBB", body[:10])
            channels = {2: 3, 6: 4}[colour]
            assert depth == 8
        elif kind == b"IDAT":
            parts.append(body)
        at += size + 12
    return width, height, channels, unfilter(zlib.decompress(b"".join(parts)), width, height, channels)


def unfilter(raw, width, height, channels):
    stride = width * channels
    rows, above = [], bytes(stride)
    for y in range(height):
        kind = raw[y * (stride + 1)]
        row = bytearray(raw[y * (stride + 1) + 1:(y + 1) * (stride + 1)])
        if kind == 2:
            row = bytearray((a + b) & 255 for a, b in zip(row, above))
        elif kind in (1, 3, 4):
            for i in range(stride):
                left = row[i - channels] if i >= channels else 0
                corner = above[i - channels] if i >= channels else 0
                row[i] = (row[i] + (left, (left + above[i]) // 2, paeth(left, above[i], corner))[(1, 3, 4).index(kind)]) & 255
        above = bytes(row)
        rows.append(above)
    return rows


def paeth(a, b, c):
    p = a + b - c
    pa, pb, pc = abs(p - a), abs(p - b), abs(p - c)
    return a if pa <= pb and pa <= pc else b if pb <= pc else c


def hues(path):
    """Shares of clearly blue, orange and green pixels, the number of colours, the mean brightness, and the size."""
    width, height, channels, rows = read(path)
    counts = {}
    for row in rows:
        for i in range(0, len(row), channels):
            colour = row[i:i + 3]
            counts[colour] = counts.get(colour, 0) + 1
    pixels = width * height
    shares = {"blue": 0, "orange": 0, "green": 0, "brightness": 0}
    for (r, g, b), count in counts.items():
        shares["brightness"] += (r + g + b) / 765 * count / pixels
        if max(r, g, b) - min(r, g, b) < 60:
            continue
        hue = colorsys.rgb_to_hsv(r, g, b)[0] * 360
        for name, low, high in (("blue", 195, 240), ("orange", 18, 48), ("green", 120, 180)):
            if low <= hue <= high:
                shares[name] += count / pixels
    return {**shares, "colours": len(counts), "size": (width, height)}


def mean(path, left, top, right, bottom):
    """Mean red, green and blue of a part of the picture."""
    _, _, channels, rows = read(path)
    sums, count = [0, 0, 0], (right - left) * (bottom - top)
    for row in rows[top:bottom]:
        for i in range(3):
            sums[i] += sum(row[left * channels + i:right * channels:channels])
    return [value / count for value in sums]
