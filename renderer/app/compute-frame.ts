/**
 * The page that computes as a hidden frame of the browser shell: WebGL lives only in pages. The
 * desktop shell has a hidden window for it instead.
 */
export function openComputeFrame(): void {
  if (window.offbeat) return;
  const frame = document.createElement('iframe');
  frame.src = './compute.html';
  frame.hidden = true;
  frame.title = 'Offbeat computes';
  frame.setAttribute('aria-hidden', 'true');
  document.body.append(frame);
}
