/**
 * Above 400 lines: one cloud, one set of providers and one list of what is to be cleaned up are shared
 * by all that is asked of the engine, and each of its runs is slow.
 */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import {
  DeleteEndpointCommand,
  DescribeEndpointCommand,
  SageMakerClient,
} from "@aws-sdk/client-sagemaker";
import { expect } from "chai";
import { Cloud } from "../../local/cloud";
import { StandInProviders } from "./provider";
import { providersOf } from "./provider/packages";
import { writeSampleArchive } from "../../local/run/sample";
import { withWorkflow } from "../../operations/workflow";
import { inventory } from "../local/pulumi/resources/inventory";
import { installPolicies, packPolicies } from "../support/policyPackage";
import { cliOrSkip, Engine, judged, lawOf, PROJECT, STACKS, violated, type Run } from "./engine";

const ENDPOINT = "ml-workflow-aws:endpoint";
const NO_CHANGES = /^Resources:\n {4}\d+ unchanged$/m;

describe("the program under Pulumi's engine", function () {
  this.timeout(600_000);

  let cli: string;
  let scratch: string;
  let cloud: Cloud;
  let providers: StandInProviders;
  const cleanUps: (() => Promise<void> | void)[] = [];

  before(async function () {
    cli = cliOrSkip(this);
    scratch = await mkdtemp(path.join(tmpdir(), "engine-test-"));
    cleanUps.unshift(() => rm(scratch, { recursive: true }));
    cloud = await Cloud.start({ region: "us-east-1", projectRoot: PROJECT });
    cleanUps.unshift(() => cloud.stop());
    providers = await StandInProviders.start(providersOf(PROJECT), cloud);
    cleanUps.unshift(() => providers.stop());
  });

  after(async () => {
    for (const cleanUp of cleanUps) {
      await cleanUp();
    }
  });

  describe("pulumi preview --policy-pack policy", () => {
    let engine: Engine;
    before(async () => {
      engine = await newEngine();
    });

    for (const stack of STACKS) {
      it(`finds no violation in ${stack}, with the policy config of the stack`, async () => {
        // Prepare
        await engine.configure(stack);

        // Act
        const runs = [await preview(engine, stack), await preview(engine, stack)];

        // Assess
        for (const { code, output } of runs) {
          expect(code, output).to.equal(0);
          expect(output).to.match(/✅ ml-workflow-aws@v/);
          expect(output).not.to.match(/violation|\[(mandatory|advisory|remediate)\]/);
        }
        report(`preview of ${stack}, warm`, runs[1]);
      });
    }

    it("refuses a sampling of 99 percent, and says how to mend it", async () => {
      // Prepare
      await engine.configure("dev", (config) => {
        config[ENDPOINT] = { ...(config[ENDPOINT] as object), capture: 99 };
      });

      // Act
      const { code, output } = await preview(engine, "dev");

      // Assess
      expect(code, output).not.to.equal(0);
      expect(violated(output)).to.deep.equal([
        "sagemaker-endpoint-configuration-require-full-sampling",
      ]);
      expect(output).to.include("set `dataCaptureConfig.initialSamplingPercentage` to 100.");
    });

    it("refuses an endpoint on an instance type that is not allowed", async () => {
      // Prepare
      await engine.configure("dev", (config) => {
        config[ENDPOINT] = { ...(config[ENDPOINT] as object), instanceType: "ml.m5.large" };
      });

      // Act
      const { code, output } = await preview(engine, "dev");

      // Assess
      expect(code, output).not.to.equal(0);
      expect(violated(output)).to.deep.equal([
        "sagemaker-endpoint-configuration-restrict-instance-types",
      ]);
      expect(output).to.include("set `productionVariants[0].instanceType` to ml.m5.xlarge.");
    });

    it("takes the installed package as it takes the folder", async () => {
      // Prepare
      const installed = installPolicies(packPolicies(scratch), path.join(scratch, "elsewhere"));
      await engine.configure("dev", (config) => {
        config[ENDPOINT] = { ...(config[ENDPOINT] as object), capture: 99 };
      });

      // Act
      const { code, output } = await engine.run(
        ...["preview", "--policy-pack", installed, "--policy-pack-config", lawOf("dev")],
        ...["--stack", "dev"],
      );

      // Assess
      expect(code, output).not.to.equal(0);
      expect(violated(output)).to.deep.equal([
        "sagemaker-endpoint-configuration-require-full-sampling",
      ]);
    });

    describe("--policy-pack-config", () => {
      const FULL_SAMPLING = "sagemaker-endpoint-configuration-require-full-sampling";
      const EXCEPTION = {
        urn: "*::aws:sagemaker/endpointConfiguration:EndpointConfiguration::hosting",
        reason: "A trial with half of the traffic",
        until: new Date().toISOString().slice(0, 10),
      };
      const previewWith = async (config: object) => {
        await engine.configure("dev", (stack) => {
          stack[ENDPOINT] = { ...(stack[ENDPOINT] as object), capture: 99 };
        });
        const file = path.join(scratch, "policy-config.json");
        const law = JSON.parse(await readFile(path.join(PROJECT, lawOf("dev")), "utf8")) as object;
        await writeFile(file, JSON.stringify({ ...law, ...config }));
        return preview(engine, "dev", file);
      };

      it("excepts a resource, and lists it with the reason", async () => {
        // Act
        const { code, output } = await previewWith({
          [FULL_SAMPLING]: { exceptions: [EXCEPTION] },
        });

        // Assess
        expect(code, output).to.equal(0);
        expect(output).to.match(/\[advisory\].*require-full-sampling/);
        expect(output).to.contain(
          `Excepted until ${EXCEPTION.until}, because: A trial with half of the traffic.`,
        );
      });

      for (const [title, config, message] of [
        [
          "a misspelt policy",
          { "s3-bucket-require-tsl": "disabled" },
          'No policy is called "s3-bucket-require-tsl"; did you mean "s3-bucket-require-tls"?',
        ],
        [
          "a misspelt setting",
          { [FULL_SAMPLING]: { percentge: 99 } },
          'No setting is called "percentge"; did you mean "percentage"?',
        ],
        ["a value of another type", { [FULL_SAMPLING]: { percentage: "99" } }, "percentage"],
        [
          "an exception without a reason",
          { [FULL_SAMPLING]: { exceptions: [{ ...EXCEPTION, reason: "" }] } },
          "`reason` has to say why",
        ],
      ] as const) {
        it(`refuses ${title}, by name`, async () => {
          const { code, output } = await previewWith(config);
          expect(code, output).not.to.equal(0);
          expect(output).to.contain(message);
        });
      }
    });

    it("refuses a bucket that an access control list opens to the public", async () => {
      // Prepare
      const extended = await newEngine();
      await extended.configure("dev");
      await extended.extendProgram(`
        import { s3 } from "@pulumi/aws";
        new s3.BucketAcl("public", { bucket: inference.name, acl: "public-read" });
      `);

      // Act
      const { code, output } = await preview(extended, "dev");

      // Assess
      expect(code, output).not.to.equal(0);
      expect(violated(output)).to.deep.equal(["s3-bucket-disallow-public-acl"]);
      expect(output).to.include("A public access control list");
    });
  });

  describe("pulumi up", () => {
    it("deploys, changes nothing twice, replaces what must be, and leaves nothing", async () => {
      // Prepare
      const engine = await newEngine();
      const classes = ["apple", "bicycle"];
      const archive = path.join(scratch, "archive.tar.gz");
      await writeSampleArchive(archive, { classes });
      const configure = (epochs: number) =>
        engine.configure("dev", (config) => {
          config["ml-workflow-aws:dataset"] = { classes, archive };
          config["ml-workflow-aws:training"] = { epochs };
        });
      const sagemaker = new SageMakerClient(cloud.deployerSession());
      cleanUps.unshift(() => sagemaker.destroy());
      const served = () =>
        sagemaker.send(new DescribeEndpointCommand({ EndpointName: "ml-workflow-aws-dev" }));
      await configure(1);
      const init = await engine.run("stack", "init", "dev");
      expect(init.code, init.output).to.equal(0);

      // Act
      const first = await up(engine);
      const [before, servedBefore] = [inventory(cloud), await served()];
      const stored = await engine.run("stack", "export", "--stack", "dev");
      const told = path.join(scratch, "outputs.json");
      await writeFile(told, (await engine.run("stack", "output", "--json", "-s", "dev")).output);
      const second = await up(engine);
      const drift = await engine.run(
        ...["preview", "--refresh", "--expect-no-changes", "--stack", "dev"],
      );
      await configure(2);
      const third = await up(engine);
      const [after, servedAfter] = [inventory(cloud), await served()];

      // Assess
      expect(first.output).to.match(/^Resources:\n {4}\+ \d+ created$/m);
      expect(second.output).to.match(NO_CHANGES);
      expect(drift.code, drift.output).to.equal(0);
      // What is run on a stack finds in its outputs what it needs.
      await withWorkflow({ outputs: told, config: [] }, ({ endpointName, inferenceBucket }) => {
        expect(endpointName).to.equal("ml-workflow-aws-dev");
        expect(before["buckets"]).to.include(inferenceBucket);
        return Promise.resolve();
      });
      // The state has the code of the six functions by path and digest alone, in inputs and outputs.
      expect(stored.output.match(/"index.js": \{[^}]*\}/g)).to.have.length(12);
      expect(stored.output).to.match(/"path": "out\/functions\/classify-image-[0-9a-f]+\.js"/);
      expect(stored.output).not.to.match(/"text":/);
      console.log(`      state of dev: ${Math.round(stored.output.length / 1024)} kB`);
      const replacedCommands = "replaced command:local:Command ";
      expect(steps(third.output)).to.include(`${replacedCommands}training-gate`);
      // Commands run again on what is new, and alarms watch it. Besides them, exactly this:
      expect(
        steps(third.output).filter((step) => !step.startsWith(replacedCommands)),
      ).to.deep.equal([
        "replaced aws:sagemaker:EndpointConfiguration hosting",
        "replaced aws:sagemaker:Model hosting",
        "replaced aws:sagemaker:TrainingJob training",
        ...["latency", "model-errors", "server-errors"].map(
          (kind) => `updated aws:cloudwatch:MetricAlarm hosting-update-${kind}`,
        ),
        "updated aws:sagemaker:Endpoint hosting",
      ]);
      // The cloud has what the engine says: the new model in the old one's place.
      const [oldConfiguration, newConfiguration, ...others] = after.endpointConfigurations ?? [];
      expect(others).to.deep.equal([]);
      expect(servedBefore.EndpointConfigName).to.equal(oldConfiguration);
      expect(servedAfter.EndpointConfigName).to.equal(newConfiguration);
      expect(servedAfter.EndpointStatus).to.equal("InService");
      expect(servedAfter.CreationTime).to.deep.equal(servedBefore.CreationTime);
      expect(after["trainingJobs"]).to.have.length(1);
      expect(after["trainingJobs"]).not.to.deep.equal(before["trainingJobs"]);
      // The model before stays with its configuration, to be gone back to.
      const [oldModel, newModel, ...otherModels] = after.models ?? [];
      expect(otherModels).to.deep.equal([]);
      expect(before.models).to.deep.equal([oldModel]);
      for (const kind of ["buckets", "functions", "roles", "stateMachines", "topics"]) {
        expect(after[kind], kind).to.deep.equal(before[kind]);
      }
      expect(cloud.sagemaker.describeEndpoint("ml-workflow-aws-dev")).to.have.nested.property(
        "configuration.modelName",
        newModel,
      );

      // Act
      const destroy = await engine.run("destroy", "--yes", "--skip-preview", "--stack", "dev");
      const state = await engine.run("stack", "export", "--stack", "dev");

      // Assess
      expect(destroy.code, destroy.output).to.equal(0);
      const { deployment } = JSON.parse(state.output) as { deployment: { resources?: unknown[] } };
      expect(deployment.resources ?? []).to.deep.equal([]);
      // The program retains models and configurations, for an endpoint that goes back to old ones.
      const configuration = "aws:sagemaker/endpointConfiguration:EndpointConfiguration";
      const model = "aws:sagemaker/model:Model";
      expect(providers.resources.map(({ type }) => type)).to.have.members([
        ...[configuration, configuration],
        ...[model, model],
      ]);
      expect(inventory(cloud)).to.deep.equal({
        endpointConfigurations: after.endpointConfigurations,
        models: after.models,
      });
      expect(cloud.bugs).to.deep.equal([]);
    });

    describe("of a protected stack", function () {
      this.timeout(900_000);
      const EndpointName = "ml-workflow-aws-dev";
      const types = () => providers.resources.map(({ type }) => type);
      const status = () => cloud.sagemaker.describeEndpoint(EndpointName)?.status;
      let engine: Engine;
      let configure: (endpoint: object) => Promise<void>;

      before(async () => {
        engine = await newEngine();
        const classes = ["apple", "bicycle"];
        const archive = path.join(scratch, "protected.tar.gz");
        await writeSampleArchive(archive, { classes });
        configure = (endpoint) =>
          engine.configure("dev", (config) => {
            config["ml-workflow-aws:dataset"] = { classes, archive };
            config["ml-workflow-aws:training"] = { epochs: 1 };
            config["ml-workflow-aws:protect"] = true;
            config[ENDPOINT] = { ...(config[ENDPOINT] as object), ...endpoint };
          });
        await configure({});
        const init = await engine.run("stack", "init", "dev");
        expect(init.code, init.output).to.equal(0);
      });

      it("finds an endpoint whose first creation failed, and goes on where it was once that is deleted", async () => {
        // Prepare
        const upAgain = () => engine.run("up", "--yes", "--skip-preview", "--stack", "dev");
        const sagemaker = new SageMakerClient(cloud.deployerSession());
        cleanUps.unshift(() => sagemaker.destroy());
        cloud.sagemaker.arrangeFault("create-fails");

        // Act
        const failed = await upAgain();
        const leftover = status();
        const again = await upAgain();
        await sagemaker.send(new DeleteEndpointCommand({ EndpointName }));
        const recovered = await up(engine);

        // Assess
        expect(failed.code, failed.output).not.to.equal(0);
        expect(failed.output).to.contain(
          `waiting for SageMaker AI Endpoint (${EndpointName}) create: unexpected state 'Failed'`,
        );
        expect(leftover).to.equal("Failed");
        expect(again.code, again.output).not.to.equal(0);
        expect(again.output).to.contain(`delete-endpoint --endpoint-name ${EndpointName}`);
        expect(steps(recovered.output)).to.include("created aws:sagemaker:Endpoint hosting");
        expect(recovered.output).not.to.match(/TrainingJob training (created|replaced)/);
        expect(status()).to.equal("InService");
      });

      it("warns of an update for nothing, and is not destroyed by mistake", async () => {
        // Prepare
        const before = types();

        // Act
        const destroy = await engine.run("destroy", "--yes", "--skip-preview", "--stack", "dev");
        const lost = before.filter((type) => !types().includes(type));
        const served = status();
        await configure({ bakeSeconds: 60 });
        const rollout = await engine.run("preview", "--stack", "dev");
        await configure({ enabled: false });
        await engine.run("state", "unprotect", "--all", "--yes", "--stack", "dev");
        const off = await up(engine);

        // Assess
        expect(destroy.code, destroy.output).not.to.equal(0);
        expect(destroy.output).to.contain("protected");
        expect(lost.filter((type) => type !== "command:local:Command")).to.deep.equal([]);
        expect(served).to.equal("InService");
        expect(rollout.code, rollout.output).to.equal(0);
        expect(rollout.output).to.contain("expect a second fleet");
        expect(steps(off.output)).to.include("deleted aws:sagemaker:Endpoint hosting");
      });
    });

    it("deploys the production stack into a private network, and changes nothing twice", async () => {
      // Prepare
      const engine = await newEngine();
      const classes = ["apple", "bicycle"];
      const archive = path.join(scratch, "production.tar.gz");
      await writeSampleArchive(archive, { classes });
      await engine.configure("prod", (config) => {
        config["ml-workflow-aws:dataset"] = { classes, archive };
        config["ml-workflow-aws:training"] = { epochs: 1 };
      });
      const init = await engine.run("stack", "init", "prod");
      expect(init.code, init.output).to.equal(0);

      // Act
      const first = await up(engine, "prod");
      const again = await engine.run("preview", "--expect-no-changes", "--stack", "prod");
      const second = await up(engine, "prod");

      // Assess
      expect(first.output).to.match(/^Resources:\n {4}\+ \d+ created$/m);
      expect(again.code, again.output).to.equal(0);
      expect(second.output).to.match(NO_CHANGES);
      const routeTables = providers.resources.flatMap(
        ({ inputs }) => inputs["routeTableIds"] ?? [],
      );
      expect(routeTables).to.have.length.greaterThan(0);
      expect(routeTables).to.satisfy((ids: string[]) => ids.every((id) => /^rtb-./.test(id)));
    });
  });

  async function newEngine(): Promise<Engine> {
    const engine = await Engine.create(cli, providers);
    cleanUps.unshift(() => engine.remove());
    return engine;
  }
});

async function preview(engine: Engine, stack: string, law = lawOf(stack)): Promise<Run> {
  const select = await engine.run("stack", "select", "--create", stack);
  expect(select.code, select.output).to.equal(0);
  return engine.run("preview", ...judged(stack, law));
}

async function up(engine: Engine, stack = "dev"): Promise<Run> {
  const run = await engine.run("up", "--yes", "--skip-preview", ...judged(stack));
  expect(run.code, run.output).to.equal(0);
  return run;
}

/** What was done to which resource, of those that are not as they were. */
function steps(output: string): string[] {
  const done = [...output.matchAll(/^ \S+ +(\S+) (\S+) (updated|replaced|deleted|created) \(/gm)];
  return done.map(([, type = "", name = "", step = ""]) => `${step} ${type} ${name}`).sort();
}

function report(what: string, run: Run | undefined): void {
  console.log(`      ${what}: ${run?.seconds.toFixed(1)} s`);
}
