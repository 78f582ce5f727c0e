/** Buckets and what is in them. */
import { AwsError } from "../../protocol";
import type { Algorithm, Checksum, ChecksumType } from "./checksums";
import { randomHex } from "./identifiers";
import type { Body, ObjectFile } from "./objectFile";
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
  readonly checksum?: Checksum | undefined;
  readonly deleteMarker: boolean;
}

/** What the file of objects has of a version beside its bytes. */
export type VersionFacts = Pick<
  ObjectVersion,
  "versionId" | "etag" | "headers" | "checksum" | "deleteMarker"
> & {
  /** Seconds since 1970, as S3 keeps it. */
  readonly modified: number;
};

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
  /** Places of each key's versions in the file, oldest first. */
  private readonly versions = new Map<string, readonly number[]>();
  /** Those that a listing shows. */
  private readonly keys = new SortedKeys();

  constructor(
    readonly name: string,
    private readonly file: ObjectFile<VersionFacts>,
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
    const place = this.versions.get(key)?.at(-1);
    return place === undefined ? undefined : this.read(key, place);
  }

  version(key: string, versionId: string): ObjectVersion | undefined {
    return this.versionsOf(key).find((version) => version.versionId === versionId);
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
    this.replace(key, this.placesWithout(key, versionId));
  }

  /** Current keys from the given one on, in the order of their UTF-8 bytes. */
  keysFrom(key: string): Iterable<string> {
    return this.keys.from(key);
  }

  /** Versions and delete markers of a key, the newest first. */
  versionsOf(key: string): readonly ObjectVersion[] {
    return (this.versions.get(key) ?? []).map((place) => this.read(key, place)).toReversed();
  }

  /**
   * Versions and delete markers of all keys that begin with the prefix and come after the given one: in
   * the order of their keys' UTF-8 bytes, the newest of each key first.
   */
  *versionsAfter(key: string, prefix: string): Generator<ObjectVersion> {
    const last = Buffer.from(key);
    const following = [...this.versions.keys()]
      .filter((each) => each.startsWith(prefix))
      .map((each) => ({ key: each, bytes: Buffer.from(each) }))
      .filter(({ bytes }) => Buffer.compare(bytes, last) > 0)
      .sort((one, other) => Buffer.compare(one.bytes, other.bytes));
    for (const { key: each } of following) {
      yield* this.versionsOf(each);
    }
  }

  private read(key: string, place: number): ObjectVersion {
    const { facts, body } = this.file.read(place);
    const { modified, ...described } = facts;
    return { ...described, key, body, lastModified: new Date(modified * 1000) };
  }

  private placesWithout(key: string, versionId: string): readonly number[] {
    const places = this.versions.get(key) ?? [];
    return places.filter((place) => this.read(key, place).versionId !== versionId);
  }

  private add(object: NewObject & { deleteMarker: boolean }): ObjectVersion {
    const { key, body, ...described } = object;
    const versionId = this.versioned ? randomHex() : UNVERSIONED;
    const facts = { ...described, versionId, modified: Math.floor(Date.now() / 1000) };
    const place = this.file.append(facts, body);
    const others = this.versioned
      ? (this.versions.get(key) ?? [])
      : this.placesWithout(key, UNVERSIONED);
    this.replace(key, [...others, place]);
    return this.read(key, place);
  }

  private replace(given: string, places: readonly number[]): void {
    const key = alone(given);
    const listed = this.current(key) !== undefined;
    if (places.length === 0) {
      this.versions.delete(key);
    } else {
      this.versions.set(key, places);
    }
    const lists = this.current(key) !== undefined;
    if (lists && !listed) {
      this.keys.add(key);
    } else if (listed && !lists) {
      this.keys.delete(key);
    }
  }
}

/** Id of the only version that there is outside of versioning. */
const UNVERSIONED = "null";

/** The same text in memory of its own: a part of a request's, which a key is, would keep all of it. */
function alone(text: string): string {
  return Buffer.from(text).toString();
}

export class Buckets {
  private readonly buckets = new Map<string, Bucket>();

  constructor(private readonly file: ObjectFile<VersionFacts>) {}

  /** @throws AwsError `InvalidBucketName` or `BucketAlreadyOwnedByYou` */
  create(name: string): void {
    // "Bucket naming rules", Amazon S3 User Guide.
    if (!/^(?!xn--)(?!.*\.\.)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name)) {
      throw new AwsError("InvalidBucketName", 400, `The specified bucket is not valid: ${name}`);
    }
    if (this.buckets.has(name)) {
      throw new AwsError("BucketAlreadyOwnedByYou", 409, `You already own the bucket ${name}`);
    }
    this.buckets.set(name, new Bucket(name, this.file));
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
