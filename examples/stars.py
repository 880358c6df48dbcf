"""Find one class of star among many: RR Lyrae variables, by their light curves.

RR Lyrae stars are old giants that swell and shrink within a day; their true brightness is
known, so each one found measures a distance. A sky of stars is generated from a seed: steady
stars, eclipsing pairs, slow Cepheids, quick delta Scuti stars, and the RR Lyrae sought. The
search sees measurements only:

1. colour: RR Lyrae lie in a narrow strip of B − V;
2. scatter: ten measurements must vary more than their errors allow;
3. period: power P(f) = |Σ (m_k − m̄) exp(2πi f t_k)|² over a grid of frequencies;
4. shape: the curve folded at the best period must rise fast and fall slowly.

What was planted is compared with what was found only at the end. Standard library alone.
"""

import argparse
import cmath
import csv
import json
import math
import random
from operator import mul

CLASSES = ("steady", "eclipsing", "cepheid", "delta_scuti", "rr_lyrae")
SHARES = (0.9700, 0.0140, 0.0030, 0.0080, 0.0050)
COLOUR_STRIP = (0.18, 0.48)
NIGHTS_D = 12.0
SNAPSHOTS = 10
MEASUREMENTS = 60
ERROR_MAG = 0.02
SCATTER_MIN_MAG = 0.12
FREQUENCY_PER_D = (1.15, 3.6)
FREQUENCY_STEP_PER_D = 1 / (8 * NIGHTS_D)
AMPLITUDE_MAG = (0.35, 1.4)
RISE_MAX = 0.33
PHASE_BINS = 15


def make_star(rng: random.Random, number: int) -> dict[str, object]:
    """Draw one star: number, colour B − V, mean magnitude and its (hidden) class."""
    kind = rng.choices(CLASSES, SHARES)[0]
    if kind == "rr_lyrae":
        colour = rng.gauss(0.33, 0.05)
    elif kind == "delta_scuti":
        colour = rng.gauss(0.25, 0.08)
    elif kind == "cepheid":
        colour = rng.gauss(0.70, 0.12)
    else:
        colour = rng.gauss(0.65, 0.30)
    magnitude = 21.0 - 7.0 * rng.random() ** 2
    return {"star": number, "colour": colour, "magnitude": magnitude, "hidden": kind}


def light_curve(kind: str, rng: random.Random):
    """Return brightness in magnitudes, relative to the mean, as a function of days."""
    if kind == "steady":
        return lambda t: 0.0
    period = {
        "eclipsing": lambda: rng.uniform(0.4, 6.0),
        "cepheid": lambda: rng.uniform(3.0, 30.0),
        "delta_scuti": lambda: rng.uniform(0.04, 0.20),
        "rr_lyrae": lambda: rng.uniform(0.44, 0.80),
    }[kind]()
    phase0 = rng.random()
    amplitude = rng.uniform(0.3, 1.1) if kind != "rr_lyrae" else 1.75 - 1.6 * (period - 0.2)
    if kind == "eclipsing":
        return lambda t: amplitude * eclipse((t / period + phase0) % 1.0)
    if kind == "delta_scuti":
        return lambda t: amplitude / 3 * math.sin(2 * math.pi * (t / period + phase0))
    rise = 0.30 if kind == "cepheid" else rng.uniform(0.12, 0.22)
    return lambda t: amplitude * sawtooth((t / period + phase0) % 1.0, rise)


def sawtooth(phase: float, rise: float) -> float:
    """Fast rise to maximum light, slow fall; a larger magnitude is fainter."""
    if phase < rise:
        return 0.5 - (1 - math.cos(math.pi * phase / rise)) / 2
    return -0.5 + ((phase - rise) / (1 - rise)) ** 0.8


def eclipse(phase: float) -> float:
    """One deep and one shallow eclipse a turn."""
    deep = max(0.0, 1 - abs(phase - 0.25) / 0.07)
    shallow = max(0.0, 1 - abs(phase - 0.75) / 0.07)
    return deep + 0.6 * shallow


def measure(curve, rng: random.Random, count: int) -> tuple[list[float], list[float]]:
    """Measure a curve at random times of some nights, with errors; return days, magnitudes."""
    times = sorted(
        rng.randrange(int(NIGHTS_D)) + 0.40 * rng.random() + 0.3 * (rng.random() < 0.3)
        for _ in range(count)
    )
    return times, [curve(t) + rng.gauss(0.0, ERROR_MAG) for t in times]


def scatter(values: list[float]) -> float:
    """Standard deviation in magnitudes."""
    mean = sum(values) / len(values)
    return math.sqrt(sum((v - mean) ** 2 for v in values) / (len(values) - 1))


def best_period(times: list[float], values: list[float]) -> float:
    """Return the period in days of greatest power, among the three best by smoothness.

    The exponentials of neighbouring frequencies differ by a fixed turn, so each step of the
    grid costs one complex product a measurement.
    """
    mean = sum(values) / len(values)
    centred = [v - mean for v in values]
    low, high = FREQUENCY_PER_D
    steps = int((high - low) / FREQUENCY_STEP_PER_D)
    turn = [cmath.exp(2j * math.pi * FREQUENCY_STEP_PER_D * t) for t in times]
    wave = [cmath.exp(2j * math.pi * low * t) for t in times]
    powers = []
    for step in range(steps):
        powers.append((abs(sum(map(mul, centred, wave))), low + step * FREQUENCY_STEP_PER_D))
        wave = list(map(mul, wave, turn))
    best = [frequency for _, frequency in sorted(powers, reverse=True)[:6]]
    fine = [f + d * FREQUENCY_STEP_PER_D / 4 for f in best for d in (-2, -1, 0, 1, 2)]
    return 1 / min(fine, key=lambda f: roughness(times, values, f))


