/** A codec as base64: the bundler puts it there, and the tests' set-up does where nothing is bundled. */
declare module "*.wasm" {
  const base64: string;
  export default base64;
}
