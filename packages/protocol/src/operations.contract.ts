/** What operators, balancers and clients ask of the server itself. */
import { z } from 'zod'
import { event, route } from './define.ts'
import { Failure } from './errors.ts'
import { Timestamp, text } from './fields.ts'

const unlimited = { points: 1_000_000, seconds: 1 }

export const health = route('health', {
  summary: 'The service answers',
  access: 'public',
  rate: unlimited,
  input: z.strictObject({}),
  output: z.strictObject({ message: z.string(), timestamp: Timestamp, version: z.string(), uptime: z.number().describe('seconds') }),
  errors: [],
  rest: { method: 'GET', path: '/health' },
})

export const live = route('live', {
  summary: 'The process is alive; touches nothing',
  access: 'public',
  rate: unlimited,
  input: z.strictObject({}),
  output: z.strictObject({}),
  errors: [],
  rest: { method: 'GET', path: '/livez' },
})

export const ready = route('ready', {
  summary: 'Whether requests can be served: database and event loop; 503 where not. Without the bus other servers hear later',
  access: 'public',
  rate: unlimited,
  input: z.strictObject({}),
  output: z.strictObject({ checks: z.record(z.string(), z.enum(['ok', 'down'])), eventLoopLagMs: z.number() }),
  errors: [],
  rest: { method: 'GET', path: '/readyz' },
})

export const metrics = route('metrics', {
  summary: 'Prometheus metrics; from the machine itself, or with the METRICS_TOKEN as bearer',
  access: 'public',
  rate: unlimited,
  input: z.strictObject({}),
  output: z.string(),
  errors: [],
  rest: { method: 'GET', path: '/metrics', produces: 'text/plain' },
})

export const getConfig = route('getConfig', {
  summary: 'What a client needs to know before it logs in: login methods, limits, defaults',
  access: 'public',
  rate: { points: 240, seconds: 60 },
  input: z.strictObject({}),
  output: z.strictObject({
    config: z.strictObject({
      version: z.string(),
      loginMethods: z.array(z.enum(['password'])),
      password: z.strictObject({
        minLength: z.int(),
        classes: z.int().describe('Of lower case, upper case, digit and sign, how many kinds are needed'),
      }),
      limits: z.strictObject({
        messageLength: z.int(),
        pageSize: z.int(),
        groupMembers: z.int(),
        editWindowSeconds: z.int().describe('0: no limit'),
        requestBytes: z.int(),
      }),
      defaults: z.strictObject({ groupHistory: z.enum(['from_joining', 'all']) }),
    }),
  }),
  errors: [],
  rest: { method: 'GET', path: '/api/config' },
})

export const OutboxMessage = z
  .strictObject({
    id: z.string(),
    channel: z.enum(['mail', 'sms']),
    to: z.string(),
    subject: z.string().optional(),
    text: z.string(),
    html: z.string().optional(),
    code: z.string().optional(),
    createdAt: Timestamp,
  })
  .meta({ id: 'OutboxMessage' })
export type OutboxMessage = z.infer<typeof OutboxMessage>

export const devOutbox = route('devOutbox', {
  summary: 'Mail and SMS that would have been sent; HTML for browsers. Development only, from the machine itself',
  access: 'loopback',
  rate: unlimited,
  input: z.strictObject({ to: text(1, 254).optional() }),
  output: z.strictObject({ messages: z.array(OutboxMessage) }),
  errors: ['NOT_FOUND'],
  rest: { method: 'GET', path: '/dev/outbox', aliases: [{ method: 'GET', path: '/dev/outbox.json' }] },
})

export const errorEvent = event('error', {
  summary: 'A command sent without an acknowledgement callback failed',
  payload: Failure,
})

export const messageError = event('message_error', {
  summary: 'A send_message without an acknowledgement callback failed',
  payload: z.strictObject({ tempId: z.string().nullable(), error: z.string(), message: z.string(), code: z.string() }),
})

export const serverClosing = event('server_closing', {
  summary: 'The server is going down: reconnect after the given time, chosen at random per socket',
  payload: z.strictObject({ reconnectInMs: z.int() }),
})
