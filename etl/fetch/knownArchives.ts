import type { ArchiveForm } from "../archive/extract";

/** What an archive must be, as far as that is known. */
export interface ArchivePin {
  readonly bytes?: number | undefined;
  /** Hexadecimal. */
  readonly md5?: string | undefined;
  readonly sha256?: string | undefined;
}

/** An archive that everybody can fetch. */
export interface KnownArchive extends Required<ArchivePin> {
  readonly form: ArchiveForm;
  /** Where it is, best first; hosts that have nothing to do with each other. */
  readonly urls: readonly string[];
}

/**
 * The official archives; the first one that can be had is taken, for both make the same images.
 * MD5: https://www.cs.toronto.edu/~kriz/cifar.html; size and SHA-256: as TensorFlow Datasets
 * (binary) and Keras (python) pin them. The mirror is the one that PaddlePaddle downloads from,
 * and for which it pins the same MD5 (`CIFAR100_URL` and `CIFAR100_MD5` in its
 * python/paddle/vision/datasets/cifar.py). A mirror is not trusted: what comes from it has the
 * checksums above, or it is refused.
 */
export const KNOWN_ARCHIVES: readonly KnownArchive[] = [
  {
    form: "binary",
    bytes: 168_513_733,
    md5: "03b5dce01913d631647c71ecec9e9cb8",
    sha256: "58a81ae192c23a4be8b1804d68e518ed807d710a4eb253b1f2a199162a40d8ec",
    urls: ["https://www.cs.toronto.edu/~kriz/cifar-100-binary.tar.gz"],
  },
  {
    form: "python",
    bytes: 169_001_437,
    md5: "eb9058c3a382ffc7106e4002c42a8d85",
    sha256: "85cd44d02ba6437773c5bbd22e183051d648de2e7d6b014e1ef29b855ba677a7",
    urls: [
      "https://www.cs.toronto.edu/~kriz/cifar-100-python.tar.gz",
      "https://dataset.bj.bcebos.com/cifar/cifar-100-python.tar.gz",
    ],
  },
];
