import { S3Client } from "@aws-sdk/client-s3";
import { PublishCommand, SNSClient } from "@aws-sdk/client-sns";
import { METRICS, type DriftWindow } from "../../contract/monitoring";
import { readBucketName, readEndpointName, readTopicArn } from "../shared/environment";
import { observed, type Invocation } from "../shared/observability";
import { monitorWindow, readBaseline } from "./core";
import { parseMonitorRequest, readMonitorSettings } from "./request";

/** What the monitor calls. */
interface Clients {
  readonly s3: S3Client;
  readonly sns: SNSClient;
}

/** @param connect makes the clients, at the first event; later events share their connections */
export function createHandler(connect: () => Clients) {
  let clients: Clients | undefined;
  return observed("Drift monitored", async (event, invocation) => {
    const settings = readMonitorSettings(process.env);
    const { latest, others } = parseMonitorRequest(event, settings.period);
    const TopicArn = readTopicArn(process.env);
    const source = {
      bucket: readBucketName(process.env),
      endpointName: readEndpointName(process.env),
    };
    const { s3, sns } = (clients ??= connect());
    const ports = {
      ...{ ...source, s3 },
      publish: async (Subject: string, Message: string) => {
        await sns.send(new PublishCommand({ TopicArn, Subject, Message }));
      },
    };
    const baseline = await readBaseline(ports);
    const windows: DriftWindow[] = [];
    for (const range of others) {
      windows.push(await monitorWindow(ports, range, baseline, settings));
    }
    if (latest !== undefined) {
      const window = await monitorWindow(ports, latest, baseline, settings);
      measure(window, invocation);
      windows.push(window);
    }
    invocation.log({ windows: windows.map(outlineOf) });
    return windows;
  });
}

/** Publishes how far each measure is on its way to being drift; nothing of what cannot be told. */
function measure({ images, undecodable, measures }: DriftWindow, invocation: Invocation): void {
  invocation.measure(METRICS.driftImages, images + undecodable);
  for (const { name, value, threshold } of measures) {
    if (value !== null && threshold !== null) {
      invocation.measureBy("measure", name, METRICS.drift, value / threshold);
    }
  }
}

function outlineOf({ from, to, images, undecodable, leftOut, measures }: DriftWindow) {
  const drifted = measures.filter((each) => each.drifted).map(({ name }) => name);
  return { from, to, images, undecodable, leftOut, drifted };
}

/**
 * Compares what went through the endpoint with the baseline, window by window: the windows' results.
 * @throws FunctionError `InvalidEventError` or `InvalidEnvironmentError`; DriftBaselineError
 */
export const handler = createHandler(() => ({ s3: new S3Client({}), sns: new SNSClient({}) }));
