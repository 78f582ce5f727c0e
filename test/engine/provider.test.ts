import { specialAssetSig, specialSigKey, unknownValue } from "@pulumi/pulumi/runtime/rpc";
import { expect } from "chai";
import { changesOf, identityOf } from "./provider/changes";
import { providersOf } from "./provider/packages";
import { schemaOf } from "./provider/schema";
import { PROJECT } from "./engine";

const JOB = "aws:sagemaker/trainingJob:TrainingJob";
const ENDPOINT = "aws:sagemaker/endpoint:Endpoint";
const ROLE_POLICY = "aws:iam/rolePolicy:RolePolicy";

describe("the stand-in providers", () => {
  describe("schemaOf", () => {
    it("tells inputs from what only the provider sets", () => {
      // Act
      const { inputs, computed } = schemaOf("aws:s3/bucket:Bucket");

      // Assess
      expect([...inputs]).to.include.members(["bucket", "forceDestroy", "tags"]);
      expect([...computed]).to.include.members(["arn", "bucketRegionalDomainName"]);
      expect([...computed].filter((property) => inputs.has(property))).to.deep.equal([]);
    });

    it("refuses a type that the SDK does not have", () => {
      expect(() => schemaOf("aws:s3/bucket:Pail")).to.throw("no resource type aws:s3/bucket:Pail");
    });
  });

  describe("changesOf", () => {
    const inputs = { name: "a-1234567", endpointConfigName: "one", tags: { team: "x" } };

    it("finds nothing between equal inputs, whatever the provider noted", () => {
      // Act
      const change = changesOf(ENDPOINT, { ...inputs, __defaults: [] }, structuredClone(inputs));

      // Assess
      expect(change).to.deep.equal({ properties: [], replacing: [] });
    });

    it("changes an endpoint's configuration in place, but not its name", () => {
      // Act
      const change = changesOf(ENDPOINT, inputs, { name: "b", endpointConfigName: "two" });

      // Assess
      expect(change.properties).to.have.members(["name", "endpointConfigName", "tags"]);
      expect(change.replacing).to.deep.equal(["name"]);
    });

    it("replaces a training job for anything but its tags", () => {
      // Act
      const change = changesOf(JOB, { roleArn: "a", tags: {} }, { roleArn: "b", tags: { x: "y" } });

      // Assess
      expect(change.properties).to.have.members(["roleArn", "tags"]);
      expect(change.replacing).to.deep.equal(["roleArn"]);
    });

    it("takes a value that is not known yet for another one", () => {
      // Act
      const change = changesOf(ROLE_POLICY, { role: "a" }, { role: unknownValue });

      // Assess
      expect(change.replacing).to.deep.equal(["role"]);
    });

    for (const [text, hash, properties] of [
      [undefined, "1", []],
      ["same", "2", ["code"]],
    ] as const) {
      it(`goes by an asset's hash: ${properties.length} changes for ${hash}`, () => {
        // Prepare
        const asset = (content: object) => ({
          code: [{ [specialSigKey]: specialAssetSig, ...content }],
        });

        // Act
        const change = changesOf(
          "aws:lambda/function:Function",
          asset({ text: "same", hash: "1" }),
          asset({ text, hash }),
        );

        // Assess
        expect(change.properties).to.deep.equal(properties);
      });
    }
  });

  describe("identityOf", () => {
    it("tells resources apart by type, name and owner", () => {
      // Act
      const identities = [
        identityOf(ROLE_POLICY, { name: "a", role: "x" }),
        identityOf(ROLE_POLICY, { name: "a", role: "y" }),
        identityOf(ENDPOINT, { name: "a" }),
        identityOf("aws:s3/bucket:Bucket", { bucket: "a" }),
      ];

      // Assess
      expect(new Set(identities).size).to.equal(identities.length);
      expect(identities).not.to.include(undefined);
    });

    it("knows none of what has no name", () => {
      expect(identityOf("command:local:Command", { create: "a" })).to.equal(undefined);
    });
  });

  describe("providersOf", () => {
    it("finds every provider that the program's SDKs stand for", () => {
      // Act
      const names = providersOf(PROJECT).map(({ name }) => name);

      // Assess
      expect(names).to.include.members(["aws", "awsx", "command"]);
      expect(names).not.to.include("pulumi");
    });
  });
});
