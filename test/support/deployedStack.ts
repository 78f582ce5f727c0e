/**
 * A stack that is updated in the local cloud, as often as wanted: the program runs whole each time, and
 * what it registers is compared with what is there. As little of an engine as the stories of an
 * endpoint need; what the real one does is told by `test/engine`.
 */
import { randomBytes } from "node:crypto";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { paginateListObjectsV2, S3Client } from "@aws-sdk/client-s3";
import { Cloud } from "../../local/cloud";
import type { Fault } from "../../local/cloud/services/sagemaker/faults";
import { callProvider } from "../../local/pulumi/invokes";
import {
  runProgram,
  type CreatedResource,
  type NewResource,
  type Registration,
} from "../../local/pulumi/programRunner";
import { createResource, deleteResource, updateResource } from "../../local/pulumi/resources";
import { parseOverride, readStackConfig } from "../../local/pulumi/stackConfig";
import { writeSampleArchive } from "../../local/run/sample";
import { changesOf, nameProperty } from "../engine/provider/changes";
import { schemaOf } from "../engine/provider/schema";
import { PROJECT_ROOT } from "./project";

const CLASSES = ["apple", "bicycle"];

/** A resource of the state. */
interface Live extends CreatedResource {
  readonly id: string;
  readonly resource: NewResource;
  readonly protect: boolean;
  readonly retain: boolean;
  /** Place among all that was registered: what depends on another comes after it. */
  readonly place: number;
}

/** Deletes nothing that is protected, as the engine. */
class ProtectedError extends Error {
  override readonly name = "ProtectedError";
}

export class DeployedStack {
  /** What commands have said, line by line. */
  readonly said: string[] = [];
  /** What the program exported in the last update. */
  outputs: Readonly<Record<string, unknown>> = {};
  private readonly state = new Map<string, Live>();
  private places = 0;
  private readonly usualPath = process.env["PATH"];

  private constructor(
    readonly cloud: Cloud,
    private readonly folder: string,
    private readonly archive: string,
    said: string[],
  ) {
    this.said = said;
  }

  /** Starts a cloud, and a `pulumi` that tells what is in the state and does nothing else. */
  static async start(): Promise<DeployedStack> {
    const folder = await mkdtemp(path.join(tmpdir(), "deployed-"));
    const archive = path.join(folder, "archive.tar.gz");
    await writeSampleArchive(archive, { classes: CLASSES });
    const said: string[] = [];
    const cloud = await Cloud.start({
      region: "us-east-1",
      projectRoot: PROJECT_ROOT,
      scratch: folder,
      report: (source, line) => said.push(`${source}: ${line}`),
    });
    const stack = new DeployedStack(cloud, folder, archive, said);
    const cli = path.join(folder, "pulumi");
    await writeFile(cli, `#!/bin/sh\nexec cat "${stack.exportFile}"\n`);
    await chmod(cli, 0o755);
    process.env["PATH"] = [folder, stack.usualPath].join(path.delimiter);
    await stack.writeState();
    return stack;
  }

  async stop(): Promise<void> {
    process.env["PATH"] = this.usualPath;
    await this.cloud.stop();
    await rm(this.folder, { recursive: true, force: true });
  }

  /** Has the endpoint go wrong in the next update. */
  arrangeFault(fault: Fault): void {
    this.cloud.sagemaker.arrangeFault(fault);
  }

  get endpoint() {
    return this.cloud.sagemaker.describeEndpoint("ml-workflow-aws-dev");
  }

  /** Every object of every bucket, as `bucket/key`. */
  async stored(): Promise<readonly string[]> {
    const client = new S3Client(this.cloud.deployerSession());
    const found: string[] = [];
    for (const Bucket of this.cloud.s3.bucketNames) {
      for await (const { Contents = [] } of paginateListObjectsV2({ client }, { Bucket })) {
        found.push(...Contents.map(({ Key = "" }) => `${Bucket}/${Key}`));
      }
    }
    client.destroy();
    return found;
  }

