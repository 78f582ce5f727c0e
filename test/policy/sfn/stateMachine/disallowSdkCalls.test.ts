import { disallowSdkCalls } from "../../../../policy/sfn/stateMachine/disallowSdkCalls";
import { subject, UNKNOWN, withValue } from "../../../support/policy";
import { itDecides } from "../../cases";
import { stateMachine } from "./resource";

const complaint = (path: string) =>
  `A resource is made that no policy sees: declare it in the program in place of \`${path}\`.`;
const TASK = complaint("definition.States.Call.Resource");
const calling = (Resource: unknown) =>
  withValue(stateMachine, "definition", { States: { Call: { Type: "Task", Resource } } });
const schedule = (arn: string) => subject("aws:scheduler/schedule:Schedule", { target: { arn } });

describe("policy sfn/stateMachine/disallowSdkCalls", () => {
  itDecides(disallowSdkCalls, {
    accepts: {
      "calls of functions": stateMachine,
      "a call that makes nothing": calling("arn:aws:states:::aws-sdk:sagemaker:describeEndpoint"),
      "a definition that only the update will know": withValue(stateMachine, "definition", UNKNOWN),
      "a schedule of a function": schedule("arn:aws:lambda:us-east-1:000000000000:function:a"),
    },
    refuses: {
      "a call that makes a configuration": [
        calling("arn:aws:states:::aws-sdk:sagemaker:createEndpointConfig"),
        TASK,
      ],
      "the service's own integration": [calling("arn:aws:states:::sagemaker:createEndpoint"), TASK],
      "one that waits": [calling("arn:aws:states:::sagemaker:createTrainingJob.sync"), TASK],
      "an update of an endpoint": [
        calling("arn:aws-cn:states:::aws-sdk:sagemaker:updateEndpoint"),
        TASK,
      ],
      "a template": [calling("arn:aws:states:::aws-sdk:cloudformation:createStack"), TASK],
      "the same by the clock": [
        schedule("arn:aws:scheduler:::aws-sdk:sagemaker:createEndpoint"),
        complaint("target.arn"),
      ],
    },
  });
  describe("with a call admitted", () => {
    itDecides(disallowSdkCalls, {
      accepts: {
        "that call": calling("arn:aws:states:::sagemaker:createTransformJob.sync"),
      },
      refuses: {
        "another call": [calling("arn:aws:states:::sagemaker:createEndpoint"), TASK],
      },
      config: { admitted: ["sagemaker:createTransformJob"] },
    });
  });
});
