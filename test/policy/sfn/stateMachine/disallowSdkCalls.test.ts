import { disallowSdkCalls } from "../../../../policy/sfn/stateMachine/disallowSdkCalls";
import { subject, UNKNOWN, withValue } from "../../../support/policy";
import { itDecides } from "../../cases";
import { stateMachine } from "./resource";

const complaint = (path: string) =>
  `A resource is made or changed that no policy sees: declare it in the program in place of \`${path}\`.`;
const TASK = complaint("definition.States.Call.Resource");
const calling = (Resource: unknown) =>
  withValue(stateMachine, "definition", { States: { Call: { Type: "Task", Resource } } });
const schedule = (arn: string) => subject("aws:scheduler/schedule:Schedule", { target: { arn } });
const gateway = (uri: string) => subject("aws:apigateway/integration:Integration", { uri });

const GATEWAY = "arn:aws:apigateway:eu-west-1";
const DATA_SOURCE = "aws:appsync/dataSource:DataSource";
const pipeline = (step: object) =>
  subject("aws:sagemaker/pipeline:Pipeline", {
    pipelineDefinition: JSON.stringify({ Steps: [step] }),
  });

describe("policy sfn/stateMachine/disallowSdkCalls", () => {
  itDecides(disallowSdkCalls, {
    accepts: {
      "calls of functions": stateMachine,
      "a call that makes nothing": calling("arn:aws:states:::aws-sdk:sagemaker:describeEndpoint"),
      "calls that read and write objects, and read rights": withValue(stateMachine, "definition", {
        States: Object.fromEntries(
          ["s3:putObject", "s3:copyObject", "s3:deleteObject", "iam:getRole", "kms:decrypt"].map(
            (call) => [call, { Type: "Task", Resource: `arn:aws:states:::aws-sdk:${call}` }],
          ),
        ),
      }),
      "a definition that only the update will know": withValue(stateMachine, "definition", UNKNOWN),
      "steps of a pipeline that other policies judge": pipeline({ Type: "Training" }),
      "a gateway that asks an endpoint": subject("aws:apigateway/integration:Integration", {
        uri: `${GATEWAY}:runtime.sagemaker:path//endpoints/any/invocations`,
      }),
      "a graph of data before a service that makes nothing": subject(DATA_SOURCE, {
        httpConfig: { endpoint: "https://states.eu-west-1.amazonaws.com/" },
      }),
      "a schedule of a function": schedule("arn:aws:lambda:us-east-1:123456789012:function:a"),
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
      "a change of a right": [calling("arn:aws:states:::aws-sdk:iam:putRolePolicy"), TASK],
      "a policy of a bucket": [calling("arn:aws:states:::aws-sdk:s3:putBucketPolicy"), TASK],
      "an object opened": [calling("arn:aws:states:::aws-sdk:s3:putObjectAcl"), TASK],
      "a key that is deleted": [calling("arn:aws:states:::aws-sdk:kms:scheduleKeyDeletion"), TASK],
      "a call in a branch of a map": [
        withValue(stateMachine, "definition", {
          States: {
            Each: {
              Type: "Map",
              ItemProcessor: {
                States: {
                  Two: {
                    Type: "Parallel",
                    Branches: [
                      {
                        States: {
                          Call: {
                            Type: "Task",
                            Resource: "arn:aws:states:::aws-sdk:sagemaker:createModel",
                          },
                        },
                      },
                    ],
                  },
                },
              },
            },
          },
        }),
        complaint(
          "definition.States.Each.ItemProcessor.States.Two.Branches[0].States.Call.Resource",
        ),
      ],
      "an address on the internet": [
        calling("arn:aws:states:::http:invoke"),
        "An address on the internet is called: call a function in place of " +
          "`definition.States.Call.Resource`.",
      ],
      "the same by a gateway": [
        gateway("arn:aws:apigateway:eu-west-1:sagemaker:action/CreateEndpoint"),
        complaint("uri"),
      ],
      "a step of a pipeline, also in a branch of another": [
        pipeline({ Type: "Condition", Arguments: { IfSteps: [{ Type: "EndpointConfig" }] } }),
        complaint("pipelineDefinition.Steps[0].Arguments.IfSteps[0].Type"),
      ],
      "a gateway's description with one call among others": [
        subject("aws:apigatewayv2/api:Api", {
          body:
            `{"uri": "${GATEWAY}:dynamodb:action/GetItem"}, ` +
            `{"uri": "${GATEWAY}:iam:action/CreateUser"}`,
        }),
        complaint("body"),
      ],
      "a service by its address": [
        subject(DATA_SOURCE, {
          httpConfig: { endpoint: "https://cloudcontrolapi.eu-west-1.amazonaws.com/" },
        }),
        complaint("httpConfig.endpoint"),
      ],
      "a service by its address behind a gateway": [
        subject("aws:apigateway/integration:Integration", {
          uri: `${GATEWAY}:api.sagemaker:path//`,
        }),
        complaint("uri"),
      ],
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
