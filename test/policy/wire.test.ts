/** Above 400 lines: all that the engine says to a pack, and all that a pack may do wrong, in one place. */
import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { setImmediate } from "node:timers/promises";
import {
  specialArchiveSig,
  specialAssetSig,
  specialResourceSig,
  specialSecretSig,
  specialSigKey,
} from "@pulumi/pulumi/runtime/rpc";
import { expect } from "chai";
import { PolicyPackConfigError, type PolicyPackConfig } from "../../local/pulumi/policyPackConfig";
import { PolicyPackError, PolicyPackProcess } from "../../local/pulumi/policyPack";
import { policies } from "../../policy/policies";
import { subject, UNKNOWN, withValue } from "../support/policy";
import { recordOf as recorded } from "../support/policyGraph";
import { compliant } from "./compliant";
import { attachment } from "./iam/attachment/resource";
import { bucket, bucketWithCompanions, versioning } from "./s3/bucket/resource";
import { endpoint } from "./sagemaker/endpoint/resource";
import { endpointConfiguration } from "./sagemaker/endpointConfiguration/resource";

const FOLDER = path.join(__dirname, "../../policy");
/** All that a bucket needs but versions. */
const companions = bucketWithCompanions.filter((each) => ![bucket, versioning].includes(each));

const SAMPLING = "dataCaptureConfig.initialSamplingPercentage";
const FULL_SAMPLING = "sagemaker-endpoint-configuration-require-full-sampling";

function start(config: PolicyPackConfig = {}): Promise<PolicyPackProcess> {
  const stack = { project: "ml-workflow-aws", stack: "dev", preview: true };
  return PolicyPackProcess.start({ folder: FOLDER, ...stack, config });
}

