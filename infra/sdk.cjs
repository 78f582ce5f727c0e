/**
 * Pulumi's SDK, loaded for a preview that somebody waits for. What it does stays the same; that which
 * no program of ours asks for is done when it is asked for, or for many at once.
 */
"use strict";

const Module = require("node:module");
const { setTimeout } = require("node:timers");

const index = require.resolve("@pulumi/pulumi");
const fromSdk = Module.createRequire(index);

/** Messages of so long go to the engine together. */
const GATHERED_MS = 50;

// With them, the SDK turns a function of a program into a Lambda function.
for (const tool of ["@npmcli/arborist", "./typescript-shim"]) {
  loadWhenUsed(tool);
}

fromSdk(index);
trackPromisesWithoutStacks(fromSdk("./runtime/debuggable"));
reportTogether(fromSdk("./log"), fromSdk("./runtime/settings"));

/** Puts something in the place of a module that loads it when a part of it is asked for. */
function loadWhenUsed(name) {
  const file = fromSdk.resolve(name);
  if (file in require.cache) {
    return;
  }
  const standIn = Object.assign(new Module(file), {
    loaded: true,
    exports: new Proxy(
      { __esModule: true },
      { get: (own, part) => (part in own ? own[part] : load()[part]) },
    ),
  });
  require.cache[file] = standIn;

  function load() {
    if (require.cache[file] === standIn) {
      Reflect.deleteProperty(require.cache, file);
    }
    return fromSdk(file);
  }
}

/**
 * The SDK notes of every promise where it was made, and prints that when a variable tells it to.
 */
function trackPromisesWithoutStacks(debuggable) {
  const { debugPromiseLeaks, debuggablePromise } = debuggable;
  if (debugPromiseLeaks) {
    return;
  }
  debuggable.debuggablePromise = (...about) => {
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    try {
      return debuggablePromise(...about);
    } finally {
      Error.stackTraceLimit = stackTraceLimit;
    }
  };
}

/**
 * The SDK tells the engine of every step, for those who run it with `--debug`; each time in a call,
 * one after the other. One call takes what came up in a while.
 */
function reportTogether(log, settings) {
  const { debug } = log;
  let messages = [];
  log.debug = (message, ...about) => {
    if (about.length > 0) {
      return debug(message, ...about);
    }
    if (messages.length === 0) {
      const keptAlive = settings.rpcKeepAlive();
      setTimeout(() => {
        const report = messages.join("\n");
        messages = [];
        void debug(report);
        keptAlive();
      }, GATHERED_MS);
    }
    messages.push(message);
    return Promise.resolve();
  };
}
