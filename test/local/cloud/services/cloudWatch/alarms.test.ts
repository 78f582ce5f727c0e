import { expect } from "chai";
import {
  evaluate,
  MISSING_DATA,
  type AlarmState,
} from "../../../../../local/cloud/services/cloudWatch/alarms";

/** The state stays what it was. */
const KEPT = "kept";

/**
 * The two tables in "Configuring how CloudWatch alarms treat missing data", Amazon CloudWatch User
 * Guide: X breaches, 0 does not, - is missing; then the state by how missing data is treated, in the
 * order of {@link MISSING_DATA}.
 */
const TABLES: Readonly<Record<number, readonly (readonly [points: string, states: string])[]>> = {
  3: [
    ["0 - X - X", "OK OK OK OK"],
    ["- - - - 0", "OK OK OK OK"],
    ["- - - - -", "INSUFFICIENT_DATA kept ALARM OK"],
    ["0 X X - X", "ALARM ALARM ALARM ALARM"],
    ["- - X - -", "ALARM kept ALARM OK"],
  ],
  2: [
    ["0 - X - X", "ALARM ALARM ALARM ALARM"],
    ["0 0 X 0 X", "ALARM ALARM ALARM ALARM"],
    ["0 - X - -", "OK OK ALARM OK"],
    ["- - - - 0", "OK OK ALARM OK"],
    ["- - - - X", "ALARM kept ALARM OK"],
  ],
};

const POINTS: Readonly<Record<string, number | undefined>> = { X: 1, "0": 0, "-": undefined };

describe("an alarm of the local CloudWatch", () => {
  for (const [datapointsToAlarm, rows] of Object.entries(TABLES)) {
    for (const [points, states] of rows) {
      it(`decides on ${points} as the guide says, when ${datapointsToAlarm} of 3 must breach`, () => {
        const expected = states.split(" ");
        for (const [index, missingData] of MISSING_DATA.entries()) {
          for (const before of ["OK", "ALARM", "INSUFFICIENT_DATA"] as const) {
            // Act
            const state = evaluate(
              {
                ...{ comparison: "GreaterThanOrEqualToThreshold", threshold: 1, missingData },
                ...{ evaluationPeriods: 3, datapointsToAlarm: Number(datapointsToAlarm) },
              },
              points.split(" ").map((point) => POINTS[point]),
              before,
            );

            // Assess
            const said = expected[index];
            expect(state, `${missingData}, ${before} before`).to.equal(
              said === KEPT ? before : (said as AlarmState),
            );
          }
        }
      });
    }
  }

  for (const [comparison, breaching] of [
    ["GreaterThanOrEqualToThreshold", [5, 6]],
    ["GreaterThanThreshold", [6]],
    ["LessThanThreshold", [4]],
    ["LessThanOrEqualToThreshold", [4, 5]],
  ] as const) {
    it(`breaches by ${comparison} on the right side, and at the threshold if it is said so`, () => {
      // Act
      const states = [4, 5, 6].filter(
        (value) =>
          evaluate(
            {
              ...{ comparison, threshold: 5, missingData: "missing" },
              ...{ evaluationPeriods: 1, datapointsToAlarm: 1 },
            },
            [value],
            "OK",
          ) === "ALARM",
      );

      // Assess
      expect(states).to.deep.equal(breaching);
    });
  }
});
