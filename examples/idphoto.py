"""Compose a picture: a portrait-shaped drawing before a rendered landscape, as a PNG.

Nobody's photograph is used: the person is drawn from ellipses and shaded like clay. The
landscape has a sky with a low sun, clouds of value noise, hills that fade with distance, and
water that mirrors them. Standard library alone; the PNG is written by hand.

Source: PNG (third edition), W3C, June 2025, for the chunks of the file.
"""

import argparse
import math
import random
import struct
import zlib

WIDTH, HEIGHT = 600, 800
HORIZON = 0.60
SUN = (0.76, 0.40)
LIGHT = (0.55, -0.35, 0.76)

Colour = tuple[float, float, float]


def mix(a: Colour, b: Colour, t: float) -> Colour:
    """Blend two colours; t = 0 gives ``a``, t = 1 gives ``b``."""
    return (a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t, a[2] + (b[2] - a[2]) * t)


def smooth(low: float, high: float, x: float) -> float:
    """Rise from 0 at ``low`` to 1 at ``high`` without a corner."""
    t = min(1.0, max(0.0, (x - low) / (high - low)))
    return t * t * (3 - 2 * t)


class Noise:
    """Smooth random values over the plane, and sums of them at rising fineness."""

    def __init__(self, seed: int) -> None:
        rng = random.Random(seed)
        self._values = [rng.random() for _ in range(4096)]

    def at(self, x: float, y: float) -> float:
        """Value in [0, 1) at a point."""
        column, row = math.floor(x), math.floor(y)
        u, v = x - column, y - row
        u, v = u * u * (3 - 2 * u), v * v * (3 - 2 * v)
        values, corner = self._values, column * 57 + row * 131
        a, b = values[corner & 4095], values[corner + 57 & 4095]
        c, d = values[corner + 131 & 4095], values[corner + 188 & 4095]
        return a + (b - a) * u + (c - a + (a - b - c + d) * u) * v

    def clouds(self, x: float, y: float) -> float:
        """Four octaves of :meth:`at`, about 0 to 1."""
        total, weight = 0.0, 0.5
        for _ in range(4):
            total += weight * self.at(x, y)
            x, y, weight = x * 2.03 + 11.7, y * 2.03 + 5.3, weight / 2
        return total


class Landscape:
    """Colours of the background at (x, y), both 0 to 1, y downwards."""

    ZENITH: Colour = (0.23, 0.36, 0.60)
    MIDDLE: Colour = (0.62, 0.66, 0.78)
    LOW: Colour = (0.99, 0.80, 0.60)
    SUNLIGHT: Colour = (1.0, 0.93, 0.78)
    HAZE: Colour = (0.93, 0.78, 0.68)
    HILL: Colour = (0.13, 0.24, 0.28)

    def __init__(self, seed: int) -> None:
        self._noise = Noise(seed)
        # One ridge a distance: height over the horizon, roughness, haze; far ones first.
        self._ridges = [(0.145, 3.0, 0.72), (0.105, 4.5, 0.48), (0.060, 7.0, 0.20)]
        self._tops = [
            [self._ridge(index, column / WIDTH) for column in range(WIDTH)]
            for index in range(len(self._ridges))
        ]

    def _ridge(self, index: int, x: float) -> float:
        height, rough, _ = self._ridges[index]
        wave = self._noise.clouds(x * rough + 31.0 * index, 7.0 * index + 0.5)
        shoulder = 0.75 + 0.25 * math.sin(2.2 * x + 1.9 * index)
        return HORIZON - height * (0.25 + 1.1 * wave) * shoulder

    def sky(self, x: float, y: float) -> Colour:
        """Sky with sun and clouds."""
        t = y / HORIZON
        colour = mix(self.ZENITH, self.MIDDLE, smooth(0.0, 0.62, t))
        colour = mix(colour, self.LOW, smooth(0.45, 1.0, t))
        dx, dy = (x - SUN[0]) * WIDTH / HEIGHT, y - SUN[1]
        distance = math.sqrt(dx * dx + dy * dy)
        colour = mix(colour, self.SUNLIGHT, 0.75 * math.exp(-((distance / 0.13) ** 1.3)))
        cover = smooth(0.46, 0.72, self._noise.clouds(x * 3.2, y * 9.0 + 2.0))
        lit = mix((0.98, 0.86, 0.80), self.SUNLIGHT, math.exp(-distance * 4))
        colour = mix(colour, lit, 0.62 * cover * smooth(1.02, 0.55, t))
        return mix(colour, (1.0, 0.98, 0.90), smooth(0.043, 0.038, distance))

    def land(self, column: int, y: float) -> Colour:
        """Sky, or the hill before it."""
        x = column / WIDTH
        colour = self.sky(x, y)
        for index, (_, _, haze) in enumerate(self._ridges):
            depth = (y - self._tops[index][column]) * HEIGHT
            if depth > -1:
                body = mix(self.HILL, self.HAZE, haze)
                body = mix(body, self.HAZE, 0.35 * smooth(0, 70, depth))
                glow = 0.30 * math.exp(-abs(x - SUN[0]) * 5) * (1 - haze)
                colour = mix(colour, mix(body, self.LOW, glow), smooth(-1, 1, depth))
        return colour

    def water(self, column: int, y: float) -> Colour:
        """The land upside down, disturbed by waves, darker towards the viewer."""
        depth = y - HORIZON
        x = column / WIDTH
        wave = self._noise.at(x * 9.0 / (0.15 + depth), 26.0 * math.log(0.03 + depth))
        mirrored = HORIZON - depth * 0.95 - (wave - 0.5) * 0.10 * smooth(0, 0.3, depth)
        shifted = min(WIDTH - 1, max(0, column + int((wave - 0.5) * 26)))
        colour = self.land(shifted, max(0.0, min(HORIZON - 0.002, mirrored)))
        colour = mix(colour, (0.10, 0.22, 0.34), 0.28 + 0.5 * smooth(0.0, 0.42, depth))
        glitter = math.exp(-(((x - SUN[0]) / (0.035 + 0.10 * depth)) ** 2))
        return mix(colour, self.SUNLIGHT, 0.75 * glitter * smooth(0.50, 0.85, wave))

    def at(self, column: int, row: int) -> Colour:
        """Colour of a pixel."""
        y = row / HEIGHT
        return self.land(column, y) if y < HORIZON else self.water(column, y)


