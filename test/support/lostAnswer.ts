import type { S3Client } from "@aws-sdk/client-s3";

/**
 * Breaks the connection when S3 has dealt with the first write, and before its answer is read.
 * @returns how often has been written so far
 */
export function loseFirstAnswer(s3: S3Client): () => number {
  let writes = 0;
  s3.middlewareStack.add(
    (next, { commandName }) =>
      async (request) => {
        const answer = next(request);
        if (commandName === "PutObjectCommand") {
          writes += 1;
          if (writes === 1) {
            await answer.catch(() => undefined);
            throw Object.assign(new Error("socket hang up"), { code: "ECONNRESET" });
          }
        }
        return answer;
      },
    { step: "deserialize", priority: "high" },
  );
  return () => writes;
}
