/** The detector as a trial runs it: the configuration of all streams with something changed. */
import { RECIPE, type Recipe } from '../../../../shared/detect/recipe.ts';
import { areShapesWatched } from '../../../../shared/detect/shape-watch.ts';
import { defaultThreshold } from '../../../../shared/detect/threshold/threshold.ts';
import type { DetectionMode, Effort } from '../../../../shared/domain/model.ts';

/** Which part of the stream score is heard. */
export type Heard = 'both' | 'forecast' | 'level';

export interface Setup {
  readonly recipe: Recipe;
  readonly mode: DetectionMode;
  readonly effort: Effort;
  /** Of the mode's own threshold. */
  readonly parameter: number;
  readonly heard: Heard;
  /** Marks of shapes never seen count as events. */
  readonly shapes: boolean;
}

export type RecipeChange = { readonly [Part in keyof Recipe]?: Partial<Recipe[Part]> };

/** What differs from the configuration of all streams; plain data. */
export type Change = Partial<Omit<Setup, 'recipe'>> & { readonly recipe?: RecipeChange };

/** `mode`: of the series, unless that is what changes. Shapes are looked for in one channel. */
export function setupOf(change: Change, mode: DetectionMode, channels: number): Setup {
  const used = change.mode ?? mode;
  return {
    effort: 'balanced',
    parameter: defaultThreshold(used).parameter,
    heard: 'both',
    shapes: areShapesWatched({}, used, channels),
    ...change,
    mode: used,
    recipe: changed(RECIPE, change.recipe ?? {}),
  };
}

/** Both changes; where they touch the same thing, the second one's. */
export function both(a: Change, b: Change): Change {
  const parts = Object.keys(RECIPE) as (keyof Recipe)[];
  const recipe = Object.fromEntries(
    parts.map((part) => [part, { ...a.recipe?.[part], ...b.recipe?.[part] }]),
  );
  return { ...a, ...b, recipe };
}

/** Equal texts: the trainings are the same, of the same series and seed. */
export const trainingsKey = ({ recipe, effort }: Setup): string =>
  textOf([recipe.forecaster, recipe.training, effort]);

/** Equal texts: so are the scores and, in reference mode, the alarms. */
export function scoresKey(setup: Setup): string {
  const { recipe, mode, parameter } = setup;
  const alarms = mode === 'reference' ? [recipe.alarm, parameter] : [];
  return textOf([trainingsKey(setup), mode, recipe[mode], alarms]);
}

/** JSON has no Infinity. */
export const textOf = (value: unknown): string =>
  JSON.stringify(value, (_, one: unknown) => (one === Infinity ? 'Infinity' : one));

function changed(recipe: Recipe, change: RecipeChange): Recipe {
  const { forecaster, training, stream, reference, alarm } = recipe;
  return {
    forecaster: { ...forecaster, ...change.forecaster },
    training: { ...training, ...change.training },
    stream: { ...stream, ...change.stream },
    reference: { ...reference, ...change.reference },
    alarm: { ...alarm, ...change.alarm },
  };
}
