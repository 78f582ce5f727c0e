import type { Property } from "../../support/property";

export const STATE_MACHINE = "aws:sfn/stateMachine:StateMachine";

/** The `Task` states of a definition, at any depth ("Amazon States Language"). */
export function tasks(stateMachine: Property): Property[] {
  return tasksWithin(stateMachine).map(([task]) => task);
}

/**
 * The same, each followed by the states that it is in: what a `Parallel` or a `Map` retries or
 * catches holds for all that is in it.
 */
export function tasksWithin(stateMachine: Property): [task: Property, ...around: Property[]][] {
  return tasksIn(stateMachine.at("definition").json(), []);
}

function tasksIn(
  workflow: Property,
  around: readonly Property[],
): [task: Property, ...around: Property[]][] {
  const states = workflow
    .at("States")
    .entries()
    .map(([, state]) => state);
  return states.flatMap((state) => {
    const nested = [
      ...state.at("Branches").items(),
      state.at("ItemProcessor"),
      // As `ItemProcessor` was called before.
      state.at("Iterator"),
    ].flatMap((inner) => tasksIn(inner, [state, ...around]));
    const isTask = state.at("Type").is((type) => type === "Task");
    return isTask ? [[state, ...around], ...nested] : nested;
  });
}
