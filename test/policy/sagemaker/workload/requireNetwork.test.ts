import { requireNetwork } from "../../../../policy/sagemaker/workload/requireNetwork";
import { UNKNOWN, withValue } from "../../../support/policy";
import { itDecides } from "../../cases";
import { model } from "../model/resource";
import { notebook } from "../notebookInstance/resource";
import { trainingJob } from "../trainingJob/resource";
import { qualityJob, tuningJob } from "./resource";

const NETWORK = { subnets: ["subnet-1"], securityGroupIds: ["sg-1"] };
const complaints = (path: string) =>
  ["subnets", "securityGroupIds"].map(
    (list) => `It runs outside of any network of yours: set \`${path}.${list}\`.`,
  );
const TUNING = "trainingJobDefinition.vpcConfig";
const QUALITY = "networkConfig.vpcConfig";

describe("policy sagemaker/workload/requireNetwork", () => {
  describe("as the pack has it", () => {
    itDecides(requireNetwork, { accepts: { "a model without a network": model }, refuses: {} });
  });

  describe("where networks are required", () => {
    itDecides(requireNetwork, {
      config: { required: true },
      accepts: {
        "a model in a network": withValue(model, "vpcConfig", NETWORK),
        "a model whose network is not known yet": withValue(model, "vpcConfig", UNKNOWN),
        "a training job in a network": withValue(trainingJob, "vpcConfig", NETWORK),
        "a tuning job in a network": withValue(tuningJob, TUNING, NETWORK),
        "a quality job in a network": withValue(qualityJob, QUALITY, NETWORK),
      },
      refuses: {
        "a model without one": [model, ...complaints("vpcConfig")],
        "a model in no subnet": [
          withValue(model, "vpcConfig", { ...NETWORK, subnets: [] }),
          ...complaints("vpcConfig").slice(0, 1),
        ],
        "a training job without one": [trainingJob, ...complaints("vpcConfig")],
        "a tuning job without one": [tuningJob, ...complaints(TUNING)],
        "one of a tuning job's definitions without one": [
          withValue(withValue(tuningJob, TUNING, NETWORK), "trainingJobDefinitions", [{}]),
          ...complaints("trainingJobDefinitions[0].vpcConfig"),
        ],
        "a quality job without one": [qualityJob, ...complaints(QUALITY)],
      },
      ignores: { "a notebook, of which another policy asks it": notebook },
    });
  });
});
