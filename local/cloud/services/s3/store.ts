/** Buckets and what is in them. */
import { AwsError } from "../../protocol";
import type { Bodies, Body } from "./bodies";
import type { Algorithm, Checksum, ChecksumType } from "./checksums";
import { randomHex } from "./identifiers";
import { SortedKeys } from "./sortedKeys";

/** One version of an object; outside of versioning an object has just one, called `null`. */
export interface ObjectVersion {
  readonly key: string;
  readonly versionId: string;
  /** Without the quotes that it has on the wire. */
  readonly etag: string;
  readonly lastModified: Date;
  readonly body: Body;
  /** What GetObject gives back beside the body: type, encryption, `x-amz-meta-*`. */
  readonly headers: Readonly<Record<string, string>>;
  readonly checksum: Checksum | undefined;
  readonly deleteMarker: boolean;
}

/** A version before the bucket has given it its id and its time. */
export type NewObject = Pick<ObjectVersion, "key" | "etag" | "headers" | "checksum"> & {
  readonly body: Buffer;
};

/** One part of an upload. */
export interface Part {
  readonly body: Buffer;
  readonly etag: string;
  readonly checksum: Checksum | undefined;
}

/** An object that is still being uploaded in parts. */
export interface Upload {
  readonly key: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly algorithm: Algorithm | undefined;
  readonly checksumType: ChecksumType;
  readonly parts: Map<number, Part>;
}

export interface Encryption {
  readonly algorithm: "AES256" | "aws:kms";
  /** Without it, of a key that AWS manages. */
  readonly kmsKeyArn?: string;
  readonly bucketKey?: boolean;
}

export class Bucket {
  readonly arn: string;
  readonly created = new Date();
  readonly uploads = new Map<string, Upload>();
  versioning: "Off" | "Enabled" | "Suspended" = "Off";
  eventBridge = false;
  /** All new objects are encrypted, by this unless the request says otherwise. */
  encryption: Encryption = { algorithm: "AES256" };
  /** Oldest first. */
  private readonly versions = new Map<string, readonly ObjectVersion[]>();
  /** Those that a listing shows. */
  private readonly keys = new SortedKeys();
  private readonly headers = new SharedHeaders();

  constructor(
    readonly name: string,
    private readonly bodies: Bodies,
  ) {
    this.arn = `arn:aws:s3:::${name}`;
  }

  objectArn(key: string): string {
    return `${this.arn}/${key}`;
  }

  /** The object as it is seen without naming a version. */
  current(key: string): ObjectVersion | undefined {
    const latest = this.latest(key);
    return latest?.deleteMarker === true ? undefined : latest;
  }

  /** The newest version or delete marker. */
  latest(key: string): ObjectVersion | undefined {
    return this.versions.get(key)?.at(-1);
  }

  version(key: string, versionId: string): ObjectVersion | undefined {
    return this.versions.get(key)?.find((version) => version.versionId === versionId);
  }

  put(object: NewObject): ObjectVersion {
    return this.add({ ...object, deleteMarker: false });
  }

  /** Whether new versions are kept beside the old ones. */
  get versioned(): boolean {
    return this.versioning === "Enabled";
  }

  /** Whether nothing is in it: no version and no delete marker. */
  get empty(): boolean {
    return this.versions.size === 0;
  }

  /** Deletes every version of every object for good. */
  clear(): void {
    this.versions.clear();
    this.keys.clear();
  }

  /**
   * Deletes the object, or just hides it below a delete marker if the bucket keeps versions or did:
   * where that is suspended, the marker takes the place of the version `null`.
   * @returns the marker
   */
  delete(key: string): ObjectVersion | undefined {
    if (this.versioning !== "Off") {
      const nothing = { etag: "", body: Buffer.alloc(0), headers: {}, checksum: undefined };
      return this.add({ ...nothing, key, deleteMarker: true });
    }
    this.replace(key, []);
    return undefined;
  }

