import { describe, expect, it } from 'vitest';
import { modeReasonText, modeSentence } from '../../electron/engine/report/model-words.ts';
import { MODE_REASONS, type ModelCard } from '../../shared/domain/model.ts';

const card = (change: Partial<ModelCard>): ModelCard =>
  ({ mode: 'stream', ...change }) as ModelCard;

describe('why a model is of its mode', () => {
  it.each(MODE_REASONS)('is said in both languages where it is %s', (modeReason) => {
    expect(modeReasonText(card({ modeReason }), 'zh-CN')).toMatch(/^[\u4e00-\u9fff，]+$/);
    expect(modeReasonText(card({ modeReason }), 'en')).toMatch(/^[a-z ,]+$/);
  });

  it('follows the mode', () => {
    const named = card({ mode: 'reference', modeReason: 'range' });
    expect(modeSentence(named)).toBe('reference mode, a range is named as normal');
    expect(modeSentence(named, 'zh-CN')).toBe('参考式，已指定正常范围');
  });

  it('is left out of models of former versions', () => {
    expect(modeSentence(card({}))).toBe('stream mode');
    expect(modeReasonText(card({}), 'zh-CN')).toBe('');
  });
});
