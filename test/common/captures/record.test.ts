import { spawnSync } from "node:child_process";
import { expect } from "chai";
import fc from "fast-check";
import {
  bodyOf,
  parseAnyCapture,
  parseCapture,
  parseUsualCapture,
  scoresOf,
  type CapturedRecord,
} from "../../../common/captures/record";
import { capture, exchanges, lineOf } from "./support";

const PYTHON = process.env["PYTHON"] ?? "python3";

/** What Python's own libraries make of lines on standard input: a list, with null for no record. */
const READER = `
import base64, json, sys
from datetime import datetime
def refuse(name): raise ValueError(name)
def side(s):
    if s is None: return None
    if s["encoding"] not in ("BASE64", "JSON", "CSV"): raise ValueError
    body = base64.b64decode(s["data"], validate=True) if s["encoding"] == "BASE64" else s["data"].encode()
    return [s["observedContentType"], s["encoding"], body.hex()]
def read(line):
    try:
        r = json.loads(line, parse_constant=refuse)
        c, m = r["captureData"], r["eventMetadata"]
        datetime.strptime(m["inferenceTime"], "%Y-%m-%dT%H:%M:%SZ")
        sides = [side(c.get("endpointInput")), side(c.get("endpointOutput"))]
        return [m["eventId"], m.get("inferenceId"), m["inferenceTime"]] + sides if any(sides) else None
    except (ValueError, KeyError):
        return None
print(json.dumps([read(line) for line in sys.stdin.buffer.read().split(b"\\n")]))
`;

