/** What the command lines of several folders have in common. */
import { Option } from "commander";

/** An option that may be given several times: its value is the list of what `parse` makes of each. */
export function repeatable<T>(
  flags: string,
  description: string,
  parse: (text: string) => T,
): Option {
  return new Option(flags, `${description}; may be repeated`)
    .default([], "none")
    .argParser((text: string, earlier: readonly T[]) => [...earlier, parse(text)]);
}

/** An option whose value is taken as it stands, several times. */
export function repeatableText(flags: string, description: string): Option {
  return repeatable(flags, description, (text) => text);
}
