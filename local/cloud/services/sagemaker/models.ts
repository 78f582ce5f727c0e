/** Models as they were made, and how one comes into service. */
import { mkdtemp, rm } from "node:fs/promises";
import * as path from "node:path";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { GetObjectCommand, S3Client } from "@aws-sdk/client-s3";
import type { containerFor } from "../../containers";
import { AwsError } from "../../protocol";
import type { AssumeRole } from "../../session";
import type { Network, Placement } from "../network";
import { CaptureWriter } from "./capture";
import { Variant, type EndpointConfigurationDefinition } from "./endpoint";
import { parseS3Uri } from "./objects";
import { unpackInto } from "./tarball";

/** As whom SageMaker takes up the roles that it is given. */
export const SERVICE_PRINCIPAL = "sagemaker.amazonaws.com";

/** A model as it was made. */
export interface ModelDefinition {
  readonly name: string;
  readonly arn: string;
  /** Milliseconds since 1970. */
  readonly created: number;
  readonly roleArn: string;
  readonly image: string;
  readonly modelDataUrl: string;
  /** Whether its container has no network. */
  readonly isolated: boolean;
  /** Where its fleets are; outside of any network of the account's if it is absent. */
  readonly placement: Placement | undefined;
}

export class ModelLoader {
  private fleets = 0;

  constructor(
    private readonly assumeRole: AssumeRole,
    private readonly network: Network,
    /** Existing folder in which models are unpacked. */
    private readonly scratch: string,
    private readonly registry: typeof containerFor,
  ) {}

  /**
   * Loads the model of a configuration, for an endpoint that is to serve it.
   * @throws AwsError when its network is not there, or the role may not join it
   */
  async load(
    endpointName: string,
    configuration: EndpointConfigurationDefinition,
    model: ModelDefinition,
  ): Promise<Variant> {
    const { roleArn, placement } = model;
    const fleet = `endpoint/${endpointName} ${++this.fleets}`;
    const leave = () => {
      this.network.leave(fleet);
    };
    if (placement !== undefined) {
      this.network.join(fleet, placement, { roleArn, service: SERVICE_PRINCIPAL });
    }
    const folder = await mkdtemp(path.join(this.scratch, "model-"));
    try {
      await unpackInto(folder, await this.read(model));
      return new Variant(
        configuration,
        await this.registry(model.image).load(folder),
        this.captureWriter(endpointName, configuration, roleArn),
        leave,
      );
    } catch (error) {
      leave();
      throw error;
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  /** @throws AwsError `ValidationException` when there is none, or the role may not read it */
  async read({
    roleArn,
    modelDataUrl,
  }: Pick<ModelDefinition, "roleArn" | "modelDataUrl">): Promise<Buffer> {
    const { bucket, key } = parseS3Uri(modelDataUrl);
    const s3 = new S3Client(this.assumeRole(roleArn, SERVICE_PRINCIPAL));
    try {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
      if (!(Body instanceof Readable)) {
        throw new Error("it has no body");
      }
      return await buffer(Body);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new AwsError(
        "ValidationException",
        400,
        `Could not find model data at ${modelDataUrl}: ${reason}`,
      );
    } finally {
      s3.destroy();
    }
  }

  private captureWriter(
    endpointName: string,
    { capture, variantName }: EndpointConfigurationDefinition,
    roleArn: string,
  ): CaptureWriter | undefined {
    return capture === undefined
      ? undefined
      : new CaptureWriter(
          capture,
          `${endpointName}/${variantName}`,
          new S3Client(this.assumeRole(roleArn, SERVICE_PRINCIPAL)),
        );
  }
}
