/** A reviewer in the local cloud, who has what one has: the messages that are sent, and a browser. */
import { setTimeout as sleep } from "node:timers/promises";
import { S3Client } from "@aws-sdk/client-s3";
import { findText } from "../../common/objectText";
import { recordKey } from "../../common/recordKey";
import { INFERENCE_PREFIXES, type Answer, type Verdict } from "../../contract/inference";
import type { Cloud } from "../cloud";

/** Milliseconds between two looks, and until there has to be something to see. */
const LOOK = 20;
const PATIENCE = 30_000;

/** What a reviewer works with. */
export interface ReviewedCloud {
  readonly cloud: Cloud;
  readonly reviewTopicArn: string;
}

/** The review did not go as reviews go. */
export class ReviewError extends Error {
  override readonly name = "ReviewError";
}

/**
 * Answers a doubtful verdict as a person does: opens the link that was sent about it, presses a
 * button of the page, and is believed once the answer is kept.
 * @param choice what the button says before anything in brackets
 * @returns what is kept under `labels/`
 * @throws ReviewError when no link comes, the page refuses it, or the answer is not kept
 */
export async function answerReview(
  { cloud, reviewTopicArn }: ReviewedCloud,
  { image }: Verdict,
  choice: string,
): Promise<Answer> {
  const name = `version ${image.versionId} of ${image.key}`;
  const link = await seen(`A message about ${name}`, () => {
    const sent = cloud.topics
      .messages(reviewTopicArn)
      .find(({ message }) => message.includes(image.versionId));
    const [url] = /https?:\S+$/.exec(sent?.message ?? "") ?? [];
    return Promise.resolve(url);
  });
  // The message is on its way before the review waits.
  const page = await seen(`The page of ${link}`, async () => {
    const shown = await fetch(link);
    return shown.ok ? shown.text() : undefined;
  });
  const body = new URLSearchParams({
    link: new URL(link).searchParams.get("link") ?? "",
    answer: buttonOf(page, choice),
  });
  const taken = await fetch(new URL("/", link), { method: "POST", body, redirect: "manual" });
  if (taken.status >= 400) {
    throw new ReviewError(`The answer to ${name} was refused with status ${taken.status}`);
  }
  const s3 = new S3Client(cloud.deployerSession());
  try {
    const label = await seen(`A label of ${name}`, () =>
      findText(s3, image.bucket, recordKey(INFERENCE_PREFIXES.labels, image)),
    );
    return JSON.parse(label) as Answer;
  } finally {
    s3.destroy();
  }
}

/** What the form sends when this button is pressed. */
function buttonOf(page: string, choice: string): string {
  const buttons = page.matchAll(/<button name="answer" value="([^"]+)"[^>]*>(.*?)<\/button>/g);
  for (const [, value = "", content = ""] of buttons) {
    const [text = ""] = content.replace(/<kbd.*?<\/kbd>/, "").split(" (");
    if (text === choice) {
      return value;
    }
  }
  throw new ReviewError(`The page has no button ${JSON.stringify(choice)}`);
}

/** Looks until there is something. */
async function seen(what: string, look: () => Promise<string | undefined>): Promise<string> {
  const end = Date.now() + PATIENCE;
  for (;;) {
    const found = await look();
    if (found !== undefined) {
      return found;
    }
    if (Date.now() > end) {
      throw new ReviewError(`${what} has not come in ${PATIENCE / 1000} s`);
    }
    await sleep(LOOK);
  }
}
