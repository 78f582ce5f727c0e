"""Record preprocessor of SageMaker Model Monitor: one captured request becomes one flat row.

The analyzer's container runs it for every record ("Preprocessing and Postprocessing", SageMaker AI
Developer Guide), with nothing but what comes with Python; which Python, AWS does not say, so it keeps
to what 3.6 knows. It raises nothing: a record that kills the handler kills the whole job.

Deployment fills in the classes. The columns are those of infra/commands/managedBaseline.ts, and mean
the same: test/infra/preprocessor.test.ts compares the two over one set of pictures.
"""
import base64
import binascii
import json
import math
import re
import struct
import zlib

# Names in label order.
CLASSES = []

# Starts the inference ids of requests that deployment itself made: no live traffic.
DEPLOYMENT_PREFIX = "parity-"

# Pictures with more pixels are not looked into, for plain Python is slow; the workflow's have a thousand.
MOST_PIXELS = 1 << 16

# Weights of red, green and blue in brightness (ITU-R BT.601).
LUMA = (0.299, 0.587, 0.114)

# As JSON has it, with spaces around: what Python takes for a number besides is none to others.
CSV_NUMBER = re.compile(r"\s*-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?\s*")

# Most that a pixel can differ from its four neighbours together.
MOST_LAPLACIAN = 4


def preprocess_handler(inference_record):
    """The row of a record; of one that is no live traffic, or has nothing in it, no row."""
    try:
        if is_from_deployment(inference_record):
            return []
        row = {}
        row.update(answer_columns(getattr(inference_record, "endpoint_output", None)))
        row.update(picture_columns(getattr(inference_record, "endpoint_input", None)))
        return row if row else []
    except Exception as error:  # pylint: disable=broad-except
        print("A record was left out: %s: %s" % (type(error).__name__, error))
        return []


def is_from_deployment(record):
    event = getattr(record, "event_dict", None)
    metadata = event.get("eventMetadata") if isinstance(event, dict) else None
    inference_id = metadata.get("inferenceId") if isinstance(metadata, dict) else None
    return isinstance(inference_id, str) and inference_id.startswith(DEPLOYMENT_PREFIX)


def body_of(side):
    """The bytes that were sent or answered; None where there are none that can be read."""
    data = getattr(side, "data", None)
    if not isinstance(data, str):
        return None
    if getattr(side, "encoding", None) != "BASE64":
        return data.encode("utf-8", "replace")
    try:
        return base64.b64decode(data, validate=True)
    except (binascii.Error, ValueError):
        return None


def answer_columns(side):
    """Class, its probability, and the probabilities of all classes in label order."""
    scores = scores_of(side)
    if scores is None:
        return {}
    confidence = max(scores)
    row = {"predicted_class": CLASSES[scores.index(confidence)], "confidence": confidence}
    for label, score in enumerate(scores):
        row["probability_%d" % label] = score
    return row


def scores_of(side):
    """One number of 0 to 1 for each class, from JSON or CSV; None where the answer is none."""
    body = body_of(side)
    if body is None:
        return None
    content_type = getattr(side, "observedContentType", None)
    is_csv = getattr(side, "encoding", None) == "CSV" or (
        isinstance(content_type, str) and content_type.lower().startswith("text/csv")
    )
    try:
        text = body.decode("utf-8")
        values = numbers_of(text) if is_csv else json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(values, list) or len(values) != len(CLASSES):
        return None
    for value in values:
        is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
        if not is_number or not 0 <= value <= 1:
            return None
    return [float(value) for value in values]


def numbers_of(text):
    return [float(each) if CSV_NUMBER.fullmatch(each) else None for each in text.split(",")]


def picture_columns(side):
    """What the bytes are, and, of a PNG as this workflow sends it, what is to be seen on it."""
    body = body_of(side)
    if body is None:
        return {}
    row = {"picture_format": format_of(body), "picture_bytes": len(body)}
    size = size_of(body, row["picture_format"])
    if size is not None:
        row["picture_size"] = "%dx%d" % size
    pixels = pixels_of(body, size) if row["picture_format"] == "png" and size else None
    if pixels is not None:
        row.update(features_of(pixels, size))
    return row


def format_of(body):
    if body.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    return "jpeg" if body.startswith(b"\xff\xd8\xff") else "other"


