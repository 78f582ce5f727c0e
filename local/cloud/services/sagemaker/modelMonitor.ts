/**
 * SageMaker Model Monitor: definitions of jobs on data quality, schedules of them, and the jobs. No clock
 * starts one: as with EventBridge Scheduler, somebody asks for it.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import * as path from "node:path";
import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import {
  CONSTRAINTS,
  STATISTICS,
  violationsOf,
  type Row,
  type Violation,
} from "../../containers/model-monitor-analyzer/analyze";
import { AwsError } from "../../protocol";
import type { AssumeRole } from "../../session";
import type { Network } from "../network";
import type { Endpoint } from "./endpoint";
import { SERVICE_PRINCIPAL } from "./models";
import {
  DATA_QUALITY_JOB_DEFINITION,
  MONITORING_SCHEDULE,
  type JobDefinition,
  type MonitoringSchedule,
} from "./monitorRequests";
import { downloadPrefix, parseS3Uri } from "./objects";
import { parseRequest } from "./requests";

/** A schedule, and when it was made and changed, in milliseconds since 1970. */
interface LiveSchedule {
  readonly arn: string;
  readonly created: number;
  readonly modified: number;
  readonly request: MonitoringSchedule;
}

/** What one job came to. */
export interface MonitoringExecution {
  readonly status: "Completed" | "CompletedWithViolations";
  /** Rows that the preprocessor made, in the order of the captures. */
  readonly rows: readonly Row[];
  readonly violations: readonly Violation[];
  /** Where the reports are. */
  readonly output: string;
}

const ROWS_SCRIPT = path.join(__dirname, "../../containers/model-monitor-analyzer/rows.py");
const HOUR_MILLISECONDS = 3600 * 1000;

export class ModelMonitor {
  private readonly definitions = new Map<string, JobDefinition>();
  private readonly schedules = new Map<string, LiveSchedule>();

  constructor(
    private readonly assumeRole: AssumeRole,
    private readonly network: Network,
    /** Existing folder in which jobs work. */
    private readonly scratch: string,
    /** Throws AwsError `ValidationException` when there is no such endpoint. */
    private readonly endpoint: (name: string) => Endpoint,
  ) {}

  /**
   * @param input the request as it would go over the wire
   * @throws AwsError `ValidationException` when it is wrong, or its endpoint captures nothing, and
   *   `ResourceInUse` for a name that is taken
   */
  createDefinition(input: unknown): void {
    const request = parseRequest(DATA_QUALITY_JOB_DEFINITION, input);
    const { JobDefinitionName: name, RoleArn: roleArn } = request;
    const { EndpointName } = request.DataQualityJobInput.EndpointInput;
    refuseTaken("Data quality job definition", name, this.definitions);
    if (this.endpoint(EndpointName).configuration.capture?.enabled !== true) {
      throw invalid(`Endpoint "${EndpointName}" does not have data capture enabled.`);
    }
    this.assumeRole(roleArn, SERVICE_PRINCIPAL);
    this.definitions.set(name, request);
  }

  /** Removes a definition; one that is not there is as good as removed. */
  deleteDefinition(name: string): void {
    this.definitions.delete(name);
  }

  /** @throws AwsError as {@link createDefinition}, or when there is no such definition */
  createSchedule(arn: string, input: unknown): void {
    const request = parseRequest(MONITORING_SCHEDULE, input);
    refuseTaken("Monitoring schedule", request.MonitoringScheduleName, this.schedules);
    this.definitionOf(request);
    const now = Date.now();
    this.schedules.set(request.MonitoringScheduleName, {
      arn,
      created: now,
      modified: now,
      request,
    });
  }

  /** @throws AwsError as {@link createSchedule}, or when there is no such schedule */
  updateSchedule(input: unknown): void {
    const request = parseRequest(MONITORING_SCHEDULE, input);
    const before = this.schedule(request.MonitoringScheduleName);
    this.definitionOf(request);
    const modified = Date.now();
    this.schedules.set(request.MonitoringScheduleName, { ...before, modified, request });
  }

  /** Removes a schedule; one that is not there is as good as removed. */
  deleteSchedule(name: string): void {
    this.schedules.delete(name);
  }

  /**
   * "You cannot delete the Model Monitor endpoint until all of the monitoring jobs associated with the
   * endpoint are deleted" (AWS's tutorials); in which words it is refused, they do not say.
   * @throws AwsError `ValidationException`
   */
  refuseWhileMonitored(endpointName: string): void {
    for (const [name, schedule] of this.schedules) {
      const { EndpointInput } = this.definitionOf(schedule.request).DataQualityJobInput;
      if (EndpointInput.EndpointName.toLowerCase() === endpointName.toLowerCase()) {
        throw invalid(
          `Cannot delete endpoint "${endpointName}": monitoring schedule "${name}" exists.`,
        );
      }
    }
  }

  get names() {
    return {
      jobDefinitions: [...this.definitions.keys()],
      monitoringSchedules: [...this.schedules.keys()],
    };
  }

  /** As they are listed, the oldest first. */
  get listed() {
    return [...this.schedules].map(([name, { request, ...schedule }]) => ({
      ...schedule,
      name,
      endpointName: this.definitionOf(request).DataQualityJobInput.EndpointInput.EndpointName,
      definitionName: request.MonitoringScheduleConfig.MonitoringJobDefinitionName,
    }));
  }

