import { KMSClient } from "@aws-sdk/client-kms";
import { GetObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { createText } from "../../common/objectText";
import { observed } from "../shared/observability";
import { parseReviewRequest } from "../shared/events";
import { readBucketName, readReviewKey, readReviewPage } from "../shared/environment";
import { kmsMacKey } from "../shared/macKey";
import { signLink } from "../shared/reviewLink";
import { prepareReview, type ReviewStore } from "./core";

/** What the step calls. */
interface Clients {
  readonly s3: S3Client;
  readonly kms: KMSClient;
}

/** @param connect makes the clients, at the first event; later events share their connections */
export function createHandler(connect: () => Clients) {
  let clients: Clients | undefined;
  return observed("Review prepared", async (event, invocation) => {
    const request = parseReviewRequest(event);
    invocation.log({ record: request.record });
    const bucket = readBucketName(process.env);
    const keyArn = readReviewKey(process.env);
    const page = readReviewPage(process.env);
    const { s3, kms } = (clients ??= connect());
    const key = kmsMacKey(kms, keyArn);
    return prepareReview(request, storeOf(s3, bucket), async ({ id, deadline }) => {
      const link = await signLink({ review: id, expires: deadline }, key);
      return `${page}?link=${link}`;
    });
  });
}

function storeOf(s3: S3Client, Bucket: string): ReviewStore {
  return {
    read: async (Key) => {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
      return (await Body?.transformToString()) ?? "";
    },
    create: (Key, Body) => createText(s3, Bucket, Key, Body),
  };
}

/**
 * First step of a review: a record's key becomes a `Review`.
 * @throws FunctionError `InvalidEventError` or `InvalidEnvironmentError`; ReviewClaimedError
 */
export const handler = createHandler(() => ({ s3: new S3Client({}), kms: new KMSClient({}) }));
