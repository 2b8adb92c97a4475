/** Early stopping (Prechelt 1998): keep the weights of the best validation, stop after patience. */
import type { Parameters } from '../model/spec.ts';

export interface EarlyStop {
  /** Notes a validation loss; true when it has not improved for `patience` epochs. */
  isOver(validation: number): boolean;
  /** Puts back the best weights seen, if any were noted. */
  restoreBest(): void;
}

export function createEarlyStop(parameters: Parameters, patience: number): EarlyStop {
  let best = Infinity;
  let worse = 0;
  let kept: Map<string, Float64Array> | null = null;
  return {
    isOver: (validation) => {
      if (validation < best) {
        best = validation;
        worse = 0;
        kept = new Map([...parameters].map(([name, { data }]) => [name, data.slice()]));
        return false;
      }
      return ++worse >= patience;
    },
    restoreBest: () => {
      for (const [name, data] of kept ?? []) parameters.get(name)!.data.set(data);
    },
  };
}
