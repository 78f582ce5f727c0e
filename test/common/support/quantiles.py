"""Quantiles of chi-square, and distances of binned samples, as SciPy has them."""

import json
import sys

from scipy.stats import chi2, ks_2samp


def values(counts):
    return [bin for bin, count in enumerate(counts) for _ in range(count)]


for line in sys.stdin:
    asked = json.loads(line)
    if sys.argv[1] == "chi2":
        print(chi2.isf(asked["tail"], asked["degrees"]))
    else:
        print(ks_2samp(values(asked["one"]), values(asked["other"])).statistic)
