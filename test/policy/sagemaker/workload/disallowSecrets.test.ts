import { disallowSecrets } from "../../../../policy/sagemaker/workload/disallowSecrets";
import { subject, withValue } from "../../../support/policy";
import { itDecides } from "../../cases";
import { model } from "../model/resource";
import { trainingJob } from "../trainingJob/resource";
import { qualityJob, tuningJob } from "./resource";

const complaint = (path: string) =>
  `A secret in plain text: replace \`${path}\` by the ARN of a stored secret.`;
const TOKEN = ["hf", "abcdefghijklmnopqrstuvwxyzABCDEFGH"].join("_");

describe("policy sagemaker/workload/disallowSecrets", () => {
  itDecides(disallowSecrets, {
    accepts: {
      "a model without an environment": model,
      "settings of a model": withValue(model, "primaryContainer", {
        environment: {
          MAX_TOKENS: "4096",
          EOS_TOKEN: "</s>",
          HF_TOKEN_SECRET_ARN: "arn:aws:secretsmanager:eu-west-1:123456789012:secret:hf",
        },
      }),
      "hyperparameters of a training job": trainingJob,
      "a quality job": qualityJob,
    },
    refuses: {
      "a token in a model's environment": [
        withValue(model, "primaryContainer", { environment: { HF_TOKEN: TOKEN } }),
        complaint("primaryContainer.environment.HF_TOKEN"),
      ],
      "a token in the environment of the second container": [
        withValue(model, "containers", [{}, { environment: { SETTING: TOKEN } }]),
        complaint("containers[1].environment.SETTING"),
      ],
      "a token in hyperparameters": [
        withValue(trainingJob, "hyperParameters", { hub_token: TOKEN }),
        complaint("hyperParameters.hub_token"),
      ],
      "a key in a training job's environment": [
        withValue(trainingJob, "environment", { WANDB_API_KEY: "0123456789abcdef" }),
        complaint("environment.WANDB_API_KEY"),
      ],
      "a password in a tuning job": [
        withValue(tuningJob, "trainingJobDefinition.staticHyperParameters", { password: "x1!y" }),
        complaint("trainingJobDefinition.staticHyperParameters.password"),
      ],
      "a token in a pipeline": [
        subject("aws:sagemaker/pipeline:Pipeline", {
          pipelineDefinition: JSON.stringify({ Steps: [{ Environment: { HF_TOKEN: TOKEN } }] }),
        }),
        complaint("pipelineDefinition.Steps[0].Environment.HF_TOKEN"),
      ],
    },
  });
});