def clay(base: Colour, nx: float, ny: float) -> Colour:
    """Shade a surface that leans by (nx, ny): light, soft shadow, and a warm rim."""
    nz = math.sqrt(max(0.0, 1 - nx * nx - ny * ny))
    light = nx * LIGHT[0] + ny * LIGHT[1] + nz * LIGHT[2]
    strength = 0.52 + 0.55 * max(0.0, light) - 0.14 * max(0.0, -light)
    rim = (1 - nz) ** 3 * max(0.0, nx) * 0.55
    lit = (base[0] * strength, base[1] * strength * 0.985, base[2] * strength * 0.97)
    return mix(lit, (1.0, 0.86, 0.68), min(1.0, rim))


class Oval:
    """A shaded ellipse: centre and radii in parts of the picture's width and height."""

    def __init__(self, x: float, y: float, rx: float, ry: float, base: Colour, soft: float = 1.2):
        self.x, self.y, self.rx, self.ry = x * WIDTH, y * HEIGHT, rx * WIDTH, ry * HEIGHT
        self.base, self.soft = base, soft

    def paint(self, canvas: list[list[Colour]], strength: float = 1.0, flat: bool = False) -> None:
        """Paint it over the canvas, with an edge ``soft`` pixels wide."""
        reach = self.soft + 1
        rows = range(max(0, int(self.y - self.ry - reach)), HEIGHT)
        for row in rows[: int(2 * (self.ry + reach)) + 2]:
            dy = (row - self.y) / self.ry
            half = self.rx * math.sqrt(max(0.0, 1 - dy * dy)) + 2 * reach
            for column in range(max(0, int(self.x - half)), min(WIDTH, int(self.x + half) + 1)):
                dx = (column - self.x) / self.rx
                radius = math.sqrt(dx * dx + dy * dy)
                edge = (1 - radius) * min(self.rx, self.ry)
                cover = smooth(-self.soft, self.soft, edge) * strength
                if cover > 0:
                    scale = min(1.0, 0.999 / radius) if radius else 0.0
                    shade = self.base if flat else clay(self.base, dx * scale, dy * scale)
                    canvas[row][column] = mix(canvas[row][column], shade, cover)


SKIN: Colour = (0.93, 0.74, 0.60)
HAIR: Colour = (0.17, 0.13, 0.13)
COAT: Colour = (0.16, 0.24, 0.38)
SHIRT: Colour = (0.95, 0.95, 0.94)
LIP: Colour = (0.74, 0.40, 0.36)


