"""Writes points.csv: values of the special functions at 60 digits or as exact fractions, from mpmath 1.3 or later.

    pip install mpmath && python make_fixtures.py
"""

import csv
import random
from fractions import Fraction
from itertools import product
from math import comb, factorial
from pathlib import Path

import mpmath as mp

mp.mp.dps = 60
rng = random.Random(20261125)
rows: list[list[str]] = []


def add(function: str, arguments: list[float], value, tolerance: float, note: str = "") -> None:
    value = mp.mpf(value)
    number = float(value)
    log10 = mp.log10(value) if value > 0 else mp.mpf(0)
    expected = repr(number) if value == 0 or 1e-300 < abs(number) < 1e300 else ""
    rows.append([function, " ".join(map(repr, arguments)), expected, mp.nstr(log10, 20), repr(tolerance), note])


def tail(x):
    return mp.erfc(mp.mpf(x) / mp.sqrt(2)) / 2


# The normal distribution.
for x in [0.0, 1e-12, 0.3, 1.0, 2.5, 4.999, 5.0, 5.001, 7.9, 12.3, 20.1, 30.7, 37.0, 60.0, 500.0]:
    for sign in (1, -1):
        add("normal_sf", [sign * x], tail(sign * x), 1e-13)
for _ in range(60):
    x = rng.uniform(-38, 38)
    add("normal_sf", [x], tail(x), 1e-13)
for exponent in [1, 2, 5, 10, 20, 50, 100, 200, 250, 290, 300]:
    for factor in (1.0, 3.7):
        p = factor * 10.0**-exponent
        guess = -mp.sqrt(-2 * mp.log(p))
        add("normal_quantile", [p], mp.findroot(lambda x: mp.log(tail(-x)) - mp.log(p), guess), 1e-13)
for p in [0.5 + 1e-9, 0.5 - 1e-7, 0.501, 0.3, 0.77, 0.9, 0.999, 1 - 1e-12]:
    value = mp.sqrt(2) * mp.erfinv(2 * mp.mpf(p) - 1)
    add("normal_quantile", [p], value, 1e-13)
for x in [-40.0, -3.0, -0.2, 0.0, 0.5, 0.999, 1.0, 1.001, 2.0, 5.0, 9.3, 20.0, 35.0, 200.0]:
    x_ = mp.mpf(x)
    add("unit_normal_loss", [x], mp.npdf(x_) - x_ * tail(x_), 1e-12)

# Student's t. Far out the integral of the density; it is a hypergeometric function of ν/(ν + t²).
def two_sided(t, v):
    t, v = mp.mpf(t), mp.mpf(v)
    if t == 0:
        return mp.mpf(1)
    if v >= 1000:
        log_density = lambda u: mp.loggamma((v + 1) / 2) - mp.loggamma(v / 2) - mp.log(v * mp.pi) / 2 - (v + 1) / 2 * mp.log1p(u * u / v)
        if t < 1.5:
            return 1 - 2 * mp.quad(lambda u: mp.exp(log_density(u)), [0, t])
        top = log_density(t)
        step = 1 / (t + 1 / t)
        points = [t + step * k for k in (0, 1, 3, 8, 20, 50, 150)]
        return 2 * mp.exp(top) * mp.quad(lambda u: mp.exp(log_density(u) - top), points)
    return mp.betainc(v / 2, mp.mpf(1) / 2, 0, v / (v + t * t), regularized=True)


for v in [0.05, 0.3, 1.0, 2.5, 7.77, 31.4, 333.3, 999.0, 1e4 + 0.5, 1e6 + 0.25, 3e7, 1e9]:
    for t in [1e-9, 0.01, 0.4, 1.0, 1.73, 1.75, 2.2, 4.5, 9.0, 20.0, 37.0]:
        add("t_two_sided_p", [t, v], two_sided(t, v), 1e-12)
for v in [1.3, 12.6, 450.2, 1e9]:
    for t in [60.0, 150.0, 1e4]:
        if v < 1e3 or t < 1e3:
            add("t_two_sided_p", [t, v], two_sided(t, v), 1e-12)
for v in [0.9, 3.3, 18.2, 240.7, 5000.5, 1e6 + 0.25, 1e9]:
    for alpha in [0.9, 0.5, 0.05, 0.001, 1e-8, 1e-20]:
        start = mp.sqrt(2) * mp.erfinv(1 - mp.mpf(alpha)) if v > 20 else (1 / mp.mpf(alpha)) ** (1 / mp.mpf(v))
        root = mp.findroot(
            lambda s: mp.log(two_sided(mp.exp(s), v)) - mp.log(alpha), (mp.log(start), mp.log(start) + 0.05), tol=1e-38, solver="secant", maxsteps=60
        ) if alpha <= 0.5 else mp.findroot(
            lambda s: mp.log(1 - two_sided(mp.exp(s), v)) - mp.log(1 - mp.mpf(alpha)), (mp.log(start), mp.log(start) + 0.05), tol=1e-38, solver="secant", maxsteps=60
        )
        add("t_two_sided_critical", [alpha, v], mp.exp(root), 1e-12)

