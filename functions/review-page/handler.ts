import { KMSClient } from "@aws-sdk/client-kms";
import { GetObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { SFNClient } from "@aws-sdk/client-sfn";
import { Reviews } from "../../common/reviews";
import type { ImageReference } from "../../contract/inference";
import { serializeImage } from "../serialize-image/core";
import { fitImage } from "../../common/pictures/image";
import {
  readBucketName,
  readClassNames,
  readMaxPixels,
  readReviewKey,
} from "../shared/environment";
import { messageOf } from "../../common/failure";
import { FunctionError } from "../../common/functionError";
import { kmsMacKey } from "../shared/macKey";
import { observed } from "../shared/observability";
import { answerRequest, type PageRequest } from "./core";

/** Longest side of the picture that is shown. */
const LONGEST_SIDE = 768;

/** What the page calls. */
export interface Clients {
  readonly s3: S3Client;
  readonly states: SFNClient;
  readonly kms: KMSClient;
}

/** @param connect makes the clients, at the first event; later events share their connections */
export function createHandler(connect: () => Clients) {
  let clients: Clients | undefined;
  return observed("Reviewer answered", async (event, invocation) => {
    const request = readRequest(event);
    const bucket = readBucketName(process.env);
    const classNames = readClassNames(process.env);
    const keyArn = readReviewKey(process.env);
    const settings = { longestSide: LONGEST_SIDE, maxPixels: readMaxPixels(process.env) };
    const { s3, states, kms } = (clients ??= connect());
    const show = async (image: ImageReference) => {
      const { imageData } = await serializeImage(
        image,
        settings,
        (input) => s3.send(new GetObjectCommand(input)),
        fitImage,
      );
      return Buffer.from(imageData, "base64");
    };
    const damaged: string[] = [];
    const page = await answerRequest(request, {
      reviews: new Reviews(s3, states, bucket, {
        unwoken: (unwoken) => invocation.log({ unwoken }),
        damaged: ({ message }) => {
          damaged.push(message);
          invocation.log({ damaged });
        },
      }),
      tell: (error) => invocation.log({ unfollowed: messageOf(error) }),
      key: kmsMacKey(kms, keyArn),
      classNames,
      show: (image) =>
        show(image).catch((error: unknown) => {
          if (error instanceof FunctionError) {
            invocation.log({ image, unseen: error.name });
            return undefined;
          }
          throw error;
        }),
      now: () => Date.now() / 1000,
    });
    // Never the link: who has it may answer.
    invocation.log({ method: request.method, status: page.statusCode });
    return page;
  });
}

/** The event of a function URL, as far as it is of use ("Request payload format", AWS Lambda). */
interface UrlEvent {
  readonly rawPath?: unknown;
  readonly rawQueryString?: unknown;
  readonly body?: unknown;
  readonly isBase64Encoded?: unknown;
  readonly requestContext?: { readonly http?: { readonly method?: unknown } };
}

/** Anybody may send anything: what is not there is empty. */
function readRequest(event: unknown): PageRequest {
  const { rawPath, rawQueryString, body, isBase64Encoded, requestContext } = (event ??
    {}) as UrlEvent;
  const text = (value: unknown) => (typeof value === "string" ? value : "");
  const encoding = isBase64Encoded === true ? "base64" : "utf8";
  return {
    method: text(requestContext?.http?.method),
    path: text(rawPath),
    query: new URLSearchParams(text(rawQueryString)),
    form: new URLSearchParams(Buffer.from(text(body), encoding).toString()),
  };
}

/**
 * The page of reviewers, behind a URL that everybody may call.
 * @throws FunctionError `InvalidEnvironmentError`
 */
export const handler = createHandler(() => ({
  s3: new S3Client({}),
  states: new SFNClient({}),
  kms: new KMSClient({}),
}));
