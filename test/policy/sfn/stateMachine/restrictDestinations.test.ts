import { restrictDestinations } from "../../../../policy/sfn/stateMachine/restrictDestinations";
import { subject, UNKNOWN, withValue } from "../../../support/policy";
import { itDecides } from "../../cases";
import { bucket } from "../../s3/bucket/resource";
import { stateMachine } from "./resource";

const PUT = "arn:aws:states:::aws-sdk:s3:putObject";
const having = (states: object) =>
  withValue(stateMachine, "definition", JSON.stringify({ States: states }));
const storing = (Parameters: object, Resource = PUT) =>
  having({ Keep: { Type: "Task", Resource, Parameters } });
const map = (fields: object) => having({ Each: { Type: "Map", ...fields } });
const leaves = (path: string) =>
  `Data leaves the stack: set \`definition.States.${path}\` to the name of a bucket of the stack, or ` +
  "list the bucket in the policy's config.";

describe("policy sfn/stateMachine/restrictDestinations", () => {
  itDecides(restrictDestinations, {
    accepts: {
      "a bucket of the stack": [bucket, storing({ Bucket: "inference" })],
      "a bucket that comes with the input": storing({ "Bucket.$": "$.bucket" }),
      "a bucket that an expression gives": storing({ Bucket: "{% $states.input.bucket %}" }),
      "a foreign bucket that is looked at": storing(
        { Bucket: "elsewhere" },
        "arn:aws:states:::aws-sdk:s3:headObject",
      ),
      "a map of a bucket of the stack": [
        bucket,
        map({
          ItemReader: { Parameters: { Bucket: "inference" } },
          ResultWriter: { Arguments: { Bucket: "inference" } },
        }),
      ],
      "a definition that the update will know": withValue(stateMachine, "definition", UNKNOWN),
    },
    refuses: {
      "an object stored in a foreign bucket": [
        [bucket, storing({ Bucket: "elsewhere" })],
        leaves("Keep.Parameters.Bucket"),
      ],
      "an object stored in a bucket that begins alike": [
        [bucket, storing({ Bucket: "inference-2" })],
        leaves("Keep.Parameters.Bucket"),
      ],
      "an object copied by arguments": [
        having({
          Keep: {
            Type: "Task",
            Resource: "arn:aws:states:::aws-sdk:s3:copyObject",
            Arguments: { Bucket: "elsewhere" },
          },
        }),
        leaves("Keep.Arguments.Bucket"),
      ],
      "results in a foreign bucket": [
        map({ ResultWriter: { Parameters: { Bucket: "elsewhere" } } }),
        leaves("Each.ResultWriter.Parameters.Bucket"),
      ],
      "a list from a foreign bucket": [
        map({ ItemReader: { Arguments: { Bucket: "elsewhere" } } }),
        leaves("Each.ItemReader.Arguments.Bucket"),
      ],
      "results in a foreign bucket of a map in a map": [
        map({
          ItemProcessor: {
            States: {
              Inner: { Type: "Map", ResultWriter: { Parameters: { Bucket: "elsewhere" } } },
            },
          },
        }),
        leaves("Each.ItemProcessor.States.Inner.ResultWriter.Parameters.Bucket"),
      ],
    },
    ignores: { "other resources": subject("aws:s3/bucketPolicy:BucketPolicy", {}) },
  });

  describe("with a listed bucket", () => {
    itDecides(restrictDestinations, {
      accepts: { "that one": storing({ Bucket: "elsewhere" }) },
      refuses: {},
      config: { buckets: ["elsewhere"] },
    });
  });
});