describe("a captured record", () => {
  it("is what went through the endpoint, in every encoding", () => {
    fc.assert(
      fc.property(exchanges, (exchange) => {
        // Act
        const record = parseCapture(Buffer.from(lineOf(exchange)));

        // Assess
        if (typeof record === "string") {
          throw new Error(record);
        }
        const { input, output, inferenceId, time } = record;
        const isText =
          exchange.inputType === "text/csv" ||
          exchange.jsonContentTypes.includes(exchange.inputType);
        if (input !== undefined && !isText) {
          expect(bodyOf(input).equals(exchange.body)).to.equal(true);
        }
        expect(input?.contentType).to.be.oneOf([exchange.inputType, undefined]);
        if (output !== undefined) {
          expect(bodyOf(output).equals(Buffer.from(exchange.answer))).to.equal(true);
        }
        expect(input !== undefined || output !== undefined).to.equal(true);
        expect(inferenceId).to.equal(exchange.inferenceId);
        expect(time.getTime()).to.equal(Math.floor(exchange.time.getTime() / 1000) * 1000);
      }),
    );
  });

  it("is the same without JSON being parsed as with it, wherever a line differs from the usual", () => {
    const edits = fc.array(
      fc.record({
        at: fc.nat(),
        remove: fc.nat({ max: 3 }),
        insert: fc.oneof(
          fc.constantFrom(...'\\"{}[]:, \t\r\0/+=-_é0Zaé😀'.split(""), "\\u0041", "null", '","'),
          fc.string({ unit: "binary", maxLength: 3 }),
        ),
      }),
      { maxLength: 3 },
    );
    let unusual = 0;
    fc.assert(
      fc.property(exchanges, edits, fc.nat(), (exchange, changes, cut) => {
        // Prepare
        let line = lineOf(exchange);
        for (const { at, remove, insert } of changes) {
          const place = at % (line.length + 1);
          line = line.slice(0, place) + insert + line.slice(place + remove);
        }
        const bytes = Buffer.from(line);
        const whole = cut % 5 === 0 ? bytes.subarray(0, cut % (bytes.length + 1)) : bytes;
        const between = Buffer.concat([Buffer.from('"}'), whole, Buffer.from('\n{"x":"')]);

        // Act
        const usual = parseCapture(whole);
        const among = parseCapture(between.subarray(2, 2 + whole.length));
        const any = parseAnyCapture(whole);

        // Assess
        expect(usual).to.deep.equal(any);
        expect(among).to.deep.equal(any);
        unusual += typeof any === "string" ? 1 : 0;
      }),
      { numRuns: 3000 },
    );
    expect(unusual).to.be.greaterThan(100);
  });

  it("is read without JSON being parsed if it is one of SageMaker's own, or of the local cloud", () => {
    // The second has the shape of captures that others have published.
    for (const line of [
      capture({ inferenceId: "i" }),
      '{"captureData":{"endpointInput":{"observedContentType":"image/png","mode":"INPUT",' +
        '"data":"aVZCT1J3MEtHZ28=","encoding":"BASE64"},"endpointOutput":{"observedContentType":' +
        '"application/json","mode":"OUTPUT","data":"[0.93, 0.06]","encoding":"JSON"}},' +
        '"eventMetadata":{"eventId":"5117a4d9-2b6c-4e4a-8f3c-0f2b0c6f9a11",' +
        '"inferenceTime":"2024-10-15T14:05:12Z"},"eventVersion":"0"}',
    ]) {
      const bytes = Buffer.from(line);

      const record = parseUsualCapture(bytes);

      expect(record).to.have.property("output");
      expect(record).to.deep.equal(parseAnyCapture(bytes));
    }
  });

  it("is what Python's own libraries read", function () {
    if (spawnSync(PYTHON, ["--version"]).status !== 0) {
      console.warn(`      ${PYTHON} is not there: set PYTHON to one`);
      this.skip();
    }
    // Prepare
    const damaged = fc.tuple(
      exchanges,
      fc.nat(),
      fc.constantFrom("", "\\", '"', "}", "=", "!", "é"),
    );
    const lines = fc.sample(damaged, { numRuns: 300, seed: 7 }).map(([exchange, at, insert]) => {
      const line = lineOf(exchange);
      const place = insert === "" ? 0 : at % line.length;
      return line.slice(0, place) + insert + line.slice(place);
    });

    // Act
    const { status, stdout, stderr } = spawnSync(PYTHON, ["-c", READER], {
      input: lines.join("\n"),
      encoding: "utf8",
    });

    // Assess
    expect(status, stderr).to.equal(0);
    const read = JSON.parse(stdout) as unknown[];
    const ours = lines.map((line) => flat(parseCapture(Buffer.from(line))));
    const isReadByBoth = ours.filter((record) => record !== null).length;
    for (const [index, record] of ours.entries()) {
      expect(record, lines[index]).to.deep.equal(read[index]);
    }
    expect(isReadByBoth).to.be.within(100, lines.length - 10);
  });

  const TIME = '"inferenceTime":"2026-11-26T10:20:30Z"';
  for (const [problem, line] of [
    ["malformedLine", "{"],
    ["malformedLine", Buffer.from([0x22, 0xff, 0x22])],
    ["notAnObject", "[]"],
    ["notAnObject", "null"],
    ["missingCaptureData", "{}"],
    ["missingCaptureData", capture().replace("captureData", "data")],
    ["missingInputAndOutput", capture().replace(/"endpointInput.*\}\},/, "},")],
    ["missingContentType", capture().replace('"observedContentType":"application/json",', "")],
    ["missingData", capture().replace(/"data":"\[/, '"Data":"[')],
    ["missingData", capture().replace('"data":"[0.25,0.75]"', '"data":[0.25,0.75]')],
    ["unknownEncoding", capture().replace("BASE64", "BASE32")],
    ["invalidBase64", capture().replace('"data":"c', '"data":"!')],
    ["invalidBase64", capture().replace('"data":"c', '"data":"')],
    ["missingEventMetadata", capture().replace("eventMetadata", "metadata")],
    ["missingEventId", capture({ eventId: "" })],
    ["missingEventId", capture().replace("eventId", "id")],
    ["invalidInferenceId", capture().replace(TIME, `"inferenceId":7,${TIME}`)],
    ["missingInferenceTime", capture().replace("inferenceTime", "time")],
    ["invalidInferenceTime", capture().replace(TIME, '"inferenceTime":""')],
    ["invalidInferenceTime", capture().replace("10:20:30Z", "10:20:30")],
    ["invalidInferenceTime", capture().replace("2026-11-26", "2026-02-30")],
    ["invalidInferenceTime", capture().replace("10:20:30", "24:00:00")],
  ] as const) {
    it(`is missed as ${problem} in ${line.toString("utf8").slice(0, 40)}`, () => {
      expect(parseCapture(Buffer.from(line))).to.equal(problem);
    });
  }

  it("keeps custom attributes as they are, and takes null for nothing", () => {
    const line = capture().replace(TIME, `"inferenceId":null,"customAttributes":["a=b"],${TIME}`);

    const record = parseCapture(Buffer.from(line));

    expect(record).to.have.deep.property("customAttributes", ["a=b"]);
    expect(record).to.not.have.property("inferenceId");
  });
});

describe("the scores of an answer", () => {
  const json = { contentType: "application/json" };
  const csv = { contentType: "text/csv" };
  const base64 = (text: string) => ({ encoding: "BASE64", body: Buffer.from(text) }) as const;

  for (const [title, side] of [
    ["JSON", { ...json, encoding: "JSON", text: "[0.25, 0.75]" }],
    ["CSV", { ...csv, encoding: "CSV", text: "0.25,0.75\n" }],
    ["JSON in base64", { ...json, ...base64("[0.25,0.75]") }],
    ["CSV in base64", { ...csv, ...base64("0.25,0.75") }],
  ] as const) {
    it(`are read in ${title}`, () => {
      expect(scoresOf(side)).to.deep.equal([0.25, 0.75]);
    });
  }

  for (const text of ["", "[]", "[0.25", "[0.25,null]", '["0.25"]', "[1.5]", "[-0.1]", "{}", "1"]) {
    it(`are none in ${JSON.stringify(text)}`, () => {
      expect(scoresOf({ ...json, encoding: "JSON", text })).to.equal(undefined);
    });
  }

  for (const text of ["", "0.25,,0.75", "a,b", "0.25;0.75"]) {
    it(`are none in the CSV ${JSON.stringify(text)}`, () => {
      expect(scoresOf({ ...csv, encoding: "CSV", text })).to.equal(undefined);
    });
  }
});

/** A record as the reader in Python prints it. */
function flat(record: CapturedRecord | string): unknown {
  if (typeof record === "string") {
    return null;
  }
  const side = (its: CapturedRecord["input"]) =>
    its === undefined ? null : [its.contentType, its.encoding, bodyOf(its).toString("hex")];
  const { eventId, inferenceId = null, time, input, output } = record;
  const second = time.toISOString().replace(".000Z", "Z");
  return [eventId, inferenceId, second, side(input), side(output)];
}
