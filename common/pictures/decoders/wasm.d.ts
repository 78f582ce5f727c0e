/** Where the bundler puts a codec, from the bundle's folder. */
declare module "*.wasm" {
  const path: string;
  export default path;
}
