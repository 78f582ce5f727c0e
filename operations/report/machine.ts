/** The state machine as its definition has it, with how many executions went which way. */
import { Graph, layout, type EdgeLabel, type GraphLabel, type NodeLabel } from "@dagrejs/dagre";
import { z } from "zod";
import type { Description } from "./drawing";
import { html, join, type Html } from "./markup";
import type { MachinePath } from "./report";

/** Of Amazon States Language what leads from state to state. */
const definitionSchema = z.object({
  StartAt: z.string(),
  States: z.record(
    z.string(),
    z.object({
      Type: z.string(),
      Next: z.string().optional(),
      Default: z.string().optional(),
      Choices: z.array(z.object({ Next: z.string() })).default([]),
      Catch: z.array(z.object({ Next: z.string() })).default([]),
    }),
  ),
});

const NODE = { width: 150, height: 34 };
/** Beside the outermost ways there are numbers. */
const MARGIN = 32;

/** How much straighter ways are drawn that are taken. */
const TAKEN_WEIGHT = 20;

/** A way from one state to another. */
interface Way {
  readonly from: string;
  readonly to: string;
  /** Taken when the state has failed. */
  readonly isCatch: boolean;
  readonly executions: number;
}

/** Draws all states of a definition and the ways between them. */
export function machineDiagram(
  definition: string,
  paths: readonly MachinePath[],
  { id, title, text }: Description,
): Html {
  const { StartAt, States } = definitionSchema.parse(JSON.parse(definition));
  const ways = waysOf(States, paths);
  const graph = new Graph<GraphLabel, NodeLabel, EdgeLabel>();
  graph.setGraph({ nodesep: 24, ranksep: 40, marginx: MARGIN, marginy: MARGIN });
  for (const name of Object.keys(States)) {
    graph.setNode(name, { ...NODE });
  }
  for (const { from, to, executions } of ways) {
    graph.setEdge(from, to, { weight: executions > 0 ? TAKEN_WEIGHT : 1 });
  }
  layout(graph);
  const { width = 0, height = 0 } = graph.graph();
  const entered = enteredBy(paths);
  return html`<svg
    viewBox="0 0 ${width.toFixed(0)} ${height.toFixed(0)}"
    class="machine"
    style="max-width: ${width.toFixed(0)}px"
    role="img"
    aria-labelledby="${id}-title ${id}-text"
  >
    <title id="${id}-title">${title}</title>
    <desc id="${id}-text">${text}</desc>
    ${join(ways.map((way) => drawWay(way, graph.edge(way.from, way.to).points ?? [])))}
    ${join(
      Object.entries(States).map(([name, { Type }]) => {
        const { x = 0, y = 0 } = graph.node(name);
        const executions = entered.get(name) ?? 0;
        return drawState({ name, type: Type, x, y, executions, isFirst: name === StartAt });
      }),
    )}
  </svg>`;
}

function waysOf(
  states: z.infer<typeof definitionSchema>["States"],
  paths: readonly MachinePath[],
): readonly Way[] {
  const taken = new Map<string, number>();
  for (const { states: names, executions } of paths) {
    for (const [index, name] of names.slice(1).entries()) {
      const way = `${names[index] ?? ""} ${name}`;
      taken.set(way, (taken.get(way) ?? 0) + executions);
    }
  }
  return Object.entries(states).flatMap(([from, { Next, Default, Choices, Catch }]) => {
    const regular = [Next, Default, ...Choices.map((choice) => choice.Next)];
    const way = (to: string, isCatch: boolean): Way => ({
      ...{ from, to, isCatch },
      executions: taken.get(`${from} ${to}`) ?? 0,
    });
    const ordinary = new Set(regular.filter((to) => to !== undefined));
    const caught = new Set(Catch.map((each) => each.Next).filter((to) => !ordinary.has(to)));
    return [
      ...[...ordinary].map((to) => way(to, false)),
      ...[...caught].map((to) => way(to, true)),
    ];
  });
}

/** How often each state was entered. */
function enteredBy(paths: readonly MachinePath[]): ReadonlyMap<string, number> {
  const entered = new Map<string, number>();
  for (const { states, executions } of paths) {
    for (const name of states) {
      entered.set(name, (entered.get(name) ?? 0) + executions);
    }
  }
  return entered;
}

function drawWay(
  { isCatch, executions }: Way,
  points: readonly { readonly x: number; readonly y: number }[],
): Html {
  const path = points.map(({ x, y }) => `${x.toFixed(1)},${y.toFixed(1)}`).join(" ");
  const middle = points[Math.floor(points.length / 2)];
  const kind = `${isCatch ? "catch" : "next"}${executions > 0 ? " taken" : ""}`;
  return html`<polyline class="way ${kind}" points="${path}" /> ${
      executions === 0 || middle === undefined
        ? html``
        : html`<text class="count" x="${(middle.x + 5).toFixed(1)}" y="${(middle.y + 4).toFixed(1)}"
            >${String(executions)}</text
          >`
    }`;
}

function drawState(state: {
  readonly name: string;
  readonly type: string;
  readonly x: number;
  readonly y: number;
  readonly executions: number;
  readonly isFirst: boolean;
}): Html {
  const { name, type, x, y, executions, isFirst } = state;
  const { width, height } = NODE;
  const round = type === "Choice" || isFirst ? height / 2 : 5;
  const kind = `state ${type.toLowerCase()}${executions > 0 ? " taken" : ""}`;
  return html`<g class="${kind}">
    <rect
      x="${(x - width / 2).toFixed(1)}"
      y="${(y - height / 2).toFixed(1)}"
      width="${String(width)}"
      height="${String(height)}"
      rx="${String(round)}"
    />
    <text x="${x.toFixed(1)}" y="${(y + 4).toFixed(1)}" text-anchor="middle">${name}</text>
  </g>`;
}
