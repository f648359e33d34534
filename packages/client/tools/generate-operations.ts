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

/** A definition under the name that it has in its file of the contract; the SDK's method is called the same. */
interface Named<Definition> {
  readonly feature: string
  readonly name: string
  readonly definition: Definition
}

const features = [...new Set([...allOperations, ...allEvents].map((definition) => featureOf(definition) ?? ''))]

async function namesInContract() {
  const names = new Map<unknown, string>()
  for (const feature of features) {
    const contract = `@parley/protocol/${feature}`
    const members: Record<string, unknown> = await import(contract)
    for (const [name, value] of Object.entries(members)) names.set(value, name)
  }
  return names
}

/** Sorted by name, since a module's members have no order to rely on. */
function named<Definition extends Operation | Event>(definitions: readonly Definition[], names: Map<unknown, string>): Named<Definition>[] {
  return definitions
    .map((definition) => ({ feature: featureOf(definition) ?? '', name: names.get(definition) ?? '', definition }))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
}

/** `operations` would say little to somebody who uses the SDK. */
const namespaceOf = (feature: string) => (feature === 'operations' ? 'server' : feature)

const interfaceOf = (feature: string) => `${namespaceOf(feature).replace(/^./, (first) => first.toUpperCase())}Operations`

function comment({ summary, ...definition }: Operation | Event) {
  const errors = 'errors' in definition && definition.errors.length > 0 ? ` Errors: ${definition.errors.join(', ')}.` : ''
  return `/** ${summary}.${errors} */`
}

const importLines = () =>
  [
    ...features.map((feature) => ({ from: feature, what: `* as ${feature}` })),
    { from: 'define', what: '{ PayloadOf }' },
    { from: 'errors', what: '{ ErrorCode }' },
  ]
    .toSorted((a, b) => (a.from < b.from ? -1 : 1))
    .map(({ from, what }) => `import type ${what} from '@parley/protocol/${from}'`)

const methodLine = ({ feature, name, definition }: Named<Operation>) => `${comment(definition)}\n${name}: Method<typeof ${feature}.${name}>`

const eventLine = ({ feature, name, definition }: Named<Event>) =>
  `${comment(definition)}\n${definition.name}: PayloadOf<typeof ${feature}.${name}>`

function rowLine({ name, definition: { kind, name: wireName, access, rest } }: Named<Operation>) {
  const row = { kind, name: wireName, access, ...(rest && { method: rest.method, path: rest.path, produces: rest.produces }) }
  const members = Object.entries(row).filter(([, value]) => value !== undefined)
  return `${name}: { ${members.map(([key, value]) => `${key}: '${value}'`).join(', ')} },`
}

const errorLine = ([code, facts]: [string, object & { status: number }]) =>
  `${code}: { status: ${facts.status}, retryable: ${'retryable' in facts} },`

/** The text of src/operations.ts, before formatting. */
export async function operationsSource(): Promise<string> {
  const names = await namesInContract()
  const callable = allOperations.filter((operation) => operation.name !== handshake)
  const methods = Map.groupBy(named(callable, names), ({ feature }) => feature)
  const withOperations = features
    .map((feature) => ({ feature, operations: methods.get(feature) ?? [] }))
    .filter(({ operations }) => operations.length > 0)

  return `/** Written by tools/generate-operations.ts from the contract; a test compares the two. */
${importLines().join('\n')}
import type { Method, OperationRow } from './method.ts'

${withOperations.map(({ feature, operations }) => `export interface ${interfaceOf(feature)} {\n${operations.map(methodLine).join('\n')}\n}`).join('\n\n')}

export interface Operations {
${withOperations.map(({ feature }) => `${namespaceOf(feature)}: ${interfaceOf(feature)}`).join('\n')}
}

/** What the server sends by itself: event name → payload. */
export interface ServerEvents {
${named(allEvents, names).map(eventLine).join('\n')}
}

export const operationTable = {
${withOperations.map(({ feature, operations }) => `${namespaceOf(feature)}: {\n${operations.map(rowLine).join('\n')}\n},`).join('\n')}
} as const satisfies { [Namespace in keyof Operations]: Record<keyof Operations[Namespace], OperationRow> }

/** Every error code of the server, with its HTTP status and whether the same request may succeed later. */
export const errorFacts: Record<ErrorCode, { readonly status: number; readonly retryable: boolean }> = {
${Object.entries(errorCodes).map(errorLine).join('\n')}
}
`
}

if (import.meta.main) await writeFile(target, await operationsSource())
