import { expect } from "chai";
import { parseConfig } from "../../infra/config";
import { SpendingAlert } from "../../infra/costs";
import { DataKey } from "../../infra/dataKey";
import { Dataset } from "../../infra/dataset";
import { Hosting } from "../../infra/hosting";
import { Monitoring } from "../../infra/monitoring";
import { physicalNames } from "../../infra/naming";
import { NotificationTopic } from "../../infra/notificationTopic";
import { ParityGate } from "../../infra/parityGate";
import { Preflight } from "../../infra/preflight";
import { PrivateBucket } from "../../infra/privateBucket";
import { PrivateNetwork } from "../../infra/privateNetwork";
import { HumanReview } from "../../infra/review";
import { Training } from "../../infra/training";
import { ClassificationWorkflow } from "../../infra/workflow";
import { inventory } from "../support/graph";
import { deploy, deployProgram } from "../support/mocks";

const CONFIG = {
  endpoint: {
    instanceType: "ml.m5.xlarge",
    capture: 100,
    autoscaling: { minInstances: 1, maxInstances: 2, invocationsPerMinute: 60 },
  },
  workflow: { notificationEmail: "reviewer@example.com" },
  observability: { alarmEmail: "ops@example.com" },
  network: "private",
  monitoring: { managedSchedule: { enabled: true } },
  budget: { monthlyDollars: 250, email: "owner@example.com" },
};

/** Inputs that name something in AWS, by which two things there can collide. */
const NAMES = ["name", "dashboardName", "trainingJobName", "resourceId"];

/** All that the program makes, with names that begin as the caller says. */
function everything(prefix: string): readonly object[] {
  const config = parseConfig(CONFIG);
  const names = physicalNames("project", prefix);
  const { endpoint: settings, observability } = config;
  const preflight = new Preflight(`${prefix}-preflight`, { config, endpointName: names.endpoint });
  const network = new PrivateNetwork(`${prefix}-network`, config);
  const placement = network;
  const key = new DataKey(`${prefix}-data`);
  const inferenceBucket = new PrivateBucket(`${prefix}-inference`, {
    key,
    keepObjects: false,
    expirationDays: {},
  });
  const dataset = new Dataset(`${prefix}-dataset`, {
    recipe: config.dataset,
    inference: inferenceBucket,
    key,
    keepObjects: false,
  });
  const training = new Training(`${prefix}-training`, {
    dataset,
    settings: config.training,
    placement,
  });
  const alarms = new NotificationTopic(`${prefix}-alarms`, { email: observability.alarmEmail });
  const hosting = new Hosting(`${prefix}-hosting`, {
    endpointName: names.endpoint,
    ...{ dataset, training, inferenceBucket, settings, placement, alarms, observability },
  });
  const parity = new ParityGate(`${prefix}-parity`, {
    ...{ dataset, hosting, inferenceBucket, config },
    imageShape: [3, 28, 28],
  });
  const workflow = new ClassificationWorkflow(`${prefix}-workflow`, {
    bucket: inferenceBucket,
    ...{ hosting, placement, observability },
    endpointEnabled: true,
    classes: config.dataset.classes,
    imageShape: [3, 28, 28],
    settings: config.workflow,
    logGroupName: names.executionLogs,
  });
  const review = new HumanReview(`${prefix}-review`, {
    ...{ bucket: inferenceBucket, placement, config },
    logGroupName: names.reviewLogs,
  });
  const monitoring = new Monitoring(`${prefix}-monitoring`, {
    ...{ topic: alarms, hosting, parity, workflow, review, config, placement, names },
    bucket: inferenceBucket,
  });
  const budget = new SpendingAlert(`${prefix}-budget`, CONFIG.budget);
  return [preflight, parity, review, monitoring, budget];
}

describe("two of everything in one stack", () => {
  it("is what the program makes, twice", async () => {
    // Act
    const { resources: program } = await deployProgram(CONFIG);
    const { resources: one } = await deploy(() => everything("one"));

    // Assess
    const unprefixed = inventory(one).map((each) => each.replace(" one-", " "));
    expect(unprefixed).to.have.members([...inventory(program)]);
  });

  it("never meets: no two resources of one type share a name, in the program or in AWS", async () => {
    // Act
    const { resources } = await deploy(() => [...everything("one"), ...everything("two")]);

    // Assess
    const inProgram = resources.map(({ type, name }) => `${type} ${name}`);
    const inAws = resources.flatMap(({ type, inputs }) =>
      NAMES.filter((key) => inputs[key] !== undefined).map(
        (key) => `${type} ${key} ${String(inputs[key])}`,
      ),
    );
    const repeated = (all: readonly string[]) => all.filter((each, at) => all.indexOf(each) !== at);
    expect(repeated(inProgram)).to.deep.equal([]);
    expect(repeated(inAws)).to.deep.equal([]);
    // Each has an endpoint and a schedule that monitors it, three log groups, a dashboard, a job, two
    // parts of its scaling, and three alarms that decide about its updates.
    expect(inAws).to.have.length(2 * 12);
  });

  it("calls its things the same in a preview", async () => {
    // Act
    const build = () => [...everything("one"), ...everything("two")];
    const { resources: updated } = await deploy(build);
    const { resources: previewed } = await deploy(build, { preview: true });

    // Assess
    expect(inventory(previewed)).to.have.members([...inventory(updated)]);
  });
});
