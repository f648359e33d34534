/** OpenAPI 3.1, built straight from the contract: what is documented is what is mounted. */
import type { z } from 'zod'
import { allOperations, featureOf } from '../contract.ts'
import { type Alias, type Operation, type RestBinding, restOf } from '../define.ts'
import { type ErrorCode, errorCodes, Problem, universalErrors } from '../errors.ts'
import { collectSchemas, type JsonObject } from './json-schema.ts'

type Schemas = ReturnType<typeof collectSchemas>
type RestOperation = Operation & { readonly rest: RestBinding }

export interface OpenApiOptions {
  readonly version: string
  /** Where the server is reached; the page's own address unless given. */
  readonly serverUrl?: string
  /** The older backends whose addresses answer as well. */
  readonly origins?: readonly { readonly name: string; readonly aliases: readonly Alias[] }[]
}

const introduction = [
  'Everything that Parley’s own clients use. Successful answers are `{ "success": true, … }`; failures are',
  '`application/problem+json` (RFC 9457) with a stable `code`. Ids are UUIDs, and every `id` in an answer is repeated as `_id`.',
  'Times are ISO 8601 in UTC, sizes are bytes. Live events travel over Socket.IO: see /asyncapi.json.',
].join(' ')

const rateHeaders = {
  RateLimit: { $ref: '#/components/headers/RateLimit' },
  'RateLimit-Policy': { $ref: '#/components/headers/RateLimitPolicy' },
}

const headers = {
  RateLimit: { description: 'What is left: `"operation";r=remaining;t=seconds until more`', schema: { type: 'string' } },
  RateLimitPolicy: { description: 'The limit: `"operation";q=requests;w=seconds`', schema: { type: 'string' } },
  RetryAfter: { description: 'Seconds to wait before trying again', schema: { type: 'integer' } },
}

const securitySchemes = {
  bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: 'The access token of a login' },
  cookie: {
    type: 'apiKey',
    in: 'cookie',
    name: 'token',
    description: 'Set by every login. Writes must come from an allowed `Origin`; `X-CSRF-Token` where the server demands it.',
  },
}

const hasRest = (operation: Operation): operation is RestOperation => operation.rest !== undefined
const parametersIn = (path: string): string[] => [...path.matchAll(/:(\w+)/g)].map((match) => match[1] as string)
const openApiPath = (path: string): string => path.replace(/:(\w+)/g, '{$1}')
const headerCase = (name: string): string => name.replace(/(^|-)[a-z]/g, (letter) => letter.toUpperCase())

/** An input's members in the places where REST carries them. */
function splitInput({ rest, input }: RestOperation, path: string, method: string, schemas: Schemas) {
  const whole = schemas.input(input)
  const members = Object.entries((whole.properties ?? {}) as Record<string, JsonObject>)
  const required = new Set((whole.required ?? []) as string[])
  const inPath = new Set(parametersIn(path))
  const rests = members.filter(([name]) => !inPath.has(name))
  const inQuery = method === 'GET' || method === 'DELETE' ? rests : []
  const parameters = [
    ...members.filter(([name]) => inPath.has(name)).map(([name, schema]) => ({ name, in: 'path', required: true, schema })),
    ...inQuery.map(([name, schema]) => ({ name, in: 'query', required: required.has(name), schema })),
    ...Object.entries(rest.headers ?? {}).map(([header, field]) => ({
      name: headerCase(header),
      in: 'header',
      required: false,
      description: `The same as \`${field}\` in the body, which takes precedence`,
      schema: members.find(([name]) => name === field)?.[1] ?? {},
    })),
  ]
  const hasBody = method !== 'GET' && rests.length > 0
  const needed = rests.map(([name]) => name).filter((name) => required.has(name))
  const body = { ...whole, properties: Object.fromEntries(rests), required: needed }
  if (needed.length === 0) Reflect.deleteProperty(body, 'required')
  // A DELETE's members may stand in either place, so neither is required by itself.
  return { parameters, ...(hasBody && { requestBody: { required: method !== 'DELETE' && needed.length > 0, content: json(body) } }) }
}

const json = (schema: JsonObject) => ({ 'application/json': { schema } })

function success({ rest, output, summary }: RestOperation, schemas: Schemas): JsonObject {
  const schema = schemas.output(output)
  const content =
    rest.produces === undefined
      ? json({
          ...schema,
          properties: { success: { type: 'boolean', const: true }, ...(schema.properties as JsonObject) },
          required: ['success', ...((schema.required ?? []) as string[])],
        })
      : { [rest.produces]: { schema } }
  return { description: summary, headers: rateHeaders, content }
}

