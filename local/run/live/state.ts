import type { DriftWindow } from "../../../contract/monitoring";

/** What the live page is sent, in full, whenever something has changed. */

/** One version of an uploaded picture, and what has become of it. */
export interface LivePicture {
  /** Counts up; the picture itself is at `/pictures/<id>`. */
  readonly id: number;
  readonly key: string;
  readonly versionId: string;
  readonly verdict: "accepted" | "review" | "failed";
  /** The most probable class, or the error's name. */
  readonly label: string;
  /** Probability of that class, and of every class; absent where it failed. */
  readonly confidence?: number;
  readonly scores?: Readonly<Record<string, number>>;
  /** Why it failed. */
  readonly cause?: string;
  /** From upload to verdict; absent where the upload was not seen. */
  readonly milliseconds?: number;
}

export interface LiveState {
  readonly stack: string;
  readonly counts: Readonly<
    Record<"uploaded" | "accepted" | "review" | "failed" | "captured" | "reviewed", number>
  >;
  /** How often each class was predicted. */
  readonly classes: Readonly<Record<string, number>>;
  /** Half of the last pictures had their verdict after so many milliseconds. */
  readonly medianMilliseconds: number | null;
  /** Confidence below which a person has to look; null before the first verdict. */
  readonly threshold: number | null;
  /** Confidence of the last pictures, oldest first. */
  readonly confidences: readonly number[];
  /** The last pictures, newest first. */
  readonly pictures: readonly LivePicture[];
  /** Those among the last that were given to this page itself, newest first. */
  readonly given: readonly LivePicture[];
  /** What the drift monitor found last; null before it has looked. */
  readonly drift: Pick<DriftWindow, "from" | "to" | "images" | "measures"> | null;
  readonly alarms: {
    /** How many there are. */
    readonly count: number;
    /** Those that have gone off, what nobody wanted first. */
    readonly off: readonly {
      readonly name: string;
      readonly description: string;
      /** Whether the run has set it off itself, for show. */
      readonly isOnPurpose: boolean;
    }[];
  };
}
