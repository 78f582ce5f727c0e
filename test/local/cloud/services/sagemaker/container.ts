/** A training container that behaves as its hyperparameter `behaviour` says. */
import { readFile, writeFile } from "node:fs/promises";
import * as path from "node:path";

async function train(root: string): Promise<void> {
  const config = path.join(root, "input", "config", "hyperparameters.json");
  const { behaviour } = JSON.parse(await readFile(config, "utf8")) as { behaviour: string };
  const keepModel = () => writeFile(path.join(root, "model", "model.txt"), "a model");
  switch (behaviour) {
    case "learn":
      process.stdout.write("accuracy=0.25\naccuracy=0.75\n");
      await keepModel();
      break;
    case "fail":
      await writeFile(path.join(root, "output", "failure"), `ClientError: bad ${"x".repeat(2000)}`);
      process.exitCode = 1;
      break;
    case "fail silently":
      process.exitCode = 3;
      break;
    case "die":
      process.kill(process.pid, "SIGKILL");
      break;
    case "keep a model when stopped":
      process.once("SIGTERM", () => void keepModel().then(() => process.exit(0)));
      process.stdout.write("ready\n");
      setInterval(() => undefined, 1000);
      break;
    case "ready, then learn":
      process.stdout.write("ready\n");
      await new Promise((resolve) => setTimeout(resolve, 300));
      await keepModel();
      break;
    case "keep checkpoints": {
      // Three steps, of which a run does what is left.
      const file = path.join(root, "checkpoints", "steps");
      const kept = await readFile(file, "utf8").catch(() => "0");
      for (let step = Number(kept) + 1; step <= 3; step++) {
        await writeFile(file, String(step));
        process.stdout.write(`accuracy=0.${step}\n`);
        await new Promise((resolve) => setTimeout(resolve, 300));
      }
      await keepModel();
      break;
    }
    default:
      // Goes on until it is ended; SIGTERM ends it as it ends any process.
      process.stdout.write("ready\n");
      setInterval(() => undefined, 1000);
  }
}

void train(process.argv[2] ?? "");
