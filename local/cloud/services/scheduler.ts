/**
 * EventBridge Scheduler: keeps schedules, and starts one when it is asked to. No clock does: nobody
 * who watches a local run wants to wait for the hour to be over.
 */
import type { Authority } from "../iam";
import { AwsError } from "../protocol";
import type { InvocationResult } from "./lambda/sandbox";
import type { Lambda } from "./lambda/service";

export interface Schedule {
  readonly arn: string;
  /** When it is due; kept as it is. */
  readonly expression: string;
  /** ARN of a function, the one kind of target there is here. */
  readonly functionArn: string;
  readonly roleArn: string;
  /** JSON, in which context attributes stand for values. */
  readonly input: string;
}

/** Stands in a target's input for when the schedule was due ("Adding context attributes"). */
const SCHEDULED_TIME = "<aws.scheduler.scheduled-time>";

export class Scheduler {
  private readonly schedules = new Map<string, Schedule>();

  constructor(
    private readonly authority: Authority,
    private readonly lambda: Lambda,
  ) {}

  /** Makes a schedule, or replaces the one that has its ARN. */
  put(schedule: Schedule): void {
    this.schedules.set(schedule.arn, schedule);
  }

  /** Removes a schedule; one that is not there is as good as removed. */
  delete(arn: string): void {
    this.schedules.delete(arn);
  }

  get all(): readonly Schedule[] {
    return [...this.schedules.values()];
  }

  /**
   * Does what a schedule does when it is due, with its role; waits for the function's answer, which
   * the real one does not.
   * @param due what it is told of the time
   * @throws AwsError `ResourceNotFoundException`, or that the role may not invoke the function
   */
  async run(arn: string, due: Date): Promise<InvocationResult> {
    const schedule = this.schedules.get(arn);
    if (schedule === undefined) {
      throw new AwsError("ResourceNotFoundException", 404, `Schedule ${arn} does not exist.`);
    }
    const { functionArn, roleArn, input } = schedule;
    const caller = this.authority.assumeRole(roleArn, "scheduler.amazonaws.com");
    this.authority.authorize(caller.accessKeyId, "lambda:InvokeFunction", functionArn);
    const time = due.toISOString().replace(/\.\d+Z$/, "Z");
    return this.lambda.invoke(functionArn, JSON.parse(input.replaceAll(SCHEDULED_TIME, time)));
  }
}
