/** What a test has its images cost: so much that a few of them can be told from none. */
export const PRICE = {
  perThousandImages: 230,
  perThousandInBatches: 110,
  basis: "As a test has it.",
} as const;
