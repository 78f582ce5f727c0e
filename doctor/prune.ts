/**
 * Removes what an endpoint has served with long ago.
 *
 * Usage: npm run prune -- --help
 */
import {
  DeleteEndpointConfigCommand,
  DeleteModelCommand,
  type SageMakerClient,
} from "@aws-sdk/client-sagemaker";
import {
  CommandUsageError,
  configurationsLike,
  liveConfiguration,
  namesInUse,
  runEndpointCommand,
  TARGET_USAGE,
} from "./endpointHistory";

const KEPT = 5;

const USAGE = `Removes old configurations of a stack's endpoint, and their models.

npm run prune -- --stack NAME [options]

${TARGET_USAGE}  --configuration NAME
                    where there is no endpoint: one of its configurations, which
                    stays, and by whose role the others are known
  --keep N          how many to keep besides the live one, the newest first;
                    ${KEPT} unless given
  --dry-run         only say what would be removed

What any endpoint serves with is never removed, and nothing while the stack's is
being updated.

Exit code: 0 done, 1 failed, 2 wrong command line.
`;

async function prune(
  client: SageMakerClient,
  endpointName: string,
  flags: Readonly<Record<string, unknown>>,
): Promise<void> {
  const text = String(flags["keep"] ?? KEPT);
  if (!/^\d{1,4}$/.test(text)) {
    throw new CommandUsageError(`--keep is a whole number from 0, not ${text}`);
  }
  const reference =
    (await liveConfiguration(client, endpointName)) ??
    (flags["configuration"] as string | undefined);
  if (reference === undefined) {
    throw new CommandUsageError(
      `There is no endpoint ${endpointName}: name one of its configurations with --configuration; ` +
        "`aws sagemaker list-endpoint-configs --name-contains hosting` lists them",
    );
  }
  const [{ live, kept }, used] = await Promise.all([
    configurationsLike(client, reference),
    namesInUse(client),
  ]);
  const going = kept.slice(Number(text)).filter(({ name }) => !used.configurations.has(name));
  const staying = kept.filter((each) => !going.includes(each));
  const needed = new Set([...[live, ...staying].map(({ modelName }) => modelName), ...used.models]);
  const verb = flags["dry-run"] === true ? "would remove" : "removed";
  for (const { name, modelName } of going) {
    if (flags["dry-run"] !== true) {
      await client.send(new DeleteEndpointConfigCommand({ EndpointConfigName: name }));
      if (!needed.has(modelName)) {
        await client.send(new DeleteModelCommand({ ModelName: modelName }));
      }
    }
    // Configurations may share a model; it goes with the first of them.
    process.stdout.write(`${verb} ${name}${needed.has(modelName) ? "" : ` and ${modelName}`}\n`);
    needed.add(modelName);
  }
  process.stdout.write(`kept ${[live, ...staying].map(({ name }) => name).join(", ")}\n`);
}

if (require.main === module) {
  const options = { keep: { type: "string" }, configuration: { type: "string" } } as const;
  void runEndpointCommand(process.argv.slice(2), { usage: USAGE, options }, prune).then(
    (code) => (process.exitCode = code),
  );
}
