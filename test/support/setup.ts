/** Loaded before all tests. */

// The AWS SDK announces which Node versions it will stop supporting, in every thread that loads it.
process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] = "true";
