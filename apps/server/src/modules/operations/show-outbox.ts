import type { OutputOf } from '@parley/protocol/define'
import type { devOutbox as contract, OutboxMessage } from '@parley/protocol/operations'
import { type Call, TextAnswer } from '../../core/call.ts'
import type { OperationsDeps } from './operations.deps.ts'

/** What would have been mailed or texted, the newest first: a page for browsers, JSON for everything else. */
export async function showOutbox(
  { input, request }: Call<typeof contract>,
  deps: OperationsDeps,
): Promise<OutputOf<typeof contract> | TextAnswer> {
  const messages = await deps.outbox.list(input.to)
  if (!request.http?.header('accept')?.includes('text/html')) return { messages }
  return new TextAnswer('text/html; charset=utf-8', page(messages), { 'cache-control': 'no-store' })
}

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }
const escapeHtml = (text: string) => text.replace(/[&<>"']/g, (character) => entities[character] ?? '')

const article = ({ channel, to, subject, text, code, createdAt }: OutboxMessage) => `
  <article>
    <h2>${escapeHtml(subject ?? 'Text message')}</h2>
    <p class="facts">${channel === 'mail' ? 'Mail' : 'SMS'} to <strong>${escapeHtml(to)}</strong> · <time datetime="${createdAt}">${createdAt}</time></p>
    ${code === undefined ? '' : `<p>Code: <code>${escapeHtml(code)}</code></p>`}
    <pre>${escapeHtml(text)}</pre>
  </article>`

const page = (messages: readonly OutboxMessage[]) => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Outbox · Parley</title>
<style>
  :root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
  body { max-width: 44rem; margin: 2rem auto; padding: 0 1rem; }
  article { border: 1px solid light-dark(#ddd, #444); border-radius: 0.75rem; padding: 1rem 1.25rem; margin: 1rem 0; }
  h2 { font-size: 1.1rem; margin: 0; }
  .facts { color: light-dark(#555, #aaa); margin: 0.25rem 0 0.75rem; overflow-wrap: anywhere; }
  pre { white-space: pre-wrap; overflow-wrap: anywhere; font: inherit; margin: 0; }
</style>
</head>
<body>
<h1>Outbox</h1>
<p>Mail and text messages that would have been sent, the newest first. Shown in development only, to this machine only.</p>
<form><label>To <input name="to" placeholder="address or number"></label> <button>Filter</button></form>
${messages.length === 0 ? '<p>Nothing here yet.</p>' : messages.map(article).join('')}
</body>
</html>`