def paint_bust(canvas: list[list[Colour]]) -> None:
    """Hair behind the head, shoulders, neck, shirt and coat."""
    Oval(0.50, 0.372, 0.198, 0.178, HAIR).paint(canvas)
    Oval(0.50, 0.985, 0.425, 0.300, COAT).paint(canvas)
    paint_wedge(canvas, (0.400, 0.700), (0.600, 0.700), (0.500, 0.960), SHIRT)
    paint_wedge(canvas, (0.428, 0.668), (0.572, 0.668), (0.500, 0.775), (0.76, 0.60, 0.49))
    Oval(0.50, 0.625, 0.084, 0.135, SKIN).paint(canvas)
    Oval(0.50, 0.598, 0.070, 0.040, (0.50, 0.33, 0.27), 8).paint(canvas, 0.55, flat=True)
    paint_wedge(canvas, (0.408, 0.655), (0.430, 0.668), (0.500, 0.778), (0.86, 0.87, 0.89))
    paint_wedge(canvas, (0.570, 0.668), (0.592, 0.655), (0.500, 0.778), SHIRT)
    paint_wedge(canvas, (0.408, 0.655), (0.500, 0.778), (0.437, 0.800), (0.88, 0.89, 0.90))
    paint_wedge(canvas, (0.592, 0.655), (0.563, 0.800), (0.500, 0.778), (0.97, 0.97, 0.96))
    paint_wedge(canvas, (0.355, 0.705), (0.412, 0.675), (0.500, 0.980), (0.11, 0.18, 0.29))
    paint_wedge(canvas, (0.588, 0.675), (0.645, 0.705), (0.500, 0.980), (0.21, 0.30, 0.45))
    for row in range(3):
        Oval(0.50, 0.812 + 0.043 * row, 0.0045, 0.0034, (0.62, 0.64, 0.68), 1).paint(canvas)


def paint_wedge(
    canvas: list[list[Colour]],
    a: tuple[float, float],
    b: tuple[float, float],
    c: tuple[float, float],
    base: Colour,
) -> None:
    """Paint a triangle with corners in clockwise order and soft edges."""
    points = [(x * WIDTH, y * HEIGHT) for x, y in (a, b, c)]
    sides = []
    for (x0, y0), (x1, y1) in zip(points, points[1:] + points[:1], strict=True):
        length = math.hypot(x1 - x0, y1 - y0)
        sides.append((x0, y0, (x1 - x0) / length, (y1 - y0) / length))
    top, bottom = min(y for _, y in points), max(y for _, y in points)
    left, right = min(x for x, _ in points), max(x for x, _ in points)
    for row in range(int(top) - 1, min(HEIGHT, int(bottom) + 2)):
        for column in range(int(left) - 1, min(WIDTH, int(right) + 2)):
            inside = min(ux * (row - y) - uy * (column - x) for x, y, ux, uy in sides)
            cover = smooth(-0.8, 0.8, inside)
            if cover > 0:
                canvas[row][column] = mix(canvas[row][column], base, cover)


def paint_head(canvas: list[list[Colour]]) -> None:
    """Ears, face, hair over the brow, and the features."""
    for side in (-1, 1):
        Oval(0.5 + side * 0.172, 0.445, 0.026, 0.040, SKIN).paint(canvas)
    Oval(0.50, 0.425, 0.170, 0.180, SKIN).paint(canvas)
    Oval(0.50, 0.500, 0.135, 0.112, SKIN, 14).paint(canvas, 0.45)
    for side in (-1, 1):
        Oval(0.5 + side * 0.090, 0.492, 0.038, 0.022, (0.93, 0.58, 0.50), 12).paint(
            canvas, 0.28, flat=True
        )
        paint_eye(canvas, 0.5 + side * 0.068, 0.428, side)
    Oval(0.508, 0.466, 0.011, 0.038, (1.0, 0.88, 0.77), 5).paint(canvas, 0.38, flat=True)
    Oval(0.486, 0.468, 0.008, 0.034, (0.62, 0.43, 0.36), 6).paint(canvas, 0.28, flat=True)
    Oval(0.500, 0.4985, 0.027, 0.0075, (0.62, 0.40, 0.33), 4).paint(canvas, 0.50, flat=True)
    paint_mouth(canvas)
    paint_fringe(canvas)


def paint_mouth(canvas: list[list[Colour]]) -> None:
    """Two lips, a line between them that rises at its ends, and the shade below."""
    Oval(0.50, 0.5435, 0.041, 0.0085, LIP, 1.6).paint(canvas, 0.85, flat=True)
    Oval(0.50, 0.5360, 0.044, 0.0062, (0.66, 0.34, 0.31), 1.6).paint(canvas, 0.85, flat=True)
    Oval(0.50, 0.5465, 0.018, 0.0028, (0.90, 0.62, 0.57), 2).paint(canvas, 0.6, flat=True)
    for step in range(-24, 25):
        x = step / 24
        Oval(0.50 + 0.049 * x, 0.5405 - 0.0055 * x * x, 0.004, 0.0016, (0.42, 0.20, 0.19), 1).paint(
            canvas, 0.55, flat=True
        )
    Oval(0.50, 0.5640, 0.028, 0.0060, (0.62, 0.42, 0.34), 4).paint(canvas, 0.32, flat=True)


