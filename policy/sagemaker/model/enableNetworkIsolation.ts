import { onTypes, type ResourceRule } from "../../support/rule";

export const enableNetworkIsolation: ResourceRule = {
  name: "sagemaker-model-enable-network-isolation",
  displayName: "Models call nobody",
  description: "A model's containers must be cut off from every network.",
  enforcementLevel: "mandatory",
  severity: "high",
  tags: ["sagemaker", "security"],
  remediationSteps:
    "Set `enableNetworkIsolation` to true: SageMaker itself brings the model and takes the captures.",
  url: "https://docs.aws.amazon.com/sagemaker/latest/dg/mkt-algo-model-internet-free.html",
  validateResource: onTypes(["aws:sagemaker/model:Model"], (model, report) => {
    const isolation = model.at("enableNetworkIsolation");
    if (!isolation.mayBe((value) => value === true)) {
      report(`The containers reach the network: set \`${isolation.path}\` to true.`);
    }
  }),
};
