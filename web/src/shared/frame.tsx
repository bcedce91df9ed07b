// What both pages have: the head, the message that the server is gone, the question for a key.
import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { connection, keyQuestion } from './api';
import { Icon } from './icons';
import { nextTheme, theme } from './theme';

const THEMES = { auto: ['auto', 'as the system'], light: ['sun', 'light'], dark: ['moon', 'dark'] } as const;

export function Frame({ page, children }: { page: 'studio' | 'dashboard'; children: ComponentChildren }) {
  const [icon, name] = THEMES[theme.value];
  return (
    <>
      <a class="skip" href="#main">Skip to the content</a>
      <header class="head">
        <a class="brand" href="/">
          <svg class="brand-mark" viewBox="0 0 32 32" aria-hidden="true">
            <rect width="32" height="32" rx="8" />
            <path d="M7 13v6M12 9v14M17 5.500v21M22 10.500v11M26.5 14v4" />
          </svg>
          <span class="brand-name">LiteTTS</span>
        </a>
        <nav aria-label="Pages">
          <a href="/" aria-current={page === 'studio' ? 'page' : undefined}>Studio</a>
          <a href="/dashboard" aria-current={page === 'dashboard' ? 'page' : undefined}>Dashboard</a>
        </nav>
        <button class="quiet icon-button" type="button" onClick={nextTheme} aria-label={`Colours: ${name}. Change`} title={`Colours: ${name}`}>
          <Icon name={icon} />
        </button>
      </header>
      <div role="status" aria-live="polite">
        {connection.value === 'gone' && (
          <p class="banner">The server does not answer. This page goes on by itself when it is back.</p>
        )}
      </div>
      <main id="main" tabIndex={-1}>{children}</main>
      <KeyDialog />
    </>
  );
}

// The document has a head of its own; drawing the rest in the same frame would hold it back. A page in the
// background gets no frames.
export function afterFirstPaint(begin: () => void): void {
  if (document.hidden) begin();
  else requestAnimationFrame(() => setTimeout(begin));
}

function KeyDialog() {
  const dialog = useRef<HTMLDialogElement>(null);
  const [key, setKey] = useState('');
  const question = keyQuestion.value;
  useEffect(() => {
    if (question) dialog.current?.showModal();
    else dialog.current?.close();
  }, [question]);
  return (
    <dialog ref={dialog} aria-labelledby="key-title" onCancel={() => question?.answer(null)}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          question?.answer(key.trim() || null);
          setKey('');
        }}
      >
        <h2 id="key-title">API key</h2>
        <p>This server answers only who has a key. It is kept until you close this tab.</p>
        <label class="field">
          Key
          <input type="password" autocomplete="off" value={key} required onInput={(event) => setKey(event.currentTarget.value)} />
        </label>
        <p class="problem" role="alert">{question?.wasWrong ? 'That key is not one of this server’s.' : ''}</p>
        <div class="row end">
          <button type="button" onClick={() => question?.answer(null)}>Cancel</button>
          <button type="submit" class="primary">Continue</button>
        </div>
      </form>
    </dialog>
  );
}
