"""How large a picture is, as its own header says: read, never drawn."""

from __future__ import annotations

import struct
from typing import BinaryIO

PNG_HEAD = struct.Struct(">8xI4sII")
JPEG_SEGMENT = struct.Struct(">BBH")
JPEG_FRAME = struct.Struct(">xHH")
JPEG_MARK = 0xFF
LENGTH_BYTES = 2
"""A segment's length counts itself."""
SEGMENTS_MAX = 10_000
FRAMES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}
"""The marks that begin a frame: baseline, progressive and their like."""


def png_pixels(file: BinaryIO) -> int:
    """Width times height; zero when it has no header."""
    head = file.read(PNG_HEAD.size)
    if len(head) < PNG_HEAD.size:
        return 0
    _length, name, width, height = PNG_HEAD.unpack(head)
    return int(width * height) if name == b"IHDR" else 0


def jpeg_pixels(file: BinaryIO) -> int:
    """Width times height, found by walking its segments; zero when no frame is among them."""
    file.seek(LENGTH_BYTES)
    for _ in range(SEGMENTS_MAX):
        head = file.read(JPEG_SEGMENT.size)
        if len(head) < JPEG_SEGMENT.size:
            return 0
        mark, code, length = JPEG_SEGMENT.unpack(head)
        if mark != JPEG_MARK or length < LENGTH_BYTES:
            return 0
        if code == JPEG_MARK:  # padding between segments
            file.seek(1 - len(head), 1)
        elif code in FRAMES:
            frame = file.read(JPEG_FRAME.size)
            width, height = JPEG_FRAME.unpack(frame) if len(frame) == JPEG_FRAME.size else (0, 0)
            return int(width * height)
        else:
            file.seek(length - LENGTH_BYTES, 1)
    return 0
