/** AsyncAPI 3.0, built straight from the contract: every command with its acknowledgement, and every event. */
import { allEvents, allOperations } from '../contract.ts'
import type { Command, Event } from '../define.ts'
import { type ErrorCode, Failure, universalErrors } from '../errors.ts'
import { collectSchemas, type JsonObject } from './json-schema.ts'

type Schemas = ReturnType<typeof collectSchemas>

export interface AsyncApiOptions {
  readonly version: string
  /** Host and port, `localhost:3000` unless given. */
  readonly host?: string
}

const introduction = [
  'Live events over Socket.IO (protocol 5) on the default namespace; a plain WebSocket client does not understand it.',
  'Connect with `auth: { protocol: 1, token }`, a bearer header or the login’s cookie, or send `authenticate` within 10 s.',
  'A message’s name is the Socket.IO event’s name, its payload the event’s one argument. Commands are answered through the',
  'acknowledgement callback; without a callback a failure arrives as `error`. Sockets that name an older backend',
  '(`auth: { origin }`) speak that one’s events instead, which are not listed here.',
].join(' ')

const channel = { $ref: '#/channels/socket' }
const messageInChannel = (key: string) => ({ $ref: `#/channels/socket/messages/${key}` })
const acknowledgementOf = (name: string) => `${name}_acknowledgement`

function commandMessages({ name, summary, input, output }: Command, schemas: Schemas): [string, JsonObject][] {
  const success = schemas.output(output)
  return [
    [name, { name, title: name, summary, payload: schemas.input(input) }],
    [
      acknowledgementOf(name),
      {
        name: acknowledgementOf(name),
        title: `${name} acknowledged`,
        summary: 'The first argument of the callback, once it is done',
        payload: {
          ...success,
          properties: { success: { type: 'boolean', const: true }, ...(success.properties as JsonObject) },
          required: ['success', ...((success.required ?? []) as string[])],
        },
      },
    ],
  ]
}

function commandOperation({ name, summary, rate, errors, access }: Command): JsonObject {
  const codes = [...new Set<ErrorCode>([...errors, ...universalErrors])].map((code) => `\`${code}\``).join(', ')
  return {
    action: 'receive',
    channel,
    summary,
    description: `${access === 'public' ? 'Before authentication. ' : ''}At most ${rate.points} in ${rate.seconds} s. May fail with ${codes}.`,
    messages: [messageInChannel(name)],
    reply: { channel, messages: [messageInChannel(acknowledgementOf(name)), messageInChannel('failure')] },
  }
}

function eventOperation({ name, summary }: Event): JsonObject {
  return { action: 'send', channel, summary, messages: [messageInChannel(name)] }
}

function messagesOf(commands: readonly Command[], schemas: Schemas): JsonObject {
  return Object.fromEntries([
    ...commands.flatMap((command) => commandMessages(command, schemas)),
    [
      'failure',
      { name: 'failure', title: 'A command refused', summary: 'The first argument of the callback', payload: schemas.output(Failure) },
    ],
    ...allEvents.map(({ name, summary, payload }) => [name, { name, title: name, summary, payload: schemas.output(payload) }]),
  ])
}

/** The document that `/asyncapi.json` answers with; the same input gives the same bytes. */
export function buildAsyncApi({ version, host }: AsyncApiOptions): JsonObject {
  const schemas = collectSchemas({ mirrorIds: false })
  const commands = allOperations.flatMap((operation) => (operation.kind === 'command' ? [operation] : []))
  const messages = messagesOf(commands, schemas)
  return {
    asyncapi: '3.0.0',
    info: { title: 'Parley', version, description: introduction, license: { name: 'MIT' } },
    defaultContentType: 'application/json',
    servers: {
      parley: {
        host: host ?? 'localhost:3000',
        pathname: '/socket.io/',
        protocol: 'ws',
        description: 'Socket.IO 4 over WebSocket or HTTP long-polling; `wss` behind TLS',
        security: [{ $ref: '#/components/securitySchemes/bearer' }, { $ref: '#/components/securitySchemes/cookie' }],
      },
    },
    channels: {
      socket: {
        address: '/',
        title: 'The default namespace',
        messages: Object.fromEntries(Object.keys(messages).map((key) => [key, { $ref: `#/components/messages/${key}` }])),
      },
    },
    operations: Object.fromEntries([
      ...commands.map((command) => [command.name, commandOperation(command)]),
      ...allEvents.map((event) => [`on_${event.name}`, eventOperation(event)]),
    ]),
    components: {
      messages,
      schemas: schemas.named(),
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
        cookie: { type: 'httpApiKey', in: 'cookie', name: 'token' },
      },
    },
  }
}
