/** The dialog in which one thing is shown in detail, a station or an incident. Escape, its button and a click beside it close it. */
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { html } from "./html.ts";
import { useView } from "./view.ts";

interface DetailProps {
  /** What it shows: when that changes it starts at the top again, the dialog stays, and closing still returns to where it was opened. */
  readonly subject: string;
  readonly onClose: () => void;
  readonly children?: ComponentChildren;
}

export function Detail({ subject, onClose, children }: DetailProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const shown = useRef(subject);
  useEffect(() => {
    const element = dialog.current;
    if (element !== null && !element.open) element.showModal();
  }, []);
  useEffect(() => {
    if (shown.current === subject) return;
    shown.current = subject;
    dialog.current?.scrollTo(0, 0);
    // the link that led here is gone
    dialog.current?.querySelector<HTMLElement>(".close")?.focus();
  }, [subject]);
  const onBackdrop = (event: MouseEvent) => {
    if (event.target === dialog.current) dialog.current?.close();
  };
  return html`<dialog class="detail" ref=${dialog} aria-labelledby="detail-title" onClose=${onClose} onClick=${onBackdrop}>
    <div class="detail-body">${children}</div>
  </dialog>`;
}

interface DetailHeadProps {
  readonly title: string;
  readonly place?: string | undefined;
  readonly simulated: boolean;
  /** The state mark. */
  readonly children?: ComponentChildren;
}

export function DetailHead({ title, place, simulated, children }: DetailHeadProps) {
  const { words } = useView();
  const close = (event: MouseEvent) => (event.currentTarget as Element).closest("dialog")?.close();
  return html`<header>
      <div>
        <h2 id="detail-title">${title}</h2>
        ${place === undefined ? null : html`<p>${place}</p>`}
      </div>
      ${children}
      <button type="button" class="close" onClick=${close}>${words.panel.close}</button>
    </header>
    ${simulated ? html`<p class="simulated-line">DỮ LIỆU MÔ PHỎNG / SIMULATED</p>` : null}`;
}
