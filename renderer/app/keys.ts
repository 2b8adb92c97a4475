/** Keyboard commands of a view; keys typed into fields and dialogs stay there. */
import { onBeforeUnmount, onMounted } from 'vue';

export type KeyCommands = Readonly<Record<string, () => void>>;

export function useKeys(commands: () => KeyCommands): void {
  const onKey = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const command = commands()[key];
    if (!command) return;
    event.preventDefault();
    command();
  };
  onMounted(() => window.addEventListener('keydown', onKey));
  onBeforeUnmount(() => window.removeEventListener('keydown', onKey));
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  const field = 'input, textarea, select, [contenteditable], [role="combobox"], [role="dialog"]';
  return target.closest(field) !== null;
}
