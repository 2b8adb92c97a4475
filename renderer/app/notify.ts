/** Short messages over the view: what was done, with its undo, and what went wrong. */
import { ElMessage } from 'element-plus';
import 'element-plus/theme-chalk/el-message.css';
import { h } from 'vue';
import { Failure } from '../../shared/contract/failure.ts';
import { i18n } from './i18n/i18n.ts';
import { said } from './i18n/said.ts';

/** In the corner that holds no control. */
const PLACE = { duration: 8000, showClose: true, placement: 'bottom-right' } as const;

export function messageOf(error: unknown): string {
  return said(error instanceof Error ? error.message : String(error));
}

export function notify(text: string, action?: { label: string; run: () => void }): void {
  const content = h('span', { role: 'status' }, text);
  const message = ElMessage({
    ...PLACE,
    message: action ? h('span', { class: 'notice' }, [content, button()]) : content,
  });
  function button() {
    const onClick = (): void => {
      message.close();
      action!.run();
    };
    return h('button', { class: 'notice-action', type: 'button', onClick }, action!.label);
  }
}

export function notifyProblem(error: unknown): void {
  // The bar over the view tells of a lost connection.
  if (error instanceof Failure && error.code === 'lost') return;
  const text = i18n.global.t('problem', { message: messageOf(error) });
  ElMessage({ ...PLACE, type: 'error', message: text });
}
