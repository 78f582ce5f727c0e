/** CloudWatch: metrics of the services and of what functions print, and the alarms on them. */
import { AwsError } from "../../protocol";
import type { Topics } from "../sns";
import { evaluate, rangeOf, type AlarmDefinition, type AlarmState } from "./alarms";
import { keyOf, Metrics, type Datum } from "./metrics";

/**
 * How often alarms are judged at most by what comes: to judge them takes far longer than to take in a
 * value.
 */
const JUDGE_MILLISECONDS = 250;

/** An alarm as it stands. */
export interface Alarm extends AlarmDefinition {
  state: AlarmState;
  /** Since when, in milliseconds since 1970. */
  since: number;
  /** Values that it was last judged by, oldest first, without those that are missing. */
  datapoints: readonly number[];
}

export class CloudWatch {
  private readonly metrics = new Metrics();
  private readonly alarmsByName = new Map<string, Alarm>();
  /** By the key of the metric that they are on. */
  private readonly watching = new Map<string, Set<Alarm>>();
  /** Alarms on whose metrics something has come since they were judged. */
  private readonly concerned = new Set<Alarm>();
  private pause: NodeJS.Timeout | undefined;
  private readonly listeners: (() => void)[] = [];

  /** @param now milliseconds since 1970 */
  constructor(
    private readonly topics: Topics,
    private readonly place: { readonly accountId: string; readonly region: string },
    private readonly now: () => number = Date.now,
  ) {}

  /**
   * Takes what was measured just now. Alarms on it decide at once, with the minute that has begun: who
   * watches a local run need not wait for its end. What comes within a quarter of a second after that
   * they are judged by together.
   */
  readonly publish = (...data: readonly Datum[]): void => {
    const now = this.now();
    for (const datum of data) {
      this.watching
        .get(this.metrics.put(datum, now))
        ?.forEach((alarm) => this.concerned.add(alarm));
    }
    if (this.pause === undefined) {
      this.judgeConcerned();
    }
  };

  /** Judges what alarms there are to judge, and then none for a while. */
  private judgeConcerned(): void {
    this.pause = undefined;
    if (this.concerned.size === 0) {
      return;
    }
    const now = this.now();
    const concerned = [...this.concerned];
    this.concerned.clear();
    this.pause = setTimeout(() => {
      this.judgeConcerned();
    }, JUDGE_MILLISECONDS).unref();
    concerned.forEach((alarm) => {
      this.judge(alarm, now);
    });
  }

  /**
   * Makes an alarm, or changes one: it keeps its state until it is judged ("PutMetricAlarm").
   * @throws AwsError `InvalidParameterValue` when it is to tell an encrypted topic. The real one takes
   *   it, and tells nobody unless the policy of the topic's key lets CloudWatch use it; such policies
   *   are not evaluated here.
   */
  putAlarm(definition: AlarmDefinition): void {
    const encrypted = this.topicsOf(definition).find((arn) => this.topics.kmsKeyOf(arn));
    if (encrypted !== undefined) {
      throw new AwsError(
        "InvalidParameterValue",
        400,
        `${definition.name} cannot tell ${encrypted}, which is encrypted`,
      );
    }
    const old = this.alarmsByName.get(definition.name);
    this.deleteAlarm(definition.name);
    const { state, since, datapoints } = old ?? {
      ...{ state: "INSUFFICIENT_DATA", since: this.now(), datapoints: [] },
    };
    const alarm: Alarm = { ...definition, state, since, datapoints };
    this.alarmsByName.set(alarm.name, alarm);
    const key = keyOf(alarm.metric);
    this.watching.set(key, (this.watching.get(key) ?? new Set()).add(alarm));
  }

  /** Removes an alarm; one that is not there is as good as removed. */
  deleteAlarm(name: string): void {
    const alarm = this.alarmsByName.get(name);
    if (alarm !== undefined) {
      this.alarmsByName.delete(name);
      this.watching.get(keyOf(alarm.metric))?.delete(alarm);
      this.concerned.delete(alarm);
    }
  }

  /** All alarms by what is known by now, in the order in which they were made. */
  alarms(): readonly Readonly<Alarm>[] {
    const now = this.now();
    return [...this.alarmsByName.values()].map((alarm) => {
      this.judge(alarm, now);
      return alarm;
    });
  }

  /**
   * The state of an alarm by now.
   * @throws AwsError `ResourceNotFound`
   */
  stateOf(name: string): AlarmState {
    const alarm = this.alarmsByName.get(name);
    if (alarm === undefined) {
      throw new AwsError("ResourceNotFound", 404, `There is no alarm ${name}`);
    }
    this.judge(alarm, this.now());
    return alarm.state;
  }

  /** Calls back whenever an alarm has another state. */
  onStateChange(listener: () => void): void {
    this.listeners.push(listener);
  }

  private judge(alarm: Alarm, now: number): void {
    const { metric, statistic, periodSeconds } = alarm;
    const period = periodSeconds * 1000;
    const newest = Math.floor(now / period) * period;
    const range = rangeOf(alarm);
    const datapoints = Array.from({ length: range }, (_, index) =>
      this.metrics.statistic(
        metric,
        statistic,
        newest - (range - 1 - index) * period,
        periodSeconds,
      ),
    );
    const state = evaluate(alarm, datapoints, alarm.state);
    alarm.datapoints = datapoints.filter((value) => value !== undefined);
    if (state !== alarm.state) {
      const before = alarm.state;
      Object.assign(alarm, { state, since: now });
      this.tell(alarm, before);
      this.listeners.forEach((listener) => {
        listener();
      });
    }
  }

  private tell(alarm: Alarm, before: AlarmState): void {
    const { name, arn, description, state, since, metric, datapoints, threshold } = alarm;
    const message = {
      AlarmName: name,
      AlarmDescription: description,
      AWSAccountId: this.place.accountId,
      NewStateValue: state,
      NewStateReason:
        `${alarm.statistic} of ${metric.name} was ${datapoints.join(", ") || "missing"}; ` +
        `the threshold is ${threshold}`,
      StateChangeTime: new Date(since).toISOString(),
      Region: this.place.region,
      AlarmArn: arn,
      OldStateValue: before,
    };
    const subject = `${state}: "${name}" in ${this.place.region}`;
    for (const topicArn of alarm.actions[state].filter((each) => this.isThere(each))) {
      this.topics.publish(topicArn, JSON.stringify(message), subject.slice(0, 100));
    }
  }

  private topicsOf({ actions }: AlarmDefinition): readonly string[] {
    return Object.values(actions)
      .flat()
      .filter((arn) => this.isThere(arn));
  }

  /** An alarm may name a topic that is no more: then nobody is told. */
  private isThere(topicArn: string): boolean {
    return this.topics.arns.includes(topicArn);
  }
}
