import type { Property } from "../../support/property";

export const STATE_MACHINE = "aws:sfn/stateMachine:StateMachine";

/** A state, followed by those that it is in, from the inside out. */
type Nested = readonly [state: Property, ...around: Property[]];

/** The `Task` states of a definition, at any depth ("Amazon States Language"). */
export function tasks(stateMachine: Property): Property[] {
  return tasksWithin(stateMachine).map(([task]) => task);
}

/**
 * The same, each followed by the states that it is in: what a `Parallel` or a `Map` retries or
 * catches holds for all that is in it. It ends below a `Map` that tolerates failures: what fails in
 * it does not make it fail.
 */
export function tasksWithin(stateMachine: Property): Nested[] {
  return statesOf(stateMachine, "Task").map(([task, ...around]) => {
    const tolerant = around.findIndex(toleratesFailures);
    return [task, ...(tolerant < 0 ? around : around.slice(0, tolerant))];
  });
}

/** The `Map` states of a definition, at any depth. */
export function maps(stateMachine: Property): Property[] {
  return statesOf(stateMachine, "Map").map(([map]) => map);
}

/** What a state gives to what it calls, in either language of its definition. */
export function given(state: Property, name: string): Property[] {
  return ["Parameters", "Arguments"]
    .map((block) => state.at(block).at(name))
    .filter(({ isAbsent }) => !isAbsent);
}

const TOLERANCES = ["ToleratedFailurePercentage", "ToleratedFailureCount"];

/** "Setting failure thresholds for Distributed Map states". What comes with the input may be any. */
function toleratesFailures(state: Property): boolean {
  return TOLERANCES.some(
    (name) => state.at(name).is((value) => value !== 0) || state.at(`${name}Path`).isKnown,
  );
}

function statesOf(stateMachine: Property, type: string): Nested[] {
  return statesIn(stateMachine.at("definition").json(), []).filter(([state]) =>
    state.at("Type").is((own) => own === type),
  );
}

function statesIn(workflow: Property, around: readonly Property[]): Nested[] {
  return workflow
    .at("States")
    .entries()
    .flatMap(([, state]) => {
      const nested = [
        ...state.at("Branches").items(),
        state.at("ItemProcessor"),
        // As `ItemProcessor` was called before.
        state.at("Iterator"),
      ];
      return [
        [state, ...around] as const,
        ...nested.flatMap((inner) => statesIn(inner, [state, ...around])),
      ];
    });
}
