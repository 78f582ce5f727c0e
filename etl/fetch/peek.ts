/** A body whose beginning can be looked at before it is read. */
export class PeekedBody implements AsyncIterable<Uint8Array> {
  private readonly chunks: AsyncIterator<Uint8Array>;
  private head: Buffer = Buffer.alloc(0);

  constructor(body: AsyncIterable<Uint8Array>) {
    this.chunks = body[Symbol.asyncIterator]();
  }

  /** The first `count` bytes, fewer only where the body is shorter; they are read again later. */
  async start(count: number): Promise<Buffer> {
    while (this.head.length < count) {
      const next = await this.chunks.next();
      if (next.done === true) {
        break;
      }
      this.head = Buffer.concat([this.head, next.value]);
    }
    return this.head.subarray(0, count);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    try {
      if (this.head.length > 0) {
        yield this.head;
      }
      this.head = Buffer.alloc(0);
      for (;;) {
        const next = await this.chunks.next();
        if (next.done === true) {
          return;
        }
        yield next.value;
      }
    } finally {
      // Whoever stops reading early must not keep the connection.
      await this.chunks.return?.();
    }
  }
}
