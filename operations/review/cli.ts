#!/usr/bin/env -S node --import tsx
/** `npm run review`: decides in the terminal what the model was not sure of. */
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createInterface } from "node:readline/promises";
import { setTimeout } from "node:timers/promises";
import type { S3Client } from "@aws-sdk/client-s3";
import { Command } from "commander";
import { repeatable } from "../../common/commandLine";
import type { DamagedRecord } from "../../common/recordError";
import { Reviews } from "../../common/reviews";
import { damagedLines } from "../damaged";
import { EXIT_CODES, runCommand } from "../program";
import { UsageError, withTarget, withWorkflow, type TargetFlags } from "../workflow";
import { giveAnswers, parseAnswer, READ_AT_ONCE, type GivenAnswer } from "./answer";
import { show, type Screen } from "./picture";
import { review, type ReviewTerminal } from "./session";
import { describe } from "./text";

interface Flags extends TargetFlags {
  readonly list?: true;
  readonly answer: readonly GivenAnswer[];
}

const command = withTarget(
  new Command("review").description(
    "Shows what the model was not sure of, one picture after the other, and keeps what " +
      "you decide by a key: 1 to 9 for a class, 0 for none of these, s skips, q quits.",
  ),
)
  .option("--list", "only list what waits")
  .addOption(
    repeatable(
      "--answer <key=class>",
      "decides one picture and asks nothing; `none` is no class",
      parseAnswer,
    ),
  )
  .addHelpText(
    "after",
    `
Who answers first has decided, here or on the page of reviewers; the other is
told.

Exit codes:
  0    all answers are kept
  ${EXIT_CODES.failed}    something failed
  ${EXIT_CODES.usage}    wrong option or stack config
  ${EXIT_CODES.withoutVerdict}    some answers are not kept: somebody else was faster, or nothing waits
  ${EXIT_CODES.unreadable}    records of what waits are damaged: each is named
  ${EXIT_CODES.interrupted}  interrupted`,
  );

runCommand(command, async (signal) => {
  const flags = command.opts<Flags>();
  if (command.args.length > 0) {
    throw new UsageError(`review takes no ${command.args.join(" ")}; --help tells more`);
  }
  return withWorkflow(flags, async ({ s3, states, inferenceBucket }) => {
    const damaged: DamagedRecord[] = [];
    const reviews = new Reviews(s3, states, inferenceBucket, {
      unwoken: (sentence) => process.stderr.write(`${sentence}\n`),
      damaged: (error) => damaged.push(error),
    });
    const late = await act(reviews, flags, () => terminalOf(s3, signal));
    for (const line of damagedLines(damaged)) {
      process.stdout.write(`${line}\n`);
    }
    const unlessLate = damaged.length > 0 ? EXIT_CODES.unreadable : 0;
    return late > 0 ? EXIT_CODES.withoutVerdict : unlessLate;
  });
});

/** @returns how many answers are not kept */
async function act(
  reviews: Reviews,
  flags: Flags,
  terminal: () => ReviewTerminal,
): Promise<number> {
  if (flags.list === true) {
    await list(reviews);
    return 0;
  }
  if (flags.answer.length > 0) {
    const { lines, late } = await giveAnswers(reviews, flags.answer);
    process.stdout.write(`${lines.join("\n")}\n`);
    return late;
  }
  if (!process.stdin.isTTY) {
    throw new UsageError("there is no terminal to ask on: give --list, or --answer KEY=CLASS");
  }
  // Somewhere in the middle: another reviewer begins elsewhere.
  const after = randomBytes(32).toString("hex");
  const { decided, skipped, late } = await review(reviews, terminal(), after);
  process.stdout.write(`${decided} decided, ${skipped} skipped, ${late} by somebody else\n`);
  return late;
}

async function list(reviews: Reviews): Promise<void> {
  let count = 0;
  for await (const waiting of reviews.waiting("", READ_AT_ONCE)) {
    process.stdout.write(`${describe(waiting)}\n`);
    count += 1;
  }
  process.stdout.write(`${count} ${count === 1 ? "picture waits" : "pictures wait"}\n`);
}

/** Until the terminal has handed over what was typed. */
const FORGET_MILLISECONDS = 20;

function terminalOf(s3: S3Client, signal: AbortSignal): ReviewTerminal {
  const { stdin, stdout } = process;
  const screen: Screen = {
    columns: stdout.columns ?? 80,
    rows: stdout.rows ?? 24,
    hasColours: stdout.isTTY && stdout.getColorDepth() === 24,
  };
  return {
    print: (text) => stdout.write(text),
    picture: ({ review: { verdict } }) => show(s3, verdict.image, screen),
    async forget() {
      const ignore = () => undefined;
      stdin.setRawMode(true);
      stdin.on("data", ignore);
      try {
        await setTimeout(FORGET_MILLISECONDS, undefined, { signal }).catch(() => {
          signal.throwIfAborted();
        });
      } finally {
        stdin.off("data", ignore);
        stdin.setRawMode(false);
        stdin.pause();
      }
    },
    async key() {
      stdin.setRawMode(true);
      stdin.resume();
      // Ends what was waited for in vain, too: each key would leave listeners behind.
      const done = new AbortController();
      const until = { signal: AbortSignal.any([signal, done.signal]) };
      try {
        const pressed = await Promise.race([
          once(stdin, "data", until) as Promise<[Buffer]>,
          once(stdin, "end", until).then(() => undefined),
        ]);
        return pressed?.[0].toString();
      } catch (error) {
        signal.throwIfAborted();
        throw error;
      } finally {
        done.abort();
        stdin.setRawMode(false);
        stdin.pause();
      }
    },
    async line(question) {
      const lines = createInterface({ input: stdin, output: stdout });
      // By Ctrl-C or Ctrl-D, and not every Node ends the question then.
      const closed = once(lines, "close").then(() => undefined);
      const typed = lines.question(question, { signal }).catch(() => {
        signal.throwIfAborted();
        return closed;
      });
      try {
        return (await Promise.race([typed, closed]))?.trim();
      } finally {
        lines.close();
      }
    },
  };
}
