"""Reads captures the way a notebook would, and prints what they come to, and what it took.

Argument: the folder. Prints JSON: the sums, then seconds on the clock and of the processor from the
first file on, and the most memory in bytes.
"""

import base64
import glob
import json
import resource
import sys
import time

start, start_cpu = time.perf_counter(), time.process_time()
records = picture_bytes = 0
confidence = 0.0
labels = {}
for name in sorted(glob.glob(sys.argv[1] + "/**/*.jsonl", recursive=True)):
    with open(name, "rb") as file:
        for line in file:
            record = json.loads(line)
            sides = record["captureData"]
            picture_bytes += len(base64.b64decode(sides["endpointInput"]["data"]))
            scores = json.loads(sides["endpointOutput"]["data"])
            highest = max(scores)
            label = scores.index(highest)
            labels[label] = labels.get(label, 0) + 1
            confidence += highest
            records += 1
print(
    json.dumps(
        {
            "sums": [records, picture_bytes, confidence, [labels[label] for label in sorted(labels)]],
            "clock": time.perf_counter() - start,
            "processor": time.process_time() - start_cpu,
            "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
        }
    )
)
