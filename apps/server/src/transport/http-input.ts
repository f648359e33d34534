import type { Operation, RestBinding } from '@parley/protocol/define'
import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { AppError } from '../core/errors.ts'

type Members = Record<string, unknown>

const asMembers = (value: unknown): Members => {
  if (value === undefined || value === null) return {}
  if (typeof value !== 'object' || Array.isArray(value)) {
    throw new AppError('VALIDATION_FAILED', {
      message: 'The body must be a JSON object.',
      fields: [{ field: '', message: 'must be an object' }],
    })
  }
  return value as Members
}

/** Queries carry text; where the schema refuses the text but takes the number or boolean it spells, that's what was meant. */
function fromText(schema: z.ZodType | undefined, value: unknown): unknown {
  if (schema === undefined || typeof value !== 'string' || schema.safeParse(value).success) return value
  if (/^-?\d{1,15}$/.test(value)) return Number(value)
  if (value === 'true' || value === 'false') return value === 'true'
  return value
}

function rename(members: Members, fields: RestBinding['fields']): Members {
  if (fields === undefined) return members
  return Object.fromEntries(
    Object.entries(members).map(([key, value]) => {
      const name = Object.hasOwn(fields, key) ? fields[key] : undefined
      return [name !== undefined && !Object.hasOwn(members, name) ? name : key, value]
    }),
  )
}

/** Path parameters, query, body and headers of a request as the one input that the operation's schema describes. */
export function readInput(definition: Operation, rest: RestBinding, request: FastifyRequest): Members {
  const schema = definition.input
  const shape: Record<string, z.ZodType> = schema instanceof z.ZodObject ? schema.shape : {}
  const query = rest.method === 'GET' || rest.method === 'DELETE' ? rename(asMembers(request.query), rest.fields) : {}
  const fieldOf = (key: string) => (Object.hasOwn(shape, key) ? shape[key] : undefined)
  const queried = Object.fromEntries(Object.entries(query).map(([key, value]) => [key, fromText(fieldOf(key), value)]))
  const body = rest.method === 'GET' ? {} : rename(asMembers(request.body), rest.fields)
  const headers: Members = {}
  for (const [header, field] of Object.entries(rest.headers ?? {})) {
    if (request.headers[header] !== undefined && body[field] === undefined) headers[field] = request.headers[header]
  }
  return { ...headers, ...queried, ...body, ...asMembers(request.params) }
}