  /**
   * Updates the stack.
   * @param overrides of the stack's config, as `training.epochs=2`
   * @returns what was done, as `created aws:sagemaker/endpoint:Endpoint hosting`
   * @throws what has failed; what was made by then is in the state
   */
  async up(...overrides: readonly string[]): Promise<readonly string[]> {
    const usual = [`dataset=${JSON.stringify({ classes: CLASSES, archive: this.archive })}`];
    const small = ["training.epochs=1", "training.accuracyFloor=0"];
    const config = readStackConfig(
      PROJECT_ROOT,
      "dev",
      [...usual, ...small, ...overrides].map(parseOverride),
    );
    const steps: string[] = [];
    const replaced: Live[] = [];
    const wanted = new Set<string>();
    const make = async (resource: NewResource, { before, options }: Registration) => {
      const key = `${resource.type} ${resource.name}`;
      wanted.add(key);
      const old = this.state.get(key);
      const named = withName(resource, old);
      const change = changesOf(resource.type, old?.resource.inputs ?? {}, named.inputs);
      const keep = (made: CreatedResource): CreatedResource => {
        const id = made.id ?? key;
        const { protect, retainOnDelete: retain } = options;
        const place = ++this.places;
        this.state.set(key, { id, outputs: made.outputs, resource: named, protect, retain, place });
        return made;
      };
      if (old === undefined) {
        await before();
        const made = keep(await createResource(named, this.cloud));
        steps.push(`created ${key}`);
        return made;
      }
      if (change.replacing.length > 0) {
        refuseProtected(key, old);
        await before();
        const made = keep(await createResource(named, this.cloud));
        replaced.push(old);
        steps.push(`replaced ${key}`);
        return made;
      }
      if (change.properties.length === 0) {
        return keep(old);
      }
      await before({ id: old.id, inputs: old.resource.inputs });
      const changed = await updateResource(old.id, named, this.cloud);
      steps.push(`updated ${key}`);
      return keep({ id: old.id, outputs: { ...old.outputs, ...named.inputs, ...changed } });
    };
    try {
      const { outputs } = await runProgram({
        folder: path.join(PROJECT_ROOT, "infra"),
        project: config.project,
        stack: config.stack,
        config: config.values,
        preview: false,
        create: make,
        invoke: (token, inputs) => callProvider(token, inputs, this.cloud),
      });
      this.outputs = outputs;
      const gone = [...this.state].filter(([key]) => !wanted.has(key));
      for (const [key, live] of gone) {
        refuseProtected(key, live);
      }
      const old = replaced.map((live) => [undefined, live] as const);
      for (const [key, live] of [...gone, ...old].sort(([, a], [, b]) => b.place - a.place)) {
        await this.remove(live);
        if (key !== undefined) {
          this.state.delete(key);
          steps.push(`deleted ${key}`);
        }
      }
    } finally {
      await this.writeState();
    }
    return steps;
  }

  private async remove({ id, resource, retain }: Live): Promise<void> {
    if (!retain) {
      await deleteResource(id, resource, this.cloud);
    }
  }

  private get exportFile(): string {
    return path.join(this.folder, "export.json");
  }

  private async writeState(): Promise<void> {
    const resources = [...this.state.values()].map(({ id, resource: { type } }) => ({ type, id }));
    await writeFile(this.exportFile, JSON.stringify({ deployment: { resources } }));
  }
}

function refuseProtected(key: string, { protect }: Live): void {
  if (protect) {
    throw new ProtectedError(`${key} is protected`);
  }
}

/** SageMaker's things get a name from the provider, and another one when they are replaced. */
function withName(resource: NewResource, old: Live | undefined): NewResource {
  const property = nameProperty(resource.type);
  const isNamed = /^aws:sagemaker\/(model|endpointConfiguration):/.test(resource.type);
  if (!isNamed || property in resource.inputs || !schemaOf(resource.type).inputs.has(property)) {
    return resource;
  }
  const kept = old?.resource.inputs[property];
  const same = { ...resource.inputs, [property]: kept };
  const inputs =
    old !== undefined && changesOf(resource.type, old.resource.inputs, same).replacing.length === 0
      ? same
      : { ...resource.inputs, [property]: `${resource.name}-${randomBytes(4).toString("hex")}` };
  return { ...resource, inputs };
}