/** One answer per status, naming the codes that come with it. */
function failures({ errors }: Operation): JsonObject {
  const codes = [...new Set<ErrorCode>([...errors, ...universalErrors])]
  const statuses = [...new Set(codes.map((code) => errorCodes[code].status))].sort((a, b) => a - b)
  return Object.fromEntries(
    statuses.map((status) => {
      const here = codes.filter((code) => errorCodes[code].status === status)
      const waits = status === 429 || status === 503
      const answer = {
        description: here.map((code) => `\`${code}\`: ${errorCodes[code].message}`).join('\n\n'),
        ...(waits && { headers: { 'Retry-After': { $ref: '#/components/headers/RetryAfter' } } }),
        content: {
          'application/problem+json': {
            schema: { allOf: [{ $ref: '#/components/schemas/Problem' }, { properties: { code: { enum: here } } }] },
          },
        },
      }
      return [String(status), answer]
    }),
  )
}

const accessNotes = { public: 'Needs no login.', user: 'Needs a login.', loopback: 'Answers the machine itself only, never in production.' }

function describe({ access, rate, rest }: RestOperation): string {
  const otherNames = Object.entries(rest.fields ?? {}).map(([alias, field]) => `\`${alias}\` is read as \`${field}\`.`)
  return [accessNotes[access], `At most ${rate.points} requests in ${rate.seconds} s.`, ...otherNames].join(' ')
}

/** One address of an operation, with what goes in and comes out there. */
interface Address {
  readonly operation: RestOperation
  readonly tag: string | undefined
  /** What else it is, where it's not the operation's own address. */
  readonly note: string | null
}

function operationAt({ operation, tag, note }: Address, schemas: Schemas): JsonObject {
  const { name, summary, access, rest } = operation
  return {
    ...(note === null ? { operationId: name } : {}),
    summary,
    description: note === null ? describe(operation) : `${note} ${describe(operation)}`,
    tags: [tag],
    security: access === 'user' ? [{ bearer: [] }, { cookie: [] }] : [],
    ...splitInput(operation, rest.path, rest.method, schemas),
    responses: { [String(rest.status ?? 200)]: success(operation, schemas), ...failures(operation) },
  }
}

function ownAddresses(operation: RestOperation): Address[] {
  const { rest } = operation
  const others = (rest.aliases ?? []).map((alias) => ({
    operation: { ...operation, rest: { ...rest, ...alias } },
    tag: featureOf(operation),
    note: `Another address of \`${rest.method} ${rest.path}\`.`,
  }))
  return [{ operation, tag: featureOf(operation), note: null }, ...others]
}

function addressIn(origin: string, alias: Alias): Address {
  const { operation, input, answer } = alias
  const shapes = { input: input ?? operation.input, output: answer?.schema ?? operation.output }
  return {
    operation: { ...operation, ...shapes, rest: restOf(alias) } as RestOperation,
    tag: featureOf(operation),
    note: `\`${operation.rest?.method} ${operation.rest?.path}\` as clients of ${origin} know it.`,
  }
}

function pathsOf(addresses: readonly Address[], schemas: Schemas): Record<string, JsonObject> {
  const paths: Record<string, JsonObject> = {}
  for (const address of addresses) {
    const { method, path } = address.operation.rest
    const key = openApiPath(path)
    paths[key] = { ...paths[key], [method.toLowerCase()]: operationAt(address, schemas) }
  }
  return paths
}

/** The document that `/openapi.json` answers with; the same input gives the same bytes. */
export function buildOpenApi({ version, serverUrl, origins = [] }: OpenApiOptions): JsonObject {
  const schemas = collectSchemas({ mirrorIds: true })
  schemas.output(Problem satisfies z.ZodType)
  const operations = allOperations.filter(hasRest)
  const foreign = origins.flatMap(({ name, aliases }) => aliases.map((alias) => addressIn(name, alias)))
  const paths = pathsOf([...operations.flatMap(ownAddresses), ...foreign], schemas)
  return {
    openapi: '3.1.0',
    info: { title: 'Parley', version, description: introduction, license: { name: 'MIT', identifier: 'MIT' } },
    servers: [{ url: serverUrl ?? '/' }],
    tags: [...new Set(operations.map(featureOf))].map((name) => ({ name })),
    paths,
    components: { schemas: schemas.named(), headers, securitySchemes },
  }
}
