/**
 * A program that registers whatever resources `graph.json` beside it lists, in its order: a foreign
 * graph for the engine. Unknown values are in there as they are on the wire.
 */
"use strict";

const { readFileSync } = require("node:fs");
const path = require("node:path");
const { ComponentResource, CustomResource, Output } = require("@pulumi/pulumi");

const graph = JSON.parse(readFileSync(path.join(__dirname, "graph.json"), "utf8"));
const registered = new Map();

for (const { urn, type, name, custom, inputs, propertyDependencies, options } of graph) {
  const withSources = Object.entries(inputs).map(([property, value]) => [
    property,
    madeFrom(propertyDependencies[property] ?? [], value),
  ]);
  registered.set(
    urn,
    custom
      ? new CustomResource(type, name, Object.fromEntries(withSources), options)
      : new ComponentResource(type, name, Object.fromEntries(withSources), options),
  );
}

/** A value as if the program had made it from other resources. */
function madeFrom(urns, value) {
  const sources = new Set(urns.flatMap((urn) => registered.get(urn) ?? []));
  return sources.size === 0
    ? value
    : new Output(sources, ...[value, true, false, sources].map((each) => Promise.resolve(each)));
}
