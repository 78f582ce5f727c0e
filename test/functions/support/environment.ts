/** Adds environment variables for each test of the enclosing suite; what a test sets ends with it. */
export function useEnvironment(variables: Readonly<Record<string, string>>): void {
  let before = process.env;

  beforeEach(() => {
    before = process.env;
    process.env = { ...before, ...variables };
  });

  afterEach(() => {
    process.env = before;
  });
}