  /**
   * Does what a schedule does when it is due: looks at what was captured in the hours from one time on
   * and before another, with the definition's role.
   * @throws AwsError when there is no such schedule, or its role may not; Error of the preprocessor
   */
  async run(
    name: string,
    { from, to }: { readonly from: Date; readonly to: Date },
  ): Promise<MonitoringExecution> {
    const definition = this.definitionOf(this.schedule(name).request);
    const { RoleArn: roleArn, NetworkConfig } = definition;
    const { EndpointInput } = definition.DataQualityJobInput;
    const owner = `monitoring-schedule/${name}`;
    if (NetworkConfig?.VpcConfig !== undefined) {
      const { Subnets: subnetIds, SecurityGroupIds: securityGroupIds } = NetworkConfig.VpcConfig;
      const holder = { roleArn, service: SERVICE_PRINCIPAL } as const;
      this.network.join(owner, { subnetIds, securityGroupIds }, holder);
    }
    const folder = await mkdtemp(path.join(this.scratch, "monitoring-"));
    const s3 = new S3Client(this.assumeRole(roleArn, SERVICE_PRINCIPAL));
    try {
      const endpoint = this.endpoint(EndpointInput.EndpointName);
      const hours = hoursBetween(from, to);
      await downloadHours(s3, endpoint, hours, path.join(folder, "captures"));
      const script = path.join(folder, "script");
      await mkdir(script);
      const { RecordPreprocessorSourceUri: source } = definition.DataQualityAppSpecification;
      await downloadPrefix(s3, source, script);
      const baseline = definition.DataQualityBaselineConfig;
      const statistics = STATISTICS.parse(await readJson(s3, baseline.StatisticsResource.S3Uri));
      const constraints = CONSTRAINTS.parse(await readJson(s3, baseline.ConstraintsResource.S3Uri));
      const rows = await rowsOf(
        path.join(script, path.basename(source)),
        path.join(folder, "captures"),
      );
      const violations = violationsOf(rows, constraints, statistics);
      const [{ S3Output }] = definition.DataQualityJobOutputConfig.MonitoringOutputs;
      const output = [
        S3Output.S3Uri.replace(/\/$/, ""),
        ...[EndpointInput.EndpointName, name, hours.at(-1) ?? ""],
      ].join("/");
      await writeJson(s3, `${output}/constraint_violations.json`, { violations });
      const status = violations.length === 0 ? "Completed" : "CompletedWithViolations";
      return { status, rows, violations, output };
    } finally {
      s3.destroy();
      this.network.leave(owner);
      await rm(folder, { recursive: true, force: true });
    }
  }

  private schedule(name: string): LiveSchedule {
    const found = this.schedules.get(name);
    if (found === undefined) {
      throw new AwsError("ResourceNotFound", 400, `Monitoring schedule ${name} not found`);
    }
    return found;
  }

  private definitionOf({ MonitoringScheduleConfig }: MonitoringSchedule): JobDefinition {
    const { MonitoringJobDefinitionName: name } = MonitoringScheduleConfig;
    const found = this.definitions.get(name);
    if (found === undefined) {
      throw new AwsError("ResourceNotFound", 400, `Job definition ${name} not found`);
    }
    return found;
  }
}

function refuseTaken(kind: string, name: string, taken: ReadonlyMap<string, unknown>): void {
  if (taken.has(name)) {
    throw new AwsError("ResourceInUse", 400, `${kind} ${name} already exists`);
  }
}

function invalid(message: string): AwsError {
  return new AwsError("ValidationException", 400, message);
}

/** As `yyyy/mm/dd/hh`, of every hour that has some of that time. */
function hoursBetween(from: Date, to: Date): readonly string[] {
  const first = Math.floor(from.getTime() / HOUR_MILLISECONDS);
  const end = Math.ceil(to.getTime() / HOUR_MILLISECONDS);
  return Array.from({ length: Math.max(1, end - first) }, (_, index) =>
    new Date((first + index) * HOUR_MILLISECONDS).toISOString().slice(0, 13).replace(/[-T]/g, "/"),
  );
}

async function downloadHours(
  s3: S3Client,
  { name, configuration: { capture, variantName } }: Endpoint,
  hours: readonly string[],
  folder: string,
): Promise<void> {
  for (const hour of hours) {
    const place = path.join(folder, hour);
    await mkdir(place, { recursive: true });
    const destination = capture?.destination.replace(/\/$/, "") ?? "";
    await downloadPrefix(s3, `${destination}/${name}/${variantName}/${hour}/`, place);
  }
}

/** Has the preprocessor look at every line of every capture. */
async function rowsOf(script: string, captures: string): Promise<readonly Row[]> {
  const entries = await readdir(captures, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort();
  const python = spawn(process.env["PYTHON"] ?? "python3", [ROWS_SCRIPT, script], {
    stdio: ["pipe", "pipe", "pipe"],
  });
  const ended = once(python, "close") as Promise<[number | null]>;
  const output = Promise.all([text(python.stdout), text(python.stderr)]);
  const feeding = Readable.from(contentOf(files)).pipe(python.stdin);
  // A preprocessor that ends early says why by itself.
  feeding.on("error", () => undefined);
  const [[code], [stdout, stderr]] = await Promise.all([ended, output]);
  if (code !== 0) {
    throw new Error(`Exception while invoking preprocessor script. ${stderr}`);
  }
  return stdout
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Row);
}

async function* contentOf(files: readonly string[]): AsyncGenerator<Buffer> {
  for (const file of files) {
    yield await readFile(file);
  }
}

async function readJson(s3: S3Client, uri: string): Promise<unknown> {
  const { bucket, key } = parseS3Uri(uri);
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
  return JSON.parse((await Body?.transformToString()) ?? "");
}

async function writeJson(s3: S3Client, uri: string, content: object): Promise<void> {
  const { bucket, key } = parseS3Uri(uri);
  const Body = JSON.stringify(content);
  await s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body }));
}
