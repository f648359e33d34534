/**
 * Writes src/operations.ts from the contract: which operations and events there are, where they live, and what they
 * mean. The types in it point at the contract; only what is needed while running is written out, so that neither
 * the contract nor zod ends up in a browser.
 *
 *   node tools/generate-operations.ts
 */
import { writeFile } from 'node:fs/promises'
import { allEvents, allOperations, featureOf } from '@parley/protocol/contract'
import type { Event, Operation } from '@parley/protocol/define'
import { errorCodes } from '@parley/protocol/errors'

const target = new URL('../src/operations.ts', import.meta.url)

/** The socket logs in with its handshake, so callers have no use for this one. */
const handshake = 'authenticate'

/** What an operation or event is called in its file of the contract: the SDK's method has the same name. */
async function exportNames(features: Iterable<string>) {
  const names = new Map<unknown, string>()
  for (const feature of features) {
    const members: Record<string, unknown> = await import(`@parley/protocol/${feature}`)
    for (const [name, value] of Object.entries(members)) names.set(value, name)
  }
  return names
}

/** `operations` would say little to somebody who uses the SDK. */
const namespaceOf = (feature: string) => (feature === 'operations' ? 'server' : feature)

const capitalised = (word: string) => word.charAt(0).toUpperCase() + word.slice(1)

function row(operation: Operation) {
  const { kind, name, access, rest } = operation
  const members = {
    kind,
    name,
    access,
    ...(rest && { method: rest.method, path: rest.path }),
    ...(rest?.produces && { produces: rest.produces }),
  }
  return `{ ${Object.entries(members)
    .map(([key, value]) => `${key}: '${value}'`)
    .join(', ')} }`
}

function comment(operation: Operation | Event) {
  const errors = operation.kind !== 'event' && operation.errors.length > 0 ? ` Errors: ${operation.errors.join(', ')}.` : ''
  return `/** ${operation.summary}.${errors} */`
}

/** The text of src/operations.ts, before formatting. */
export async function operationsSource() {
  const features = [...new Set([...allOperations, ...allEvents].map((definition) => featureOf(definition) ?? ''))]
  const names = await exportNames(features)
  const callable = allOperations.filter((operation) => operation.name !== handshake)
  const operationsIn = (feature: string) => callable.filter((operation) => featureOf(operation) === feature)
  const withOperations = features.filter((feature) => operationsIn(feature).length > 0)

  const interfaces = withOperations.map((feature) => {
    const methods = operationsIn(feature).map((operation) => {
      const name = names.get(operation)
      return `${comment(operation)}\n${name}: Method<typeof ${feature}.${name}>`
    })
    return `export interface ${capitalised(namespaceOf(feature))}Operations {\n${methods.join('\n')}\n}`
  })
  const tables = withOperations.map(
    (feature) =>
      `${namespaceOf(feature)}: {\n${operationsIn(feature)
        .map((operation) => `${names.get(operation)}: ${row(operation)},`)
        .join('\n')}\n},`,
  )
  const events = allEvents.map((event) => `${comment(event)}\n${event.name}: PayloadOf<typeof ${featureOf(event)}.${names.get(event)}>`)

  return `/** Written by tools/generate-operations.ts from the contract; a test compares the two. */
${features
  .toSorted()
  .map((feature) => `import type * as ${feature} from '@parley/protocol/${feature}'`)
  .join('\n')}
import type { PayloadOf } from '@parley/protocol/define'
import type { ErrorCode } from '@parley/protocol/errors'
import type { Method, OperationRow } from './method.ts'

${interfaces.join('\n\n')}

export interface Operations {
${withOperations.map((feature) => `${namespaceOf(feature)}: ${capitalised(namespaceOf(feature))}Operations`).join('\n')}
}

/** What the server sends by itself: event name → payload. */
export interface ServerEvents {
${events.join('\n')}
}

export const operationTable = {
${tables.join('\n')}
} as const satisfies { [Namespace in keyof Operations]: Record<keyof Operations[Namespace], OperationRow> }

/** Every error code of the server, with its HTTP status and whether the same request may succeed later. */
export const errorFacts: Record<ErrorCode, { readonly status: number; readonly retryable: boolean }> = {
${Object.entries(errorCodes)
  .map(([code, facts]) => `${code}: { status: ${facts.status}, retryable: ${'retryable' in facts} },`)
  .join('\n')}
}
`
}

if (import.meta.main) await writeFile(target, await operationsSource())
