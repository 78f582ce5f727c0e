/**
 * The policies of the pack with rules that say which resources they are about, and no more, served by
 * Pulumi's SDK in its own way: what an analysis takes there, whatever the rules do.
 */
"use strict";

const { PolicyPack } = require("@pulumi/policy");
const { policies } = require("../../policy/compiled.cjs").load();

const silent = ({ validateResource, validateStack, ...policy }) => ({
  ...policy,
  ...(validateResource && {
    validateResource: Object.assign(
      (args, report) =>
        validateResource.types?.includes(args.type) === false && validateResource(args, report),
      validateResource,
    ),
  }),
  ...(validateStack && { validateStack: () => {} }),
});

new PolicyPack("silent", { policies: policies.map(silent) });
