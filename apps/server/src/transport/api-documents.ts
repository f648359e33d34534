/** The contract as documents: OpenAPI, AsyncAPI, a page to read and try them, and what each error code means. */
import { buildAsyncApi } from '@parley/protocol/asyncapi'
import type { Alias } from '@parley/protocol/define'
import { errorCodes } from '@parley/protocol/errors'
import { buildOpenApi } from '@parley/protocol/openapi'
import scalar from '@scalar/fastify-api-reference'
import type { FastifyInstance } from 'fastify'

interface Documented {
  readonly version: string
  readonly publicUrl: string
  readonly origins: readonly { readonly name: string; readonly aliases: readonly Alias[] }[]
}

export async function serveApiDocuments(app: FastifyInstance, { version, publicUrl, origins }: Documented): Promise<void> {
  const openApi = JSON.stringify(buildOpenApi({ version, serverUrl: publicUrl, origins }))
  const asyncApi = JSON.stringify(buildAsyncApi({ version, host: new URL(publicUrl).host }))
  app.get('/openapi.json', (_, reply) => reply.type('application/json').send(openApi))
  app.get('/asyncapi.json', (_, reply) => reply.type('application/json').send(asyncApi))
  app.get('/docs', (_, reply) => reply.type('text/html; charset=utf-8').send(reference))
  app.get('/docs/errors', (_, reply) => reply.type('text/html; charset=utf-8').send(errors))
  // Only its script is used: the page that it would make carries an inline script, which our content security policy refuses.
  await app.register(scalar, { routePrefix: '/docs/reference', configuration: { url: '/openapi.json' } })
}

const head = (title: string) => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="/app/favicon.svg">
<title>${title} · Parley</title>`

/** Only what works without anybody else's servers. */
const configuration = JSON.stringify({
  ...{ withDefaultFonts: false, telemetry: false, hideClientButton: true, showDeveloperTools: 'never' },
  ...{ agent: { disabled: true }, mcp: { disabled: true } },
}).replaceAll('"', '&quot;')

const reference = `${head('API')}
</head>
<body>
<script id="api-reference" data-url="/openapi.json" data-configuration="${configuration}"></script>
<script src="/docs/reference/js/scalar.js"></script>
<noscript>This page needs JavaScript; the same is in <a href="/openapi.json">/openapi.json</a> and <a href="/asyncapi.json">/asyncapi.json</a>.</noscript>
</body>
</html>`

const errorRows = Object.entries(errorCodes).map(
  ([code, { status, message, ...rest }]) =>
    `<tr id="${code}"><td><code>${code}</code></td><td>${status}</td><td>${message}${'retryable' in rest ? ' May be retried.' : ''}</td></tr>`,
)

const errors = `${head('Errors')}
<style>
  :root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
  body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
  td, th { padding: 0.35rem 0.75rem; text-align: start; vertical-align: top; border-bottom: 1px solid light-dark(#ddd, #444); }
  tr:target { background: light-dark(#fff3bf, #5c4b00); }
</style>
</head>
<body>
<h1>Errors</h1>
<p>Every failed request answers with one of these codes, as <code>application/problem+json</code> over REST (RFC 9457) and in the acknowledgement over a socket.</p>
<table>
<thead><tr><th>Code</th><th>Status</th><th>Meaning</th></tr></thead>
<tbody>${errorRows.join('\n')}</tbody>
</table>
</body>
</html>`
