/**
 * The kernels of the graphics card give the numbers of the float64 reference, in a real Chromium on
 * two emulated cards, from the sources and as built and minified. OFFBEAT_CASES asks for more.
 */
import type { Browser, Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createReferenceBackend } from '../../shared/model/backends/reference/reference.ts';
import { drawCases, subjects, type Case, type Subject } from '../conformance/cases.ts';
import { largestError, runCase, type Numbers } from '../conformance/run-case.ts';
import {
  chromiumPath,
  kernelSite,
  openBrowser,
  openKernels,
  RENDERERS,
  type RendererName,
  type Site,
} from './browser.ts';

const SEED = 20_260_801;
const TOLERANCE = 1e-6;
/** As for the other backends: see `tests/conformance/backends.test.ts`. */
const LOSS_TOLERANCE = 1e-5;
const WEIGHT_TOLERANCE = 1e-4;
const CASES = Number(process.env['OFFBEAT_CASES'] ?? 1);
/** Kinds of many kinds take more from the sources; every candidate draws other cases. */
const CASES_MORE: Partial<Record<Subject['kind'], number>> = { recurrent: 2, shaping: 2 };

const kinds = Object.keys(subjects) as Subject['kind'][];
const builds = ['sources', 'built'] as const;
const candidates = (Object.keys(RENDERERS) as RendererName[]).flatMap((renderer) =>
  builds.map((build) => ({ renderer, build })),
);

describe.skipIf(!chromiumPath).each(candidates)('webgl on $renderer, $build', (candidate) => {
  const { renderer, build } = candidate;
  let browser: Browser;
  let site: Site;
  let page: Page;
  let complaints: string[];
  let isThere = false;

  beforeAll(async () => {
    [browser, site] = await Promise.all([openBrowser(renderer), kernelSite(build)]);
    ({ page, complaints } = await openKernels(browser, site));
    const name = await page.evaluate(() => window.offbeatKernels.renderer());
    isThere = RENDERERS[renderer].name.test(name);
  });
  afterAll(async () => {
    await browser?.close();
    await site?.close();
  });

  const agree = async (cases: readonly Case[]): Promise<void> => {
    if (!isThere) expect.fail(`${renderer} is not what this Chromium draws with.`);
    for (const one of cases) {
      judge(await page.evaluate((asked) => window.offbeatKernels.run(asked), one), one);
    }
    expect(complaints).toEqual([]);
  };
  const seed = SEED + candidates.indexOf(candidate);

  test.each(kinds)('%s', async (kind) => {
    const times = build === 'sources' ? (CASES_MORE[kind] ?? 1) : 1;
    await agree(drawCases(kind, CASES * times, seed));
  });

  // Past so many units the product of a step is drawn apart from the cell.
  test('recurrent with many units', async () => {
    await agree(drawCases('recurrent', CASES, seed).map(wider));
  });
});

function wider(one: Case): Case {
  return { ...one, shape: { ...one.shape, H: one.shape.H + 32 } };
}

function judge(found: Numbers, one: Case): void {
  const expected = runCase(createReferenceBackend(), one);
  const within = (numbers: Numbers, tolerance: number): void => {
    const { error, name } = largestError(found, numbers);
    expect(error, `${name} of ${JSON.stringify(one)}`).toBeLessThanOrEqual(tolerance);
  };
  const isTraining = one.subject.kind === 'training';
  within(expected, isTraining ? WEIGHT_TOLERANCE : TOLERANCE);
  if (isTraining) within({ losses: expected.losses, norms: expected.norms }, LOSS_TOLERANCE);
}
