/** The same policies as Pulumi's SDK serves them, with nothing of ours between it and them. */
"use strict";

const { PolicyPack } = require("@pulumi/policy");
const { policies } = require("../../../policy/compiled.cjs").load();

new PolicyPack("ml-workflow-aws", { enforcementLevel: "mandatory", policies });