def size_of(body, kind):
    """Width and height as the header has them; None where it has none."""
    size = None
    if kind == "png" and len(body) >= 24:
        size = struct.unpack(">II", body[16:24])
    elif kind == "jpeg":
        size = jpeg_size(body)
    return size if size is not None and min(size) > 0 else None


def jpeg_size(body):
    """Of the first frame header (ITU-T T.81, B.2.2)."""
    at = 2
    while at + 9 <= len(body) and body[at] == 0xFF:
        marker = body[at + 1]
        if marker == 0xFF:
            at += 1
        elif 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">HH", body[at + 5 : at + 9])
            return width, height
        elif marker == 0xDA:
            return None
        else:
            at += 2 + struct.unpack(">H", body[at + 2 : at + 4])[0]
    return None


def pixels_of(body, size):
    """Rows of red, green and blue bytes; None of a PNG of another kind than the workflow's own."""
    width, height = size
    # 8 bits per sample, RGB, deflated, filtered, not interlaced.
    if width * height > MOST_PIXELS or body[24:29] != b"\x08\x02\x00\x00\x00":
        return None
    row_bytes = 3 * width
    expected = (1 + row_bytes) * height
    try:
        data = zlib.decompressobj().decompress(image_data(body), expected)
    except zlib.error:
        return None
    if len(data) != expected:
        return None
    rows = []
    above = bytearray(row_bytes)
    for y in range(height):
        start = y * (1 + row_bytes)
        line = bytearray(data[start + 1 : start + 1 + row_bytes])
        if not unfilter(data[start], line, above):
            return None
        rows.append(line)
        above = line
    return rows


def image_data(body):
    """What is in all IDAT chunks (PNG specification, 5.3)."""
    parts = []
    at = 8
    while at + 8 <= len(body):
        length, kind = struct.unpack(">I4s", body[at : at + 8])
        if kind == b"IDAT":
            parts.append(body[at + 8 : at + 8 + length])
        at += 12 + length
    return b"".join(parts)


def unfilter(kind, line, above):
    """Turns a filtered row into itself (PNG specification, 9.2); False for a filter that is none."""
    if kind > 4:
        return False
    for x in range(len(line)):
        left = line[x - 3] if x >= 3 else 0
        up = above[x]
        corner = above[x - 3] if x >= 3 else 0
        predicted = (0, left, up, (left + up) // 2, paeth(left, up, corner))[kind]
        line[x] = (line[x] + predicted) & 0xFF
    return True


def paeth(left, up, corner):
    estimate = left + up - corner
    to_left, to_up, to_corner = abs(estimate - left), abs(estimate - up), abs(estimate - corner)
    if to_left <= to_up and to_left <= to_corner:
        return left
    return up if to_up <= to_corner else corner


def features_of(rows, size):
    """The same figures as common/imageFeatures.ts."""
    width, height = size
    pixels = width * height
    sums = [0.0, 0.0, 0.0]
    chroma = 0.0
    lumas = []
    for row in rows:
        line = []
        for x in range(0, len(row), 3):
            red, green, blue = row[x] / 255.0, row[x + 1] / 255.0, row[x + 2] / 255.0
            sums[0] += red
            sums[1] += green
            sums[2] += blue
            chroma += max(red, green, blue) - min(red, green, blue)
            line.append(luma(red, green, blue))
        lumas.append(line)
    laplacian = [
        lumas[y][x - 1] + lumas[y][x + 1] + lumas[y - 1][x] + lumas[y + 1][x] - 4 * lumas[y][x]
        for y in range(1, height - 1)
        for x in range(1, width - 1)
    ]
    return {
        "brightness": luma(*sums) / pixels,
        "contrast": deviation([value for line in lumas for value in line]),
        "red": sums[0] / pixels,
        "green": sums[1] / pixels,
        "blue": sums[2] / pixels,
        "chroma": chroma / pixels,
        "sharpness": deviation(laplacian) / MOST_LAPLACIAN,
    }


def luma(red, green, blue):
    return LUMA[0] * red + LUMA[1] * green + LUMA[2] * blue


def deviation(values):
    """Standard deviation; 0 of nothing."""
    if not values:
        return 0.0
    mean = sum(values) / len(values)
    return math.sqrt(max(0.0, sum(value * value for value in values) / len(values) - mean ** 2))
