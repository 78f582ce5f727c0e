"""AWS's API model of SageMaker, as botocore has it, judges the local one.

    python3 apiModel.py requests   reads requests that are right, {"operation", "input"} a line each,
                                   and prints wrong ones like them: {"operation", "input", "flaw"}
    python3 apiModel.py answers    reads {"operation", "answer"} a line each, and prints what is wrong
                                   with each answer, as a list
    python3 apiModel.py inputs     reads {"operation", "input"} a line each, and prints what is wrong with
                                   each request, as a list
"""
import json
import re
import sys

import botocore.session

MODEL = botocore.session.get_session().get_service_model("sagemaker")


def flawed_values(shape):
    """Values that a member must not have, each with what is wrong with it."""
    limits = shape.metadata
    if getattr(shape, "enum", None):
        yield "no-such-value", "enum"
    elif shape.type_name == "string":
        if "max" in limits:
            yield "a" * (limits["max"] + 1), "too long"
        if limits.get("pattern") not in (None, ".*"):
            yield "!?", "pattern"
    elif shape.type_name in ("integer", "long"):
        if "min" in limits:
            yield limits["min"] - 1, "too small"
        if "max" in limits:
            yield limits["max"] + 1, "too great"
    if shape.type_name in ("integer", "boolean", "structure", "list", "timestamp"):
        yield "text", "type"


def requests(operation, usual):
    shape = MODEL.operation_model(operation).input_shape
    for name in shape.required_members:
        yield {key: value for key, value in usual.items() if key != name}, f"{name}: required"
    for name, member in shape.members.items():
        for value, flaw in flawed_values(member):
            yield {**usual, name: value}, f"{name}: {flaw}"
    yield {**usual, "NoSuchMember": 1}, "NoSuchMember: unknown"


def flaws(shape, value, path):
    """What is wrong with a value of an answer."""
    kind = shape.type_name
    if kind == "structure":
        if not isinstance(value, dict):
            yield f"{path}: no structure"
            return
        for name in shape.required_members:
            if name not in value:
                yield f"{path}.{name}: required"
        for name, member in value.items():
            if name in shape.members:
                yield from flaws(shape.members[name], member, f"{path}.{name}")
            else:
                yield f"{path}.{name}: unknown"
    elif kind == "list":
        if not isinstance(value, list):
            yield f"{path}: no list"
            return
        for index, item in enumerate(value):
            yield from flaws(shape.member, item, f"{path}[{index}]")
    elif kind == "map":
        for key, item in value.items():
            yield from flaws(shape.key, key, f"{path} key")
            yield from flaws(shape.value, item, f"{path}.{key}")
    elif kind == "string":
        limits = shape.metadata
        if not isinstance(value, str):
            yield f"{path}: no text"
        elif getattr(shape, "enum", None) and value not in shape.enum:
            yield f"{path}: {value} is none of its values"
        elif len(value) > limits.get("max", 1 << 20):
            yield f"{path}: too long"
        elif "pattern" in limits and not re.fullmatch(limits["pattern"], value, re.S):
            yield f"{path}: {value} against its pattern"
    elif kind == "boolean":
        if not isinstance(value, bool):
            yield f"{path}: no boolean"
    elif isinstance(value, bool) or not isinstance(value, (int, float)):
        yield f"{path}: no number"
    elif not shape.metadata.get("min", value) <= value <= shape.metadata.get("max", value):
        yield f"{path}: {value} is out of range"


def main():
    if sys.argv[1] == "inputs":
        judge_inputs()
    elif sys.argv[1] == "requests":
        for line in sys.stdin:
            case = json.loads(line)
            for value, flaw in requests(case["operation"], case["input"]):
                print(json.dumps({"operation": case["operation"], "input": value, "flaw": flaw}))
    else:
        for line in sys.stdin:
            case = json.loads(line)
            shape = MODEL.operation_model(case["operation"]).output_shape
            wrong = flaws(shape, case["answer"], case["operation"]) if shape else []
            print(json.dumps(list(wrong)))


def judge_inputs():
    for line in sys.stdin:
        case = json.loads(line)
        shape = MODEL.operation_model(case["operation"]).input_shape
        print(json.dumps(list(flaws(shape, case["input"], case["operation"]))))


main()
