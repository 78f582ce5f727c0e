/** A codec as base64: the bundler reads it so. */
declare module "*.wasm" {
  const base64: string;
  export default base64;
}
