/**
 * Draws the same three charts with one library: curves over epochs, a stacked histogram with a rule,
 * and points. Runs in the folder in which the library is installed; prints one line of JSON.
 */
import { writeFileSync } from "node:fs";
import { performance } from "node:perf_hooks";
import { argv, cpuUsage, resourceUsage, stdout } from "node:process";

const CURVES = ["train", "validation"].flatMap((name) =>
  Array.from({ length: 30 }, (_, index) => ({
    ...{ name, epoch: index + 1 },
    value: 0.5 + 0.4 * (1 - Math.exp(-index / 8)) - (name === "train" ? 0 : 0.03),
  })),
);
const POINTS = Array.from({ length: 300 }, (_, index) => ({
  ...{ at: index, right: index % 7 !== 0 },
  value: Math.min(1, 0.5 + (0.5 * ((index * 7919) % 1000)) / 1000),
}));
const SIZE = { width: 440, height: 220 };

/** Loads a library; gives functions that draw one chart each. */
const LIBRARIES = {
  linkedom: async () => {
    const { parseHTML } = await import("linkedom");
    return plot(parseHTML("<html><body></body></html>").document);
  },
  jsdom: async () => {
    const { JSDOM } = await import("jsdom");
    return plot(new JSDOM("").window.document);
  },
  echarts: async () => {
    const { init, use } = await import("echarts/core");
    const charts = await import("echarts/charts");
    const components = await import("echarts/components");
    const { SVGRenderer } = await import("echarts/renderers");
    use([charts.LineChart, charts.BarChart, charts.ScatterChart, SVGRenderer]);
    use([components.GridComponent, components.MarkLineComponent]);
    const draw = (options) => () => {
      const chart = init(null, null, { renderer: "svg", ssr: true, ...SIZE });
      chart.setOption({ animation: false, ...options });
      const svg = chart.renderToSVGString({ useViewBox: true });
      chart.dispose();
      return svg;
    };
    const bins = Array.from({ length: 20 }, () => [0, 0]);
    for (const { value, right } of POINTS) {
      bins[Math.min(19, Math.floor(value * 20))][right ? 0 : 1] += 1;
    }
    const value = { type: "value" };
    return [
      draw({
        ...{ xAxis: value, yAxis: { ...value, min: 0.4, max: 1 } },
        series: ["train", "validation"].map((name) => ({
          ...{ type: "line", name, symbol: "none" },
          data: CURVES.filter((each) => each.name === name).map((each) => [each.epoch, each.value]),
        })),
      }),
      draw({
        ...{ xAxis: { type: "category", data: bins.map((_, index) => index / 20) }, yAxis: value },
        series: [0, 1].map((stack) => ({
          ...{ type: "bar", stack: "all", data: bins.map((bin) => bin[stack]) },
          ...(stack === 0 ? { markLine: { data: [{ xAxis: 16 }] } } : {}),
        })),
      }),
      draw({
        ...{ xAxis: value, yAxis: value },
        series: [{ type: "scatter", symbolSize: 3, data: POINTS.map((it) => [it.at, it.value]) }],
      }),
    ];
  },
  vega: async () => {
    const vega = await import("vega");
    const { compile } = await import("vega-lite");
    const draw = (specification) => async () => {
      const { spec } = compile({ ...SIZE, ...specification });
      const view = new vega.View(vega.parse(spec), { renderer: "none" });
      const svg = await view.toSVG();
      view.finalize();
      return svg;
    };
    const quantitative = (field) => ({ field, type: "quantitative" });
    const nominal = (field) => ({ field, type: "nominal" });
    return [
      draw({
        ...{ data: { values: CURVES }, mark: "line" },
        encoding: {
          ...{ x: quantitative("epoch"), color: nominal("name") },
          y: { ...quantitative("value"), scale: { domain: [0.4, 1] } },
        },
      }),
      draw({
        layer: [
          {
            ...{ data: { values: POINTS }, mark: "bar" },
            encoding: {
              ...{ x: { field: "value", bin: { maxbins: 20 } }, y: { aggregate: "count" } },
              color: nominal("right"),
            },
          },
          { data: { values: [{ at: 0.8 }] }, mark: "rule", encoding: { x: quantitative("at") } },
        ],
      }),
      draw({
        ...{ data: { values: POINTS }, mark: { type: "point", size: 3 } },
        encoding: { x: quantitative("at"), y: quantitative("value") },
      }),
    ];
  },
};

async function plot(document) {
  const Plot = await import("@observablehq/plot");
  const draw = (options) => () => Plot.plot({ document, ...SIZE, ...options }).outerHTML;
  return [
    draw({
      y: { domain: [0.4, 1] },
      marks: [Plot.lineY(CURVES, { x: "epoch", y: "value", stroke: "name" })],
    }),
    draw({
      marks: [
        Plot.rectY(
          POINTS,
          Plot.binX({ y: "count" }, { x: "value", thresholds: 20, fill: "right" }),
        ),
        Plot.ruleX([0.8]),
      ],
    }),
    draw({ marks: [Plot.dot(POINTS, { x: "at", y: "value", r: 1.5 })] }),
  ];
}

const began = performance.now();
const charts = await LIBRARIES[argv[2]]();
const loaded = performance.now();
const drawn = [];
for (const chart of charts) {
  drawn.push(await chart());
}
const ended = performance.now();
drawn.forEach((svg, index) => {
  writeFileSync(`${index}.svg`, svg);
});
const { user, system } = cpuUsage();
stdout.write(
  JSON.stringify({
    ...{ load: loaded - began, draw: ended - loaded, processors: (user + system) / 1000 },
    bytes: drawn.reduce((sum, svg) => sum + svg.length, 0),
    memory: resourceUsage().maxRSS * 1024,
  }),
);