def roughness(times: list[float], values: list[float], frequency: float) -> float:
    """Sum of squared steps of the folded curve: least where the folding is right."""
    turns = sorted((t * frequency % 1.0, v) for t, v in zip(times, values, strict=True))
    folded = [v for _, v in turns]
    after = folded[1:] + folded[:1]
    return sum((a - b) ** 2 for a, b in zip(folded, after, strict=True))


def shape(times: list[float], values: list[float], period: float) -> tuple[float, float]:
    """Fold at a period; return amplitude in magnitudes and the share of the turn spent rising."""
    bins: list[list[float]] = [[] for _ in range(PHASE_BINS)]
    for t, v in zip(times, values, strict=True):
        bins[int(t / period % 1.0 * PHASE_BINS)].append(v)
    curve = [sum(b) / len(b) if b else None for b in bins]
    known = [(v, i) for i, v in enumerate(curve) if v is not None]
    (bright, at_bright), (faint, at_faint) = min(known), max(known)
    return faint - bright, (at_bright - at_faint) % PHASE_BINS / PHASE_BINS


def examine(star: dict[str, object], seed: int) -> dict[str, object] | None:
    """Look closer at one star; return its figures if it is an RR Lyrae star, else None."""
    rng = random.Random(seed * 1_000_003 + int(str(star["star"])))
    curve = light_curve(str(star["hidden"]), rng)
    if scatter(measure(curve, rng, SNAPSHOTS)[1]) < SCATTER_MIN_MAG:
        return None
    times, values = measure(curve, rng, MEASUREMENTS)
    period = best_period(times, values)
    amplitude, rise = shape(times, values, period)
    smooth = roughness(times, values, 1 / period) / (len(values) * scatter(values) ** 2)
    fits = AMPLITUDE_MAG[0] <= amplitude <= AMPLITUDE_MAG[1]
    if not fits or not 0 < rise <= RISE_MAX or smooth > 0.45:
        return None
    return {**star, "period_d": period, "amplitude_mag": amplitude, "rise": rise}


def search(count: int, seed: int) -> tuple[list[dict[str, object]], dict[str, int]]:
    """Generate the stars and search them; return those found, and how many passed each step."""
    rng = random.Random(seed)
    strip: list[dict[str, object]] = []
    planted = 0
    for number in range(count):
        star = make_star(rng, number)
        planted += star["hidden"] == "rr_lyrae"
        if COLOUR_STRIP[0] <= float(str(star["colour"])) <= COLOUR_STRIP[1]:
            strip.append(star)
        if number % (count // 10 or 1) == 0:
            print(f"PROGRESS {20 * number // count}/100 looking at colours", flush=True)
    print(f"{count} stars, {len(strip)} of the right colour", flush=True)
    found: list[dict[str, object]] = []
    for done, star in enumerate(strip):
        figures = examine(star, seed)
        if figures:
            found.append(figures)
        if done % (len(strip) // 20 or 1) == 0:
            print(f"PROGRESS {20 + 80 * done // len(strip)}/100 folding light curves", flush=True)
    right = sum(star["hidden"] == "rr_lyrae" for star in found)
    counts = {
        "stars": count,
        "right_colour": len(strip),
        "found": len(found),
        "right": right,
        "planted": planted,
    }
    return found, counts


def write(found: list[dict[str, object]], counts: dict[str, int], out: str, summary: str) -> None:
    """Write the stars found as CSV and the counts as JSON."""
    with open(out, "w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(["star", "colour_b_v", "magnitude", "period_d", "amplitude_mag", "rise"])
        for star in found:
            rows.writerow(
                [star["star"]]
                + [f"{star[name]:.3f}" for name in ("colour", "magnitude")]
                + [f"{star['period_d']:.5f}", f"{star['amplitude_mag']:.3f}", f"{star['rise']:.2f}"]
            )
    with open(summary, "w", encoding="utf-8") as file:
        json.dump({"class": "RR Lyrae", **counts}, file, indent=1)
        file.write("\n")


def main() -> None:
    """Read the arguments, search, write, and say what was found."""
    parser = argparse.ArgumentParser(description="Find RR Lyrae stars by their light curves.")
    parser.add_argument("--stars", type=int, default=200_000)
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--out", default="stars.csv")
    parser.add_argument("--summary", default="stars.json")
    args = parser.parse_args()
    found, counts = search(args.stars, args.seed)
    write(found, counts, args.out, args.summary)
    print("PROGRESS 100/100 done")
    print(
        f"found {counts['found']} RR Lyrae stars among {counts['stars']}: "
        f"{counts['right']} of {counts['planted']} planted ones, "
        f"{counts['found'] - counts['right']} mistaken"
    )


if __name__ == "__main__":
    main()
