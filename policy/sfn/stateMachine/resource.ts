import type { Property } from "../../support/property";

export const STATE_MACHINE = "aws:sfn/stateMachine:StateMachine";

/** The `Task` states of a definition, at any depth ("Amazon States Language"). */
export function tasks(stateMachine: Property): Property[] {
  return tasksIn(stateMachine.at("definition").json());
}

function tasksIn(workflow: Property): Property[] {
  const states = workflow
    .at("States")
    .entries()
    .map(([, state]) => state);
  const nested = states.flatMap((state) => [
    ...state.at("Branches").items(),
    state.at("ItemProcessor"),
    // As `ItemProcessor` was called before.
    state.at("Iterator"),
  ]);
  return [
    ...states.filter((state) => state.at("Type").is((type) => type === "Task")),
    ...nested.flatMap(tasksIn),
  ];
}
