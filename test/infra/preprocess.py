"""What a record preprocessor makes of each captured record, one a line: its row, or an empty list.

    python3 preprocess.py ROWS SCRIPT < CAPTURES.jsonl

ROWS is the file with the classes that the records are made of.
"""
import contextlib
import importlib.util
import json
import sys


def load(name, path):
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


rows, script = load("rows", sys.argv[1]), load("script", sys.argv[2])
for line in sys.stdin:
    with contextlib.redirect_stdout(sys.stderr):
        row = script.preprocess_handler(rows.CapturedData(json.loads(line)))
    print(json.dumps(row))
