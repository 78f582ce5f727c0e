import type { Hyperparameters } from "./hyperparameters";

/** The best accuracies, and for how long there was none better. */
export interface PatienceState {
  readonly best: number;
  readonly bestForStopping: number;
  readonly epochsWithoutImprovement: number;
}

const BEGINNING: PatienceState = {
  best: -Infinity,
  bestForStopping: -Infinity,
  epochsWithoutImprovement: 0,
};

/** The best accuracy so far, and early stopping. */
export class Patience {
  constructor(
    private readonly settings: Hyperparameters,
    private current: PatienceState = BEGINNING,
  ) {}

  get state(): PatienceState {
    return this.current;
  }

  /** Whether this accuracy is better than all before. */
  isBest(accuracy: number): boolean {
    const { best } = this.current;
    this.current = { ...this.current, best: Math.max(best, accuracy) };
    return accuracy > best;
  }

  /** Whether early stopping ends the training after this epoch (counted from 1). */
  isOver(accuracy: number, epochs: number): boolean {
    const { early_stopping_tolerance: tolerance } = this.settings;
    const { bestForStopping, epochsWithoutImprovement } = this.current;
    const improvement = (accuracy - bestForStopping) / Math.max(bestForStopping, 1e-9);
    this.current = {
      ...this.current,
      ...(improvement > tolerance
        ? { bestForStopping: accuracy, epochsWithoutImprovement: 0 }
        : { epochsWithoutImprovement: epochsWithoutImprovement + 1 }),
    };
    return (
      this.settings.early_stopping === "True" &&
      epochs >= this.settings.early_stopping_min_epochs &&
      this.current.epochsWithoutImprovement >= Math.max(this.settings.early_stopping_patience, 1)
    );
  }
}
