import * as path from "node:path";
import {
  CreateEndpointCommand,
  CreateEndpointConfigCommand,
  CreateModelCommand,
  DeleteEndpointCommand,
  DeleteEndpointConfigCommand,
  DeleteModelCommand,
  DescribeEndpointCommand,
  DescribeEndpointConfigCommand,
  DescribeModelCommand,
  ListEndpointConfigsCommand,
  ListEndpointsCommand,
  ListModelsCommand,
  SageMakerClient,
  type ListEndpointsCommandInput,
} from "@aws-sdk/client-sagemaker";
import { expect } from "chai";
import { askInJson, findBotocore } from "../../../../support/botocore";
import { startMoto, type Moto } from "../../../../support/moto";
import { rejectionOf } from "../../../pulumi/resources/support";
import { arnOf, ROLE, RunningSageMaker } from "./support";

interface Subject {
  readonly client: SageMakerClient;
  /** Makes a model, a configuration and an endpoint of this name. */
  readonly make: (name: string) => Promise<void>;
}

interface Check {
  readonly title: string;
  readonly observe: (subject: Subject) => Promise<unknown>;
  readonly expected: unknown;
  /** What moto does instead, so that it judges all but this. */
  readonly motoDiffers?: string;
}

const nameOf = async (refused: Promise<unknown>) => ((await rejectionOf(refused)) as Error).name;

const CHECKS: readonly Check[] = [
  {
    title: "an endpoint, its configuration and its model are described by their names and ARNs",
    observe: async ({ client, make }) => {
      await make("first");
      const endpoint = await client.send(new DescribeEndpointCommand({ EndpointName: "first" }));
      const configuration = await client.send(
        new DescribeEndpointConfigCommand({ EndpointConfigName: "first" }),
      );
      const model = await client.send(new DescribeModelCommand({ ModelName: "first" }));
      const resource = (arn = "") => arn.split(":").at(-1);
      return [
        [endpoint.EndpointStatus, endpoint.EndpointConfigName, resource(endpoint.EndpointArn)],
        [
          configuration.ProductionVariants?.[0]?.ModelName,
          resource(configuration.EndpointConfigArn),
        ],
        [model.PrimaryContainer?.Image, resource(model.ModelArn)],
        [endpoint.CreationTime, configuration.CreationTime, model.CreationTime].map(
          (time) => time instanceof Date,
        ),
      ];
    },
    expected: [
      ["InService", "first", "endpoint/first"],
      ["first", "endpoint-config/first"],
      ["registry/fake:1", "model/first"],
      [true, true, true],
    ],
  },
  {
    title: "lists are sorted by name, both ways, and have what contains a text",
    observe: async ({ client, make }) => {
      await make("second");
      await make("third");
      const sorted = { SortBy: "Name", SortOrder: "Ascending" } as const;
      const models = await client.send(new ListModelsCommand(sorted));
      const configurations = await client.send(
        new ListEndpointConfigsCommand({ ...sorted, SortOrder: "Descending" }),
      );
      const endpoints = await client.send(
        new ListEndpointsCommand({ ...sorted, NameContains: "ir" }),
      );
      return [
        (models.Models ?? []).map((each) => each.ModelName),
        (configurations.EndpointConfigs ?? []).map((each) => each.EndpointConfigName),
        (endpoints.Endpoints ?? []).map((each) => each.EndpointName),
      ];
    },
    expected: [
      ["first", "second", "third"],
      ["third", "second", "first"],
      ["first", "third"],
    ],
  },
  {
    title: "lists have what was made, or is in a state, within limits",
    observe: async ({ client }) => {
      const count = async (input: ListEndpointsCommandInput) =>
        (await client.send(new ListEndpointsCommand(input))).Endpoints?.length;
      const [past, future] = [new Date("2020-01-01"), new Date("2100-01-01")];
      return [
        await count({ CreationTimeAfter: past, CreationTimeBefore: future }),
        await count({ CreationTimeBefore: past }),
        await count({ LastModifiedTimeAfter: future }),
        await count({ StatusEquals: "InService" }),
        await count({ StatusEquals: "Failed" }),
      ];
    },
    expected: [3, 0, 0, 3, 0],
  },
  {
    title: "models are listed by the time at which they were made",
    observe: async ({ client }) => {
      const [past, future] = [new Date("2020-01-01"), new Date("2100-01-01")];
      const before = await client.send(new ListModelsCommand({ CreationTimeAfter: future }));
      const after = await client.send(new ListModelsCommand({ CreationTimeAfter: past }));
      return [before.Models?.length, after.Models?.length];
    },
    expected: [0, 3],
    motoDiffers: "lists all models whenever they were made",
  },
  {
    title: "lists come in pages",
    observe: async ({ client }) => {
      const first = await client.send(new ListEndpointConfigsCommand({ MaxResults: 2 }));
      const { NextToken } = first;
      const rest = await client.send(new ListEndpointConfigsCommand({ MaxResults: 2, NextToken }));
      return [first.EndpointConfigs?.length, rest.EndpointConfigs?.length, rest.NextToken];
    },
    expected: [2, 1, undefined],
  },
  {
    title: "what is deleted is not there, and what is not there is refused",
    observe: async ({ client }) => {
      const deletions = [
        () => client.send(new DeleteEndpointCommand({ EndpointName: "third" })),
        () => client.send(new DeleteEndpointConfigCommand({ EndpointConfigName: "third" })),
        () => client.send(new DeleteModelCommand({ ModelName: "third" })),
      ];
      for (const remove of deletions) {
        await remove();
      }
      const refusals = [
        ...deletions.map((remove) => remove()),
        client.send(new DescribeEndpointCommand({ EndpointName: "third" })),
        client.send(new DescribeEndpointConfigCommand({ EndpointConfigName: "third" })),
        client.send(new DescribeModelCommand({ ModelName: "third" })),
      ];
      return Promise.all(refusals.map(nameOf));
    },
    expected: Array.from({ length: 6 }, () => "ValidationException"),
  },
  {
    title: "an endpoint keeps its configuration's name when that and the model are deleted",
    observe: async ({ client }) => {
      await client.send(new DeleteEndpointConfigCommand({ EndpointConfigName: "second" }));
      await client.send(new DeleteModelCommand({ ModelName: "second" }));
      const found = await client.send(new DescribeEndpointCommand({ EndpointName: "second" }));
      return [found.EndpointStatus, found.EndpointConfigName];
    },
    expected: ["InService", "second"],
  },
];

