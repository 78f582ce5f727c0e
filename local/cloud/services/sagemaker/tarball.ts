/** `model.tar.gz`: a folder as gzipped tar and back. */
import { createReadStream } from "node:fs";
import { mkdir, readdir, stat } from "node:fs/promises";
import { createWriteStream } from "node:fs";
import * as path from "node:path";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import { createGunzip, createGzip } from "node:zlib";
import { extract, pack } from "tar-stream";

/** Packs the files of a flat folder. */
export async function packFolder(folder: string): Promise<Buffer> {
  const archive = pack();
  const packed = buffer(archive.pipe(createGzip()));
  for (const name of (await readdir(folder)).sort()) {
    const file = path.join(folder, name);
    const entry = archive.entry({ name, size: (await stat(file)).size });
    await pipeline(createReadStream(file), entry);
  }
  archive.finalize();
  return packed;
}

/** Unpacks an archive; entries keep only their base names, so none can leave the folder. */
export async function unpackInto(folder: string, archive: Buffer): Promise<void> {
  await mkdir(folder, { recursive: true });
  const entries = extract();
  const fed = pipeline(Readable.from([archive]), createGunzip(), entries);
  for await (const entry of entries) {
    if (entry.header.type === "file") {
      await pipeline(entry, createWriteStream(path.join(folder, path.basename(entry.header.name))));
    } else {
      entry.resume();
    }
  }
  await fed;
}