describe("the policy pack over its Analyzer protocol", () => {
  describe("with its own config", () => {
    let pack: PolicyPackProcess;
    before(async () => {
      pack = await start();
    });
    after(() => pack.stop());

    it("announces its policies", () => {
      expect(pack.policyNames).to.deep.equal(policies.map(({ name }) => name));
    });

    it("accepts compliant resources, one by one and together", async () => {
      // Act
      const resources = compliant.map(recorded);
      const found = await pack.analyzeAll(resources);

      // Assess
      expect(found).to.deep.equal([]);
    });

    it("says of many resources, in their order, who breaks what, and of the stack at the end", async () => {
      // Prepare
      const broken = Array.from({ length: 30 }, (_, index) => ({
        ...withValue(endpointConfiguration, SAMPLING, 99),
        urn: `${endpointConfiguration.urn}-${index}`,
      }));

      // Act
      const found = await pack.analyzeAll(broken.map(recorded));

      // Assess
      const told = found.map(({ policy, urn }) => ({ policy, urn }));
      expect(told.slice(0, broken.length)).to.deep.equal(
        broken.map(({ urn }) => ({ policy: FULL_SAMPLING, urn })),
      );
      const onStack = policies.filter((policy) => "validateStack" in policy);
      expect(onStack.map(({ name }) => name)).to.include.members(
        told.slice(broken.length).map(({ policy }) => policy),
      );
    });

    it("says which policy is broken by whom, how badly, why, and how to mend it", async () => {
      // Act
      const violations = await pack.analyze(
        recorded(withValue(endpointConfiguration, SAMPLING, 99)),
      );

      // Assess
      expect(violations).to.deep.equal([
        {
          policy: FULL_SAMPLING,
          level: "mandatory",
          severity: "high",
          description: "Data capture must sample exactly the required percentage of the requests.",
          message: `The required share of requests is not captured: set \`${SAMPLING}\` to 100.`,
          urn: endpointConfiguration.urn,
          displayName: "The required share of requests is captured",
          remediationSteps: `Set \`${SAMPLING}\` to the required percentage.`,
          url: "https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DataCaptureConfig.html",
        },
      ]);
    });

    it("refuses an endpoint without a configuration in its stack, and accepts none at all", async () => {
      const violations = await pack.analyzeStack([recorded(endpoint)]);
      expect(violations.map(({ policy, level, urn }) => ({ policy, level, urn }))).to.deep.equal([
        {
          policy: "sagemaker-stack-require-captured-endpoint",
          level: "mandatory",
          urn: endpoint.urn,
        },
      ]);
      expect(await pack.analyzeStack([])).to.deep.equal([]);
    });

    for (const [title, reported] of [
      ["in a first preview", UNKNOWN],
      ["after a companion was removed", { enabled: true }],
    ] as const) {
      it(`sees ${title} that a bucket has no versions, from the inputs it was shown`, async () => {
        // Act
        await pack.analyze(recorded(bucket));
        const found = await pack.analyzeStack([
          recorded(withValue(bucket, "versioning", reported)),
          ...companions.map(recorded),
        ]);

        // Assess
        expect(found.map(({ policy }) => policy)).to.deep.equal(["s3-bucket-require-versioning"]);
      });
    }

    it("judges secret values as the plain values they hold", async () => {
      const secret = (value: unknown) => ({ [specialSigKey]: specialSecretSig, value });
      const judged = async (value: unknown) =>
        (
          await pack.analyze(recorded(withValue(endpointConfiguration, SAMPLING, secret(value))))
        ).map(({ policy }) => policy);
      expect(await judged(100)).to.deep.equal([]);
      expect(await judged(99)).to.deep.equal([FULL_SAMPLING]);
    });

    it("shows a reference to a resource as its id, and hides what the provider notes for itself", async () => {
      // Prepare
      const reference = (id: string | undefined) => ({
        [specialSigKey]: specialResourceSig,
        urn: "ml.from-urn",
        ...(id === undefined ? {} : { id }),
      });
      const judged = (value: unknown) =>
        pack.analyze(
          recorded(withValue(endpointConfiguration, "productionVariants[0].instanceType", value)),
        );

      // Assess
      expect(await judged(reference("ml.m5.xlarge"))).to.deep.equal([]);
      expect(await judged(reference(""))).to.deep.equal([]);
      expect(await judged(reference(undefined))).to.have.length(1);
      const noted = withValue(endpointConfiguration, "__defaults", { [specialSigKey]: "a note" });
      expect(await pack.analyze(recorded(noted))).to.deep.equal([]);
    });

    it("takes values that a preview does not know without an advisory note", async () => {
      // Prepare
      const unknownBucket = withValue(
        endpointConfiguration,
        "dataCaptureConfig.destinationS3Uri",
        UNKNOWN,
      );

      // Act
      const found = await Promise.all([
        pack.analyze(recorded(unknownBucket)),
        pack.analyzeStack([recorded(unknownBucket)]),
      ]);

      // Assess
      expect(found.flat()).to.deep.equal([]);
    });
  });

  it("follows the config of a stack: settings and levels, of all policies or of one", async () => {
    // Prepare
    const pack = await start({
      all: "disabled",
      [FULL_SAMPLING]: "advisory",
      "sagemaker-endpoint-configuration-restrict-instance-types": {
        enforcementLevel: "mandatory",
        allowed: ["ml.c7i.large"],
      },
    });

    // Act
    try {
      const broken = withValue(
        withValue(endpointConfiguration, SAMPLING, 99),
        "dataCaptureConfig.enableCapture",
        false,
      );
      const violations = await pack.analyze(recorded(broken));

      // Assess
      expect(violations.map(({ policy, level }) => [policy, level])).to.deep.equal([
        [FULL_SAMPLING, "advisory"],
        ["sagemaker-endpoint-configuration-restrict-instance-types", "mandatory"],
        ["sagemaker-endpoint-configuration-restrict-instance-types", "mandatory"],
      ]);
      expect(violations[1]?.message).to.contain("to ml.c7i.large.");
    } finally {
      await pack.stop();
    }
  });

  it("notes what is excepted, with the reason, and does not mend it", async () => {
    // Prepare
    const exception = {
      urn: `*::${endpointConfiguration.name}`,
      reason: "A trial",
      until: new Date().toISOString().slice(0, 10),
    };
    const pack = await start({
      [FULL_SAMPLING]: { enforcementLevel: "remediate", exceptions: [exception] },
      "sagemaker-endpoint-configuration-restrict-instance-types": {
        allowed: { add: ["ml.c7i.large"] },
      },
    });

    // Act
    try {
      const broken = recorded(
        withValue(
          withValue(endpointConfiguration, SAMPLING, 99),
          "productionVariants[0].instanceType",
          "ml.c7i.large",
        ),
      );
      const [remediations, violations] = [await pack.remediate(broken), await pack.analyze(broken)];

      // Assess
      expect(remediations).to.deep.equal([]);
      expect(violations.map(({ policy, level, urn }) => [policy, level, urn])).to.deep.equal([
        [FULL_SAMPLING, "advisory", broken.urn],
      ]);
      expect(violations[0]?.message).to.match(/^Excepted until .{10}, because: A trial\. The req/);
    } finally {
      await pack.stop();
    }
  });

  it("mends resources where a policy is told to, and keeps secret and unknown values", async () => {
    // Prepare
    const pack = await start({
      [FULL_SAMPLING]: "remediate",
      "aws-resource-require-tags": {
        enforcementLevel: "remediate",
        required: ["project=ml-workflow-aws"],
      },
    });
    const secret = { [specialSigKey]: specialSecretSig, value: "s3://inference/secret" };
    const broken = [
      ["dataCaptureConfig.destinationS3Uri", secret],
      ["productionVariants[0].modelName", UNKNOWN],
      [SAMPLING, 99],
    ] as const;
    const resource = broken.reduce(
      (mutant, [at, value]) => withValue(mutant, at, value),
      endpointConfiguration,
    );

    // Act
    try {
      const remediations = await pack.remediate(recorded(resource));
      const untouched = await pack.remediate(recorded(attachment));

      // Assess
      const sampled = withValue(resource, SAMPLING, 100);
      const tagged = withValue(sampled, "tags", { project: "ml-workflow-aws" });
      expect(remediations).to.deep.equal([
        { policy: FULL_SAMPLING, inputs: sampled.props, diagnostic: "" },
        { policy: "aws-resource-require-tags", inputs: tagged.props, diagnostic: "" },
      ]);
      expect(untouched).to.deep.equal([]);
    } finally {
      await pack.stop();
    }
  });

  it("mends a function without losing its code, archives in archives included", async () => {
    // Prepare
    const pack = await start({
      "aws-resource-require-tags": { enforcementLevel: "remediate", required: ["team=ml"] },
    });
    const text = { [specialSigKey]: specialAssetSig, text: "export {};" };
    const archive = (assets: object) => ({ [specialSigKey]: specialArchiveSig, assets });
    const code = archive({ "index.mjs": text, more: archive({ "a.mjs": text }) });
    const lambda = subject("aws:lambda/function:Function", { role: "r", code });

    // Act
    try {
      const remediations = await pack.remediate(recorded(lambda));

      // Assess
      expect(remediations).to.deep.equal([
        {
          policy: "aws-resource-require-tags",
          inputs: { role: "r", code, tags: { team: "ml" } },
          diagnostic: "",
        },
      ]);
    } finally {
      await pack.stop();
    }
  });

  it("mends nothing at the level that its policies have of themselves", async () => {
    const pack = await start();
    try {
      const broken = recorded(withValue(endpointConfiguration, SAMPLING, 99));
      expect(await pack.remediate(broken)).to.deep.equal([]);
    } finally {
      await pack.stop();
    }
  });

  it("refuses config that does not fit the pack, and leaves no process behind", async () => {
    // Prepare
    const processes = () =>
      process.getActiveResourcesInfo().filter((resource) => resource === "ProcessWrap").length;
    const before = processes();

    // Act
    const outcomes = await Promise.all(
      [
        { "s3-bucket-require-tsl": "advisory" } as const,
        { [FULL_SAMPLING]: { percentge: 99 } },
        { [FULL_SAMPLING]: { percentage: "100" } },
      ].map((config) => start(config).catch((error: unknown) => error)),
    );

    // Assess
    for (const outcome of outcomes) {
      expect(outcome).to.be.instanceOf(PolicyPackConfigError);
    }
    expect(outcomes.map((outcome) => (outcome as Error).message)).to.deep.equal([
      "The policy pack failed: PolicyConfigError: No policy is called " +
        '"s3-bucket-require-tsl"; did you mean "s3-bucket-require-tls"?',
      `The policy pack failed: PolicyConfigError: ${FULL_SAMPLING}: PolicySettingsError: ` +
        'No setting is called "percentge"; did you mean "percentage"?',
      `The policy pack's config is not valid: ${FULL_SAMPLING}.percentage: ` +
        'Invalid input: expected number, received string; it is "100"',
    ]);
    // Its handle is closed a few turns of the event loop after the process has ended.
    for (let turn = 0; turn < 100 && processes() > before; turn++) {
      await setImmediate();
    }
    expect(processes()).to.equal(before);
  });

  describe("when the pack does not work", () => {
    let folder: string;
    beforeEach(async () => {
      folder = await mkdtemp(path.join(tmpdir(), "policy-pack-"));
      await writeFile(path.join(folder, "package.json"), '{ "main": "index.ts" }');
    });
    afterEach(() => rm(folder, { recursive: true }));

    const startIn = async (source: string, startTimeout: number): Promise<unknown> => {
      await writeFile(path.join(folder, "index.ts"), source);
      const options = { folder, project: "p", stack: "s", preview: false, startTimeout };
      return PolicyPackProcess.start(options).catch((error: unknown) => error);
    };

    it("reports a pack that ends, with what it printed", async () => {
      const outcome = await startIn('throw new Error("no pack here");', 10_000);
      expect(outcome).to.be.instanceOf(PolicyPackError);
      expect(String(outcome)).to.contain("ended with exit code 1 before it listened");
      expect(String(outcome)).to.contain("no pack here");
    });

    it("gives up on a pack that stays silent", async () => {
      const outcome = await startIn("setInterval(() => undefined, 1000);", 500);
      expect(String(outcome)).to.equal(
        "PolicyPackError: The policy pack did not start within 500 ms. It printed: nothing",
      );
    });

    it("reports a pack that cannot be reached", async () => {
      const outcome = await startIn(
        'console.log("1"); setInterval(() => undefined, 1000);',
        10_000,
      );
      expect(outcome).to.be.instanceOf(PolicyPackError);
      expect(String(outcome)).to.contain("The policy pack failed: ");
    });

    it("ends with whoever started it", async () => {
      // Prepare
      await writeFile(path.join(folder, "index.ts"), "setInterval(() => undefined, 1000);");
      const child = fork(path.join(__dirname, "../../local/pulumi/policyPackChild.cjs"), [folder], {
        execArgv: [],
      });

      // Act: what happens to the channel when the parent is killed
      child.disconnect();

      // Assess
      expect(await once(child, "exit")).to.deep.equal([0, null]);
    });
  });
});
