import { expect } from "chai";
import { ALGORITHM_REGIONS } from "../../../contract/algorithmRegions";
import { callFunction, NoImageError } from "../../../local/pulumi/invokes";

const WHERE = { partition: "aws", region: "eu-west-1", accountId: "000000000000" };

describe("the provider functions", () => {
  it("answer from where the local cloud is", () => {
    const call = (token: string, inputs = {}) => callFunction(token, inputs, WHERE);

    expect(call("aws:index/getRegion:getRegion")).to.include({ region: "eu-west-1" });
    expect(call("aws:index/getPartition:getPartition")).to.include({ partition: "aws" });
    expect(call("aws:index/getCallerIdentity:getCallerIdentity")).to.include({
      accountId: "000000000000",
    });
    expect(
      call("aws:sagemaker/getPrebuiltEcrImage:getPrebuiltEcrImage", {
        repositoryName: "image-classification",
        imageTag: "1",
      }),
    ).to.include({
      registryPath: "000000000000.dkr.ecr.eu-west-1.amazonaws.com/image-classification:1",
    });
  });

  it("have an image in the algorithm's regions only", () => {
    const imageIn = (region: string) =>
      callFunction(
        "aws:sagemaker/getPrebuiltEcrImage:getPrebuiltEcrImage",
        { repositoryName: "image-classification" },
        { ...WHERE, region },
      );

    for (const region of ALGORITHM_REGIONS) {
      expect(imageIn(region)["registryPath"], region).to.contain(`.${region}.`);
    }
    for (const region of ["mx-central-1", "ap-southeast-5", "us-east-3", ""]) {
      expect(() => imageIn(region), region).to.throw(NoImageError, `in ${region}: set aws:region`);
    }
  });

  it("refuse a call that nobody planned, by name", () => {
    expect(() => callFunction("aws:ec2/getAmi:getAmi", {}, WHERE)).to.throw(
      "aws:ec2/getAmi:getAmi",
    );
  });
});
