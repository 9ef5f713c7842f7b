#!/usr/bin/env python3
"""Quantiles and exact bounds worked out with 50 digits, for test/verdict/statistics/statistics.test.ts.

Independent of the program: mpmath's incomplete beta function by its own series and root finding, signed ranks
counted as whole numbers. Needs Debian's python3-mpmath; `python3 oracle.py > oracle.json` makes the table anew.
"""
import json
from fractions import Fraction

from mpmath import betainc, mp, mpf

mp.dps = 50


def beta_cdf(x, a, b):
    return betainc(a, b, 0, x, regularized=True)


def halve(f, low, high):
    """The zero of a rising function."""
    low, high = mpf(low), mpf(high)
    for _ in range(190):
        middle = (low + high) / 2
        if f(middle) < 0:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def beta_quantile(p, a, b):
    return halve(lambda x: beta_cdf(x, mpf(a), mpf(b)) - mpf(p), 0, 1)


def t_cdf(t, df):
    tail = beta_cdf(df / (df + t * t), mpf(df) / 2, mpf(1) / 2) / 2
    return 1 - tail if t > 0 else tail


def t_quantile(p, df):
    return halve(lambda t: t_cdf(t, mpf(df)) - mpf(p), -10**7, 10**7)


def signed_rank_place(n, alpha):
    counts = {0: 1}
    for rank in range(1, n + 1):
        after = dict(counts)
        for total, ways in counts.items():
            after[total + rank] = after.get(total + rank, 0) + ways
        counts = after
    below, place = 0, 0
    for total in range(n * (n + 1) // 2 + 1):
        below += counts[total]
        if Fraction(below, 2**n) > Fraction(alpha):
            break
        place += 1
    return place


def main():
    # Levels as doubles, since the program has them so.
    levels = [0.05 / 3, 0.05 / 6, 0.05 / 9, 0.05 / 15, 0.05, 0.2, 0.3, 0.45, 1e-6]
    table = {
        "logGamma": [[x, float(mp.loggamma(mpf(x)))] for x in (0.5, 1.5, 2, 3.7, 14.99, 15, 100.25, 1e4)],
        "beta": [
            [p, a, b, float(beta_quantile(p, a, b))]
            for p in (1e-6, 0.025, 0.3, 0.5, 0.975, 0.999999)
            for a, b in ((0.5, 0.5), (0.5, 7), (7, 0.5), (1, 1), (2, 500), (40, 3), (300, 700))
        ],
        "student": [
            [1 - level, df, float(t_quantile(1 - level, df))] for level in levels for df in (1, 2, 4, 9, 14, 60)
        ],
        "clopperPearson": [
            [
                k,
                n,
                alpha,
                0.0 if k == 0 else float(beta_quantile(alpha / 2, k, n - k + 1)),
                1.0 if k == n else float(beta_quantile(1 - alpha / 2, k + 1, n - k)),
            ]
            for k, n in ((0, 1), (0, 325), (1, 325), (3, 10), (10, 10), (199, 200), (500, 10000))
            for alpha in (0.05, 0.01)
        ],
        "signedRank": [[n, level, signed_rank_place(n, level)] for n in range(1, 31) for level in levels],
    }
    print(json.dumps(table))


main()
