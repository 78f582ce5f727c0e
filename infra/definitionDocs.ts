/**
 * Writes the state machines' definitions into `docs/state-machines/`, for whoever reads Amazon States
 * Language, by its own validators or in the console's editor: `npm run docs`.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { configSchema } from "./config";
import { reviewDefinition } from "./reviewMachine";
import { disabledDefinition, stateMachineDefinition } from "./stateMachine";

/** Names of an account that is nobody's: a stack has its own. */
const ARN = { region: "us-east-1", account: "123456789012" };
const BUCKET = { partition: "aws", bucketName: "inference" };
const functionArn = (name: string) =>
  `arn:aws:lambda:${ARN.region}:${ARN.account}:function:${name}`;

/** What a stack has that sets nothing of them. */
const workflow = configSchema.shape.workflow.parse(undefined);
const review = configSchema.shape.review.parse(undefined);

/** Each file's text, by its name. */
export const DEFINITION_FILES: ReadonlyMap<string, string> = new Map(
  Object.entries({
    classify: stateMachineDefinition(
      {
        ...BUCKET,
        serializeFunctionArn: functionArn("serialize-image"),
        classifyFunctionArn: functionArn("classify-image"),
        filterFunctionArn: functionArn("filter-inference"),
      },
      workflow.batch,
    ),
    "classify-switched-off": disabledDefinition(BUCKET),
    review: reviewDefinition({
      ...BUCKET,
      prepareFunctionArn: functionArn("prepare-review"),
      topicArn: `arn:aws:sns:${ARN.region}:${ARN.account}:reviews`,
      timeoutHours: review.timeoutHours,
    }),
  }).map(([name, definition]) => [
    `${name}.asl.json`,
    `${JSON.stringify(definition, undefined, 2)}\n`,
  ]),
);

/** Where they are, from the project's folder. */
export const DEFINITION_FOLDER = "docs/state-machines";

if (require.main === module) {
  const folder = path.resolve(__dirname, "..", DEFINITION_FOLDER);
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of DEFINITION_FILES) {
    writeFileSync(path.join(folder, name), text);
  }
}
