/** What a stack costs, as its outputs tell it. */

/** An estimate from unverified list prices; it is no offer and no bill. */
export interface PriceEstimate {
  readonly currency: "USD";
  /** Where the prices are from, and what they are worth. */
  readonly basis: string;
  readonly region: string;
  /** Per month, for what runs all the time. */
  readonly monthly: Readonly<Record<"endpoint" | "encryption" | "monitoring" | "network", number>>;
  readonly monthlyTotal: number;
  /** For every thousand images that are classified one by one, or as a list. */
  readonly perThousandImages: number;
  /** The same for images in batches: by a prefix or a manifest. */
  readonly perThousandInBatches: number;
  /** The most that one training run may cost: its instances until its time limit. */
  readonly trainingRunAtMost: number;
  /** Instance types that the price table does not have; they count as nothing above. */
  readonly withoutPrice: readonly string[];
}
