/** What `act` throws or rejects with; fails if it does neither. */
export async function errorOf(act: () => unknown): Promise<Error> {
  try {
    await act();
  } catch (error) {
    if (error instanceof Error) {
      return error;
    }
    throw new Error("expected an Error, but something else was thrown", { cause: error });
  }
  throw new Error("expected an error, but nothing was thrown");
}
