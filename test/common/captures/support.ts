/** Lines as data capture writes them, in as many ways as it may. */
import fc from "fast-check";
import { captureLine } from "../../../local/cloud/services/sagemaker/capture";

/** What goes through an endpoint, and how it is captured. */
export interface Exchange {
  readonly body: Uint8Array;
  readonly inputType: string;
  readonly answer: string;
  readonly outputType: string;
  readonly inferenceId: string | undefined;
  readonly time: Date;
  readonly modes: readonly string[];
  readonly jsonContentTypes: readonly string[];
}

export const DAY = Date.UTC(2026, 10, 26);

/** Exchanges with this workflow's pictures and answers, and with any others. */
export const exchanges: fc.Arbitrary<Exchange> = fc.record({
  body: fc.uint8Array({ maxLength: 400 }),
  inputType: fc.constantFrom("image/png", "text/csv", "application/json", 'odd; q="1"'),
  answer: fc.oneof(
    fc.array(fc.double({ min: 0, max: 1 }), { minLength: 1 }).map((list) => JSON.stringify(list)),
    fc.string({ unit: "binary", maxLength: 60 }),
  ),
  outputType: fc.constantFrom("application/json", "text/csv", "application/octet-stream"),
  inferenceId: fc.option(fc.string({ unit: "binary", minLength: 1, maxLength: 64 }), {
    nil: undefined,
  }),
  time: fc.date({ min: new Date(DAY), max: new Date(DAY + 86_399_000), noInvalidDate: true }),
  modes: fc.constantFrom(["InputAndOutput"], ["Input", "Output"], ["Input"], ["Output"]),
  jsonContentTypes: fc.constantFrom(["application/json"], [], ["application/json", "image/png"]),
});

/** The line that the local cloud's endpoint writes of an exchange, without its end. */
export function lineOf(exchange: Exchange): string {
  const { body, inputType, answer, outputType, inferenceId, time, ...configuration } = exchange;
  const line = captureLine(
    {
      input: { contentType: inputType, body: Buffer.from(body) },
      output: { contentType: outputType, body: Buffer.from(answer) },
      ...{ inferenceId, time },
    },
    { ...configuration, csvContentTypes: ["text/csv"] },
  );
  return line.trimEnd();
}

/** A record of the usual shape, with whatever a test says about it. */
export function capture(fields: Partial<Exchange> & { readonly eventId?: string } = {}): string {
  const { eventId, ...exchange } = fields;
  const line = lineOf({
    body: Buffer.from("picture"),
    inputType: "image/png",
    answer: "[0.25,0.75]",
    outputType: "application/json",
    inferenceId: undefined,
    time: new Date("2026-11-26T10:20:30Z"),
    modes: ["InputAndOutput"],
    jsonContentTypes: ["application/json"],
    ...exchange,
  });
  return eventId === undefined ? line : line.replace(/"eventId":"[^"]*"/, `"eventId":"${eventId}"`);
}