  /** Deletes one version for good. */
  deleteVersion(key: string, versionId: string): void {
    const versions = this.versions.get(key) ?? [];
    this.replace(
      key,
      versions.filter((version) => version.versionId !== versionId),
    );
  }

  /** Current keys from the given one on, in the order of their UTF-8 bytes. */
  keysFrom(key: string): Iterable<string> {
    return this.keys.from(key);
  }

  /**
   * All versions and delete markers whose keys begin with the prefix: in the order of their keys'
   * UTF-8 bytes, the newest of each key first.
   */
  versionsUnder(prefix: string): readonly ObjectVersion[] {
    return [...this.versions]
      .filter(([key]) => key.startsWith(prefix))
      .map(([key, versions]) => ({ bytes: Buffer.from(key), versions }))
      .sort((one, other) => Buffer.compare(one.bytes, other.bytes))
      .flatMap(({ versions }) => versions.toReversed());
  }

  private add(object: NewObject & { deleteMarker: boolean }): ObjectVersion {
    const version = {
      ...object,
      headers: this.headers.share(object.headers),
      body: this.bodies.keep(object.body),
      versionId: this.versioned ? randomHex() : "null",
      // S3 keeps whole seconds.
      lastModified: new Date(Math.floor(Date.now() / 1000) * 1000),
    };
    const others = this.versions
      .get(object.key)
      ?.filter(({ versionId }) => versionId !== version.versionId);
    this.replace(object.key, others === undefined ? [version] : [...others, version]);
    return version;
  }

  private replace(key: string, versions: readonly ObjectVersion[]): void {
    const listed = this.current(key) !== undefined;
    if (versions.length === 0) {
      this.versions.delete(key);
    } else {
      this.versions.set(key, versions);
    }
    const lists = this.current(key) !== undefined;
    if (lists && !listed) {
      this.keys.add(key);
    } else if (listed && !lists) {
      this.keys.delete(key);
    }
  }
}

/** Most objects have the headers of many others; so these are held once. */
class SharedHeaders {
  private readonly known = new Map<string, ObjectVersion["headers"]>();

  share(headers: ObjectVersion["headers"]): ObjectVersion["headers"] {
    const text = JSON.stringify(headers);
    const same = this.known.get(text);
    if (same !== undefined) {
      return same;
    }
    if (this.known.size >= MOST_SHARED_HEADERS) {
      this.known.clear();
    }
    this.known.set(text, headers);
    return headers;
  }
}

const MOST_SHARED_HEADERS = 100;

export class Buckets {
  private readonly buckets = new Map<string, Bucket>();

  constructor(private readonly bodies: Bodies) {}

  /** @throws AwsError `InvalidBucketName` or `BucketAlreadyOwnedByYou` */
  create(name: string): void {
    // "Bucket naming rules", Amazon S3 User Guide.
    if (!/^(?!xn--)(?!.*\.\.)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name)) {
      throw new AwsError("InvalidBucketName", 400, `The specified bucket is not valid: ${name}`);
    }
    if (this.buckets.has(name)) {
      throw new AwsError("BucketAlreadyOwnedByYou", 409, `You already own the bucket ${name}`);
    }
    this.buckets.set(name, new Bucket(name, this.bodies));
  }

  /** @throws AwsError `NoSuchBucket` */
  get(name: string): Bucket {
    const bucket = this.buckets.get(name);
    if (bucket === undefined) {
      throw new AwsError("NoSuchBucket", 404, `The specified bucket does not exist: ${name}`);
    }
    return bucket;
  }

  /**
   * Removes a bucket; one that is not there is as good as removed.
   * @throws AwsError `BucketNotEmpty`
   */
  delete(name: string): void {
    if (this.buckets.get(name)?.empty === false) {
      throw new AwsError(
        "BucketNotEmpty",
        409,
        `The bucket you tried to delete is not empty: ${name} still has objects, old versions or ` +
          "delete markers",
      );
    }
    this.buckets.delete(name);
  }

  all(): readonly Bucket[] {
    return [...this.buckets.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }
}