# The incomplete gamma and beta functions.
for _ in range(60):
    a = 10 ** rng.uniform(-0.3, 3)
    x = a * 10 ** rng.uniform(-0.5, 0.6)
    add("gamma_q_regularized", [a, x], mp.gammainc(a, x, regularized=True), 1e-11)
for df in [1, 2, 3, 7, 50, 400]:
    for x in [0.01, 1.0, df, 2.0 * df + 5, 10.0 * df + 80, 1300.0]:
        add("chi2_sf", [float(x), float(df)], mp.gammainc(mp.mpf(df) / 2, mp.mpf(x) / 2, regularized=True), 1e-12)
for _ in range(80):
    a, b = 10 ** rng.uniform(-1, 3.3), 10 ** rng.uniform(-1, 3.3)
    x = min(0.999, max(1e-6, a / (a + b) * 10 ** rng.uniform(-0.2, 0.2)))
    low, high = sorted((mp.mpf(x), mp.mpf(a) / (mp.mpf(a) + b)))
    value = mp.betainc(a, b, 0, x, regularized=True)
    if value > 0:
        add("beta_regularized", [x, a, b], value, 1e-11)
for x in [0.001, 0.2, 1.0, 1 + 2.0**-30, 1.5, 2.0, 2 - 2.0**-40, 15.99, 16.0, 1e3, 1e8, 1e300]:
    value = mp.loggamma(mp.mpf(x))
    rows.append(["log_gamma", repr(x), repr(float(value)), "", "1e-13", ""])


# Tests of counts, as exact fractions.
def binomial(k: int, n: int, p: Fraction) -> Fraction:
    chances = [comb(n, i) * p**i * (1 - p) ** (n - i) for i in range(n + 1)]
    return sum((c for c in chances if c <= chances[k]), Fraction(0))


def fisher(k0: int, n0: int, k1: int, n1: int) -> Fraction:
    k = k0 + k1
    ways = {i: comb(n0, i) * comb(n1, k - i) for i in range(max(0, k - n1), min(k, n0) + 1)}
    return Fraction(sum(w for w in ways.values() if w <= ways[k0]), comb(n0 + n1, k))


def multinomial(counts: tuple[int, ...], shares: list[Fraction]) -> Fraction:
    total = sum(counts)

    def chance(outcome) -> Fraction:
        value = Fraction(factorial(total))
        for c, s in zip(outcome, shares):
            value = value * s**c / factorial(c)
        return value

    seen = chance(counts)
    outcomes = (o for o in product(range(total + 1), repeat=len(counts)) if sum(o) == total)
    return sum((c for c in map(chance, outcomes) if c <= seen), Fraction(0))


def exact(value: Fraction):
    return mp.mpf(value.numerator) / value.denominator


for k, n, p in [(0, 1, 0.5), (3, 10, 0.25), (7, 10, 0.5), (0, 40, 0.125), (40, 40, 0.875), (10, 1000, 0.03125), (70, 1000, 0.03125),
                (600, 1000, 0.5), (400, 1000, 0.5), (999, 1000, 0.5), (31, 1000, 0.03125)]:
    add("binomial_two_sided_p", [k, n, p], exact(binomial(k, n, Fraction(p))), 1e-11)
for _ in range(25):
    n = rng.randint(1, 400)
    k, p = rng.randint(0, n), rng.randint(1, 127) / 128
    add("binomial_two_sided_p", [k, n, p], exact(binomial(k, n, Fraction(p))), 1e-11)
for table in [(0, 5, 0, 5), (0, 5, 5, 5), (1, 1, 0, 1), (4, 1000, 30, 1000), (30, 1000, 4, 1000), (0, 20000, 9, 20000), (3, 10, 300, 1000),
              (250, 500, 250, 500), (2, 3000, 3, 3000)]:
    add("fisher_two_sided_p", list(table), exact(fisher(*table)), 1e-11)
for _ in range(40):
    n0, n1 = rng.randint(1, 300), rng.randint(1, 300)
    table = (rng.randint(0, n0), n0, rng.randint(0, n1), n1)
    add("fisher_two_sided_p", list(table), exact(fisher(*table)), 1e-11)
for counts, weights in [((1, 2, 3), (1, 1, 2)), ((0, 0, 7), (1, 1, 2)), ((5, 5, 6), (1, 1, 2)), ((4, 0, 1, 3), (2, 2, 3, 1)),
                        ((2, 2, 2, 2), (1, 1, 1, 1)), ((12, 0, 4), (1, 1, 6)), ((3, 4), (1, 3)), ((20, 3, 9), (2, 1, 1))]:
    total = sum(weights)
    add("multinomial_two_sided_p", [*counts, *weights], exact(multinomial(counts, [Fraction(w, total) for w in weights])), 1e-11)

with (Path(__file__).parent / "points.csv").open("w", newline="") as file:
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(["function", "arguments", "expected", "log10_expected", "relative_tolerance", "note"])
    writer.writerows(rows)
print(len(rows))