def paint_eye(canvas: list[list[Colour]], x: float, y: float, side: int) -> None:
    """White, iris, light, lid and brow of one eye."""
    Oval(x, y - 0.004, 0.042, 0.020, (0.60, 0.40, 0.33), 6).paint(canvas, 0.40, flat=True)
    Oval(x, y, 0.031, 0.0125, (0.97, 0.96, 0.94), 1).paint(canvas, flat=True)
    Oval(x, y, 0.0145, 0.0122, (0.24, 0.15, 0.11), 1).paint(canvas, flat=True)
    Oval(x + 0.006, y - 0.004, 0.0042, 0.0032, (1.0, 1.0, 1.0), 1).paint(canvas, flat=True)
    Oval(x, y - 0.0125, 0.034, 0.0042, HAIR, 1.2).paint(canvas, 0.9, flat=True)
    Oval(x + side * 0.004, y - 0.036, 0.040, 0.0055, HAIR, 2).paint(canvas, 0.85, flat=True)


def paint_fringe(canvas: list[list[Colour]]) -> None:
    """Hair over the brow, parted on one side, with strands that catch the light."""
    for side in (-1, 1):
        Oval(0.5 + side * 0.168, 0.372, 0.027, 0.080, HAIR, 1.4).paint(canvas, flat=True)
    Oval(0.452, 0.296, 0.146, 0.062, HAIR, 1.6).paint(canvas, flat=True)
    Oval(0.592, 0.302, 0.096, 0.060, HAIR, 1.6).paint(canvas, flat=True)
    Oval(0.500, 0.274, 0.186, 0.084, HAIR, 2.0).paint(canvas, flat=True)
    for strand in range(26):
        # Strands leave the parting and bend round the head to either side.
        reach = (strand - 8.5) / 17.5
        for step in range(44):
            t = step / 43
            x = 0.548 + reach * (0.05 + (0.17 if reach < 0 else 0.085) * math.sin(1.5 * t))
            y = (
                0.212
                + 0.022 * (1 - t) * reach * reach
                + 0.085 * t * t * (0.5 + 0.9 * abs(reach))
                + 0.012 * abs(reach)
            )
            shine = math.exp(-(((t - 0.42) / 0.22) ** 2)) * (0.35 + 0.25 * (strand % 3))
            Oval(x, y, 0.0030, 0.0020, (0.55, 0.46, 0.43), 1).paint(canvas, 0.34 * shine, flat=True)


def render(seed: int) -> list[list[Colour]]:
    """Return the picture as rows of colours, and tell how far it is."""
    landscape = Landscape(seed)
    canvas: list[list[Colour]] = []
    for row in range(HEIGHT):
        canvas.append([landscape.at(column, row) for column in range(WIDTH)])
        if row % 40 == 0:
            print(f"PROGRESS {80 * row // HEIGHT}/100 landscape", flush=True)
    paint_bust(canvas)
    print("PROGRESS 85/100 shoulders", flush=True)
    paint_head(canvas)
    print("PROGRESS 95/100 head", flush=True)
    return canvas


def png(canvas: list[list[Colour]], seed: int) -> bytes:
    """Encode rows of colours as PNG; half a level of noise keeps the sky free of bands."""
    rng = random.Random(seed)
    raw = bytearray()
    for row in canvas:
        raw.append(0)
        for colour in row:
            level = rng.random()
            raw.extend(min(255, max(0, int(part * 255 + level))) for part in colour)
    size = struct.pack(">IIBBBBB", len(canvas[0]), len(canvas), 8, 2, 0, 0, 0)
    parts = ((b"IHDR", size), (b"IDAT", zlib.compress(bytes(raw), 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(kind, data) for kind, data in parts)


def chunk(kind: bytes, data: bytes) -> bytes:
    """One chunk of a PNG: length, kind, data, checksum."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def main() -> None:
    """Read the arguments, render, write the file."""
    parser = argparse.ArgumentParser(description="Compose a portrait before a landscape.")
    parser.add_argument("--seed", type=int, default=8)
    parser.add_argument("--out", default="portrait.png")
    args = parser.parse_args()
    data = png(render(args.seed), args.seed)
    with open(args.out, "wb") as file:
        file.write(data)
    print("PROGRESS 100/100 done")
    print(f"wrote {args.out}: {WIDTH} × {HEIGHT} pixels, {len(data)} bytes")


if __name__ == "__main__":
    main()
