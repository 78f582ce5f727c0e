"""Has a record preprocessor make rows of captured records, as SageMaker Model Monitor's container does.

    python3 rows.py SCRIPT < CAPTURES.jsonl > ROWS.jsonl

The classes are those that AWS documents ("Preprocessing and Postprocessing", SageMaker AI Developer
Guide). A line that is no record ends the real job; so it does here.
"""
import contextlib
import importlib.util
import json
import sys


class EventMetadata:
    def __init__(self, metadata):
        self.event_id = metadata.get("eventId")
        self.event_time = metadata.get("inferenceTime")
        self.custom_attribute = metadata.get("customAttributes")


class EventData:
    def __init__(self, side):
        self.encoding = side.get("encoding")
        self.data = side.get("data")
        self.observedContentType = side.get("observedContentType")
        self.mode = side.get("mode")

    def as_dict(self):
        return {
            "encoding": self.encoding,
            "data": self.data,
            "observedContentType": self.observedContentType,
        }


class CapturedData:
    def __init__(self, event):
        self.event_metadata = None
        self.endpoint_input = None
        self.endpoint_output = None
        self.event_version = event.get("eventVersion")
        self.event_dict = event
        if "eventMetadata" in event:
            self.event_metadata = EventMetadata(event["eventMetadata"])
        captured = event.get("captureData", {})
        if "endpointInput" in captured:
            self.endpoint_input = EventData(captured["endpointInput"])
        if "endpointOutput" in captured:
            self.endpoint_output = EventData(captured["endpointOutput"])

    def as_dict(self):
        return self.event_dict


def main():
    spec = importlib.util.spec_from_file_location("preprocessor", sys.argv[1])
    preprocessor = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(preprocessor)
    for line in sys.stdin:
        # What the script prints is its log, and no row.
        with contextlib.redirect_stdout(sys.stderr):
            row = preprocessor.preprocess_handler(CapturedData(json.loads(line)))
        if row:
            print(json.dumps(row))


if __name__ == "__main__":
    main()