describe("SageMaker conformance", () => {
  describe("of the local SageMaker", () => {
    let running: RunningSageMaker;
    let subject: Subject;
    before(async () => {
      running = await RunningSageMaker.start();
      const make = async (name: string) => {
        await running.configure(name);
        await running.sagemaker.createEndpoint(name, arnOf(`endpoint/${name}`), name);
      };
      subject = { client: running.control(), make };
    });
    after(() => running.stop());

    for (const { title, observe, expected } of CHECKS) {
      it(title, async () => {
        expect(await observe(subject)).to.deep.equal(expected);
        expect(running.bugs).to.deep.equal([]);
      });
    }
  });

  describe("of moto, which judges the checks", () => {
    let server: Moto | undefined;
    let subject: Subject | undefined;

    before(async function () {
      server = await startMoto(this);
      const client = new SageMakerClient({ ...server.clientSettings, region: "us-east-1" });
      const make = async (name: string) => {
        await client.send(
          new CreateModelCommand({
            ModelName: name,
            ExecutionRoleArn: ROLE,
            PrimaryContainer: { Image: "registry/fake:1", ModelDataUrl: `s3://data/${name}` },
          }),
        );
        const variant = {
          VariantName: "all",
          ModelName: name,
          InstanceType: "ml.m5.xlarge",
        } as const;
        await client.send(
          new CreateEndpointConfigCommand({
            EndpointConfigName: name,
            ProductionVariants: [{ ...variant, InitialInstanceCount: 1 }],
          }),
        );
        await client.send(
          new CreateEndpointCommand({ EndpointName: name, EndpointConfigName: name }),
        );
      };
      subject = { client, make };
    });
    after(async () => {
      subject?.client.destroy();
      await server?.stop();
    });

    for (const { title, observe, expected, motoDiffers } of CHECKS) {
      it(
        motoDiffers === undefined ? title : `${title} (not judged: moto ${motoDiffers})`,
        async () => {
          const observed = await observe(subject as Subject);
          if (motoDiffers === undefined) {
            expect(observed).to.deep.equal(expected);
          }
        },
      );
    }
  });

  describe("with AWS's API model", () => {
    const SCRIPT = path.join(__dirname, "apiModel.py");
    /** Requests that are right. */
    const USUAL: readonly { operation: string; input: object }[] = [
      { operation: "ListModels", input: { SortBy: "Name" } },
      { operation: "ListEndpointConfigs", input: { MaxResults: 1 } },
      { operation: "ListEndpoints", input: { StatusEquals: "InService" } },
      { operation: "ListMonitoringSchedules", input: { SortBy: "CreationTime", MaxResults: 1 } },
      { operation: "DescribeModel", input: { ModelName: "one" } },
      { operation: "DescribeEndpointConfig", input: { EndpointConfigName: "one" } },
      { operation: "DescribeEndpoint", input: { EndpointName: "live" } },
      { operation: "DescribeTrainingJob", input: { TrainingJobName: "job" } },
      {
        operation: "UpdateEndpoint",
        input: { EndpointName: "live", EndpointConfigName: "one", RetainDeploymentConfig: true },
      },
      { operation: "DeleteEndpointConfig", input: { EndpointConfigName: "one" } },
      { operation: "DeleteModel", input: { ModelName: "one" } },
      { operation: "DeleteEndpoint", input: { EndpointName: "live" } },
    ];
    let python: string;
    let running: RunningSageMaker;

    before(function () {
      const found = findBotocore();
      if (found === undefined) {
        console.warn("    botocore is not there: requests and answers are judged by nobody else");
        this.skip();
      }
      python = found;
    });
    beforeEach(async () => {
      running = await RunningSageMaker.start();
      await running.configure("one");
      await running.sagemaker.createEndpoint("live", arnOf("endpoint/live"), "one");
      await running.train("learn");
      await running.sagemaker.trainingJob("job").done;
    });
    afterEach(() => running.stop());

    it("refuses every request that the model refuses, and nothing comes of one", async () => {
      // Prepare
      const wrong = askInJson<{ operation: string; input: object; flaw: string }>(
        ...([python, SCRIPT, "requests", USUAL] as const),
      );
      const there = running.sagemaker.names;

      // Act
      const accepted: string[] = [];
      for (const { operation, input, flaw } of wrong) {
        const { status, answer } = await running.ask(operation, input);
        if (status !== 400 || answer["__type"] !== "ValidationException") {
          accepted.push(`${operation} ${flaw}`);
        }
      }

      // Assess
      expect(wrong).to.have.length.greaterThan(70);
      expect(accepted).to.deep.equal([]);
      expect(running.sagemaker.names).to.deep.equal(there);
      expect(running.bugs).to.deep.equal([]);
    });

    it("answers as the model says", async () => {
      // Act
      const answers: { operation: string; answer: object }[] = [];
      for (const { operation, input } of USUAL) {
        const { status, answer } = await running.ask(operation, input);
        expect(status, JSON.stringify(answer)).to.equal(200);
        answers.push({ operation, answer });
        while (running.sagemaker.describeEndpoint("live")?.status === "Updating") {
          await new Promise(setImmediate);
        }
      }

      // Assess
      const flaws = askInJson<string[]>(python, SCRIPT, "answers", answers);
      expect(flaws).to.have.length(USUAL.length);
      expect(flaws.flat()).to.deep.equal([]);
    });
  });
});
