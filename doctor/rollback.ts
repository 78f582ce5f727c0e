/**
 * Takes an endpoint back to a configuration that it served with before.
 *
 * Usage: npm run rollback -- --help
 */
import { setTimeout as sleep } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import {
  DescribeEndpointCommand,
  UpdateEndpointCommand,
  type SageMakerClient,
} from "@aws-sdk/client-sagemaker";
import { UPDATE_SECONDS } from "../infra/rollout";
import {
  CommandUsageError,
  describeKept,
  endpointHistory,
  runEndpointCommand,
  TARGET_USAGE,
  type EndpointHistory,
  type KeptConfiguration,
} from "./endpointHistory";

const USAGE = `Takes the endpoint of a stack back to a configuration that it served with
before.

npm run rollback -- --stack NAME [options]

${TARGET_USAGE}  --list            only list what can be gone back to
  --to NAME         configuration to go back to; the newest before the live one
                    unless given
  --dry-run         only say what would be done
  --ignore-alarms   update without the alarms: those of an update watch the
                    fleet that is left, and veto going back when it errs

Exit code: 0 done, 1 failed, 2 wrong command line.
`;

/** The model to go back to was made for a network that the stack has left. */
class OtherNetworkError extends Error {
  override readonly name = "OtherNetworkError";
}

/** The endpoint does not serve with what it was to go back to. */
class RollbackFailedError extends Error {
  override readonly name = "RollbackFailedError";
}

const POLL_MILLISECONDS = { first: 500, most: 15_000, growth: 1.5 };

async function rollback(
  client: SageMakerClient,
  EndpointName: string,
  flags: Readonly<Record<string, unknown>>,
): Promise<void> {
  const history = await endpointHistory(client, EndpointName);
  const say = (line: string) => process.stdout.write(`${line}\n`);
  say(`${EndpointName} serves with  ${describeKept(history.live)}`);
  for (const each of history.kept) {
    say(`can go back to  ${describeKept(each)}`);
  }
  if (flags["list"] === true) {
    return;
  }
  const target = targetOf(history, flags["to"] as string | undefined);
  refuseOtherNetwork(history.live, target);
  if (flags["dry-run"] === true) {
    say(`would update ${EndpointName} to ${target.name}`);
    return;
  }
  const blueGreen = history.endpoint.LastDeploymentConfig?.BlueGreenUpdatePolicy;
  const withoutAlarms =
    blueGreen === undefined ? {} : { DeploymentConfig: { BlueGreenUpdatePolicy: blueGreen } };
  await client.send(
    new UpdateEndpointCommand({
      EndpointName,
      EndpointConfigName: target.name,
      ...(flags["ignore-alarms"] === true ? withoutAlarms : { RetainDeploymentConfig: true }),
    }),
  );
  say(`updating ${EndpointName} to ${target.name}`);
  await awaitUpdate(client, EndpointName, target.name);
  say(advice(target));
}

function targetOf({ live, kept }: EndpointHistory, wanted: string | undefined): KeptConfiguration {
  const before = kept.find(({ created }) => created.getTime() <= live.created.getTime());
  const target = wanted === undefined ? before : kept.find(({ name }) => name === wanted);
  if (target === undefined) {
    throw new CommandUsageError(
      wanted === undefined
        ? "nothing is kept from before the live configuration: there is nothing to go back to"
        : `${wanted} cannot be gone back to; there are: ${kept.map(({ name }) => name).join(", ") || "none"}`,
    );
  }
  return target;
}

/**
 * A model keeps the network that it was made for; when a stack leaves that, its subnets and security
 * groups go, and no fleet can be started in them.
 */
function refuseOtherNetwork(live: KeptConfiguration, target: KeptConfiguration): void {
  if (!isDeepStrictEqual(live.network, target.network)) {
    const within = ({ network }: KeptConfiguration) => network.join(", ") || "none";
    throw new OtherNetworkError(
      `${target.name} is in another network (${within(target)}) than ${live.name} ` +
        `(${within(live)}): set \`network\` and \`availabilityZones\` as they were in the stack's ` +
        `config and update it, or go back --to a configuration from after the change`,
    );
  }
}

async function awaitUpdate(
  client: SageMakerClient,
  EndpointName: string,
  wanted: string,
): Promise<void> {
  const { first, most, growth } = POLL_MILLISECONDS;
  for (let wait = first, waited = 0; ; wait = Math.min(wait * growth, most)) {
    const found = await client.send(new DescribeEndpointCommand({ EndpointName }));
    const { EndpointStatus = "unknown", EndpointConfigName = "nothing", FailureReason } = found;
    if (EndpointStatus === "InService" && EndpointConfigName === wanted) {
      return;
    }
    if (!["Updating", "RollingBack", "SystemUpdating"].includes(EndpointStatus)) {
      throw new RollbackFailedError(
        `${EndpointName} is ${EndpointStatus} with ${EndpointConfigName}, not with ${wanted}: ` +
          `${FailureReason ?? "SageMaker gives no reason"}\nIf an alarm of the fleet that was to be ` +
          `left has vetoed it, run this again with --ignore-alarms.`,
      );
    }
    if (waited > UPDATE_SECONDS * 1000) {
      throw new RollbackFailedError(
        `${EndpointName} is still ${EndpointStatus} after ${UPDATE_SECONDS} s: look it up in the ` +
          `SageMaker console`,
      );
    }
    await sleep(wait);
    waited += wait;
  }
}

/** What the stack's config must say, or the next update leaves the model again. */
function advice({ name, created, modelDataUrl, instanceType, instanceCount }: KeptConfiguration) {
  const time = created.toISOString();
  return (
    `It serves with ${name} again, whose model is ${modelDataUrl}.\n` +
    `The stack's config still asks for the other one. Before the next update restore in it the ` +
    `settings of \`dataset\` and \`training\` from before ${time}\n` +
    `  git log --before=${time} -- 'Pulumi.*.yaml'\n` +
    `and set endpoint.instanceType to ${instanceType} and endpoint.instanceCount to ` +
    `${instanceCount}. The update trains that model again; raise \`training.run\` if its job's name ` +
    `is taken.`
  );
}

if (require.main === module) {
  const options = {
    list: { type: "boolean", default: false },
    to: { type: "string" },
    "ignore-alarms": { type: "boolean", default: false },
  } as const;
  void runEndpointCommand(process.argv.slice(2), { usage: USAGE, options }, rollback).then(
    (code) => (process.exitCode = code),
  );
}
