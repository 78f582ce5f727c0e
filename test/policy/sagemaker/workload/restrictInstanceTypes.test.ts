import { restrictInstanceTypes } from "../../../../policy/sagemaker/workload/restrictInstanceTypes";
import { subject, UNKNOWN, withValue, without } from "../../../support/policy";
import { itDecides } from "../../cases";
import { notebook } from "../notebookInstance/resource";
import { pipelineOf, qualityJob, tuningJob } from "./resource";

const ALLOWED =
  "system or ml.t3.medium or ml.t3.large or ml.m5.large or ml.m5.xlarge or ml.g4dn.xlarge or " +
  "ml.g4dn.2xlarge or ml.g5.xlarge or ml.g5.2xlarge";
const complaint = (path: string) =>
  `The instance type is not approved: set \`${path}\` to ${ALLOWED}.`;

const BIG = "ml.p4d.24xlarge";
const TYPE = "InstanceType";
const STEP = "pipelineDefinition.Steps[0].Arguments.ResourceConfig.InstanceType";
const CLUSTER = "jobResources.clusterConfig.instanceType";
const parameter = (more: object) => ({ Name: TYPE, Type: "String", ...more });
const fromParameter = { Get: `Parameters.${TYPE}` };
const app = (instanceType: unknown) =>
  subject("aws:sagemaker/app:App", { resourceSpec: { instanceType } });

describe("policy sagemaker/workload/restrictInstanceTypes", () => {
  itDecides(restrictInstanceTypes, {
    accepts: {
      "a notebook, jobs and a pipeline on approved types": notebook,
      "a quality job": qualityJob,
      "a tuning job": tuningJob,
      "a pipeline": pipelineOf("ml.m5.xlarge"),
      "a pipeline whose parameter can be approved types only": pipelineOf(fromParameter, [
        parameter({ DefaultValue: "ml.m5.xlarge", EnumValues: ["ml.m5.xlarge", "ml.g5.xlarge"] }),
      ]),
      "an app of the service's own": app("system"),
      "an app that says nothing": subject("aws:sagemaker/app:App", { resourceSpec: {} }),
      "what only the update will know": withValue(qualityJob, CLUSTER, UNKNOWN),
      "a pipeline that only the update will know": withValue(
        pipelineOf(BIG),
        "pipelineDefinition",
        UNKNOWN,
      ),
    },
    refuses: {
      "a big notebook": [withValue(notebook, "instanceType", BIG), complaint("instanceType")],
      "a big quality job": [withValue(qualityJob, CLUSTER, BIG), complaint(CLUSTER)],
      "a big tuning job": [
        withValue(tuningJob, "trainingJobDefinition.resourceConfig.instanceType", BIG),
        complaint("trainingJobDefinition.resourceConfig.instanceType"),
      ],
      "the second of several definitions": [
        withValue(without(tuningJob, "trainingJobDefinition"), "trainingJobDefinitions", [
          { resourceConfig: { instanceType: "ml.g5.xlarge" } },
          { resourceConfig: { instanceType: BIG } },
        ]),
        complaint("trainingJobDefinitions[1].resourceConfig.instanceType"),
      ],
      "a step of a pipeline on a big machine": [pipelineOf(BIG), complaint(STEP)],
      "a pipeline's parameter that is a big machine unless told": [
        pipelineOf(fromParameter, [parameter({ DefaultValue: BIG })]),
        complaint(STEP),
      ],
      "a pipeline's parameter that may be one": [
        pipelineOf(fromParameter, [
          parameter({ DefaultValue: "ml.m5.xlarge", EnumValues: ["ml.m5.xlarge", BIG] }),
        ]),
        complaint(STEP),
      ],
      "a pipeline's parameter that has no default": [
        pipelineOf(fromParameter, [parameter({})]),
        complaint(STEP),
      ],
      "a pipeline's parameter that is not there": [pipelineOf(fromParameter), complaint(STEP)],
      "an app": [app(BIG), complaint("resourceSpec.instanceType")],
    },
    ignores: { "an endpoint": subject("aws:sagemaker/endpoint:Endpoint", {}) },
  });

  describe("with types of one's own", () => {
    itDecides(restrictInstanceTypes, {
      config: { allowed: ["ml.p4d.*"] },
      accepts: { "what is listed": pipelineOf(BIG) },
      refuses: {},
    });
  });
});
