"""Writes images as PNG the way a notebook would, and prints seconds: on the clock, of processors.

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
    start, start_cpu = time.perf_counter(), time.process_time()
    for record, path in jobs:
        planes = records[record, 2:].reshape(3, 32, 32)
        save(f"{folder}/{path}", numpy.ascontiguousarray(planes.transpose(1, 2, 0)))
    return time.perf_counter() - start, time.process_time() - start_cpu


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
        clock, processors = zip(*pool.starmap(write, work))
    print(max(clock), sum(processors))


main()
