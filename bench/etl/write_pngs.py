"""Writes images as PNG the way a notebook would, and prints the seconds that took.

Arguments: pillow | imsave, number of processes, file of records, file with a line per image
(position of the record, tab, path), folder.
"""

import multiprocessing
import sys
import time

import numpy

RECORD_BYTES = 3074


def write(library, records, jobs, folder):
    if library == "pillow":
        from PIL import Image

        def save(path, pixels):
            Image.fromarray(pixels).save(path)
    else:
        import matplotlib

        matplotlib.use("Agg")
        from matplotlib.pyplot import imsave as save
    start = time.perf_counter()
    for record, path in jobs:
        planes = records[record, 2:].reshape(3, 32, 32)
        save(f"{folder}/{path}", numpy.ascontiguousarray(planes.transpose(1, 2, 0)))
    return time.perf_counter() - start


def main():
    library, processes, records, jobs, folder = sys.argv[1:]
    records = numpy.memmap(records, dtype=numpy.uint8, mode="r").reshape(-1, RECORD_BYTES)
    with open(jobs) as lines:
        jobs = [(int(record), path) for record, path in (l.rstrip("\n").split("\t") for l in lines)]
    count = int(processes)
    # A process takes a run of classes, so that no two write to one folder at a time.
    size = -(-len(jobs) // count)
    work = [(library, records, jobs[i : i + size], folder) for i in range(0, len(jobs), size)]
    with multiprocessing.get_context("fork").Pool(count) as pool:
        print(max(pool.starmap(write, work)))


main()
