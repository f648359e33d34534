/** Whatever comes from outside is answered with a clear refusal, or done; it never breaks anything. Generated over the whole contract. */
import { randomUUID } from 'node:crypto'
import { listSessions } from '@parley/protocol/auth'
import { createGroup } from '@parley/protocol/chats'
import { allOperations } from '@parley/protocol/contract'
import type { Operation } from '@parley/protocol/define'
import { Failure, Problem } from '@parley/protocol/errors'
import { sendMessage } from '@parley/protocol/messages'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { World } from '../core/authz.ts'
import { authorisationRows } from './authorisation-rows.ts'
import { newPerson, type Person } from './client.ts'
import { startServer, type TestServer } from './server.ts'

type Members = Record<string, unknown>

const nested = (depth: number): unknown => JSON.parse(`${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`)

/** Values that no field takes as they are, or that some code is known to stumble over. */
const hostileValues: Record<string, unknown> = {
  null: null,
  'a number': 42,
  'a negative number': -1,
  'a fraction': 0.5,
  'a huge number': 1e308,
  true: true,
  'an object': { $gt: '' },
  'an array': [[]],
  'an empty string': '',
  'a NUL': 'a\u0000b',
  'a lone surrogate': 'a\ud800b',
  'a long string': 'x'.repeat(100_000),
  'a path': '../../etc/passwd',
  SQL: "'; drop table users; --",
  'a script': '<script>alert(1)</script>',
  'a deep object': nested(500),
  'an object that looks like its prototype': JSON.parse('{"__proto__":{"admin":true},"constructor":{"prototype":{}}}'),
  'a list of objects': Array.from({ length: 1000 }, () => ({})),
  'a forged id': randomUUID(),
  'white space': ' \t\n',
}

interface Mutation {
  readonly what: string
  readonly input: unknown
  /** Whether it can't be right, whatever the operation. */
  readonly surelyWrong: boolean
}

function mutationsOf(valid: Members): Mutation[] {
  const fields = Object.keys(valid)
  const perField = fields.flatMap((field): Mutation[] => {
    const { [field]: _, ...rest } = valid
    const hostile = Object.entries(hostileValues).map(([what, value]) => ({
      what: `${field}: ${what}`,
      input: { ...valid, [field]: value },
      surelyWrong: false,
    }))
    return [{ what: `${field}: missing`, input: rest, surelyWrong: false }, ...hostile]
  })
  const unknownFields = Object.entries(hostileValues).map(([what, value]) => ({
    what: `an unknown field: ${what}`,
    input: { ...valid, surprise: value },
    surelyWrong: true,
  }))
  const wholes = ['text', 42, true, [], [valid], null].map((input) => ({
    what: `instead of an object: ${JSON.stringify(input)}`,
    input,
    surelyWrong: false,
  }))
  return [...perField, ...unknownFields, ...wholes]
}

let server: TestServer
let bystander: Person
let outsider: Person

beforeAll(async () => {
  server = await startServer()
  ;[bystander, outsider] = await Promise.all([newPerson(server.url), newPerson(server.url)])
})
afterAll(() => server?.stop())

async function scene(): Promise<{ subject: Person; world: World }> {
  const subject = await newPerson(server.url)
  const { chat } = await subject.ask(createGroup, { name: 'Scene', memberIds: [bystander.id] })
  const { message } = await subject.ask(sendMessage, { chatId: chat.id, content: 'a message' })
  const { sessions } = await subject.ask(listSessions, {})
  const world = {
    subject: { ...subject, sessionId: sessions[0]?.id ?? '' },
    bystander,
    outsider,
    group: chat,
    message,
    unique: randomUUID().slice(0, 8),
  }
  return { subject, world }
}

const validInput = (definition: Operation, world: World): Members => {
  const row = authorisationRows.find((candidate) => candidate.kind === 'operation' && candidate.definition === definition)
  return row?.kind === 'operation' ? (row.input(world) as Members) : {}
}

/** Sends the input as it is, without the help of any schema. */
async function send({ rest }: Operation, input: unknown, token: string): Promise<{ status: number; problem: unknown }> {
  if (rest === undefined) throw new Error('no REST path')
  const members = typeof input === 'object' && input !== null && !Array.isArray(input) ? { ...(input as Members) } : null
  const asText = (value: unknown) => (typeof value === 'object' ? JSON.stringify(value) : String(value)).toWellFormed()
  const path = rest.path.replace(/:(\w+)/g, (_, key: string) => {
    const value = members?.[key]
    if (members !== null) delete members[key]
    return encodeURIComponent(asText(value)).slice(0, 4000) || '%20'
  })
  const query =
    rest.method === 'GET' && members !== null
      ? `?${new URLSearchParams(Object.entries(members).map(([key, value]) => [key, asText(value)]))}`
      : ''
  const response = await fetch(`${server.url}${path}${query.slice(0, 8000)}`, {
    method: rest.method,
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    ...(rest.method !== 'GET' && { body: JSON.stringify(members ?? input) }),
  })
  const body = await response.text()
  return { status: response.status, problem: response.ok ? null : JSON.parse(body) }
}

const named = (definitions: Operation[]) => definitions.map((definition) => [definition.name, definition] as const)

describe.each(named(allOperations.filter(({ rest }) => rest)))('%s over REST', (_, definition) => {
  test('bad input is a clear refusal that names the field, never a failure of ours', async () => {
    let stage = await scene()
    const mutations = mutationsOf(validInput(definition, stage.world))
    expect(mutations.length).toBeGreaterThanOrEqual(20)
    for (const { what, input, surelyWrong } of mutations) {
      const { status, problem } = await send(definition, input, stage.subject.token)
      expect(status, `${what}: ${JSON.stringify(problem)}`).toBeLessThan(500)
      if (status >= 400) {
        const { code, errors } = Problem.parse(problem)
        if (code === 'VALIDATION_FAILED') expect(errors?.[0]?.message, what).toBeTruthy()
      }
      if (surelyWrong && definition.rest?.method !== 'GET') expect(status, what).toBe(400)
      // What was taken may have ended the session, or the group.
      if (status < 300 || status === 401) stage = await scene()
    }
  })
})

describe.each(named(allOperations.filter(({ kind }) => kind === 'command')))('%s over a socket', (_, definition) => {
  test('bad input is a clear refusal in the acknowledgement, never a failure of ours', async () => {
    const stage = await scene()
    const socket = await stage.subject.connect()
    for (const { what, input, surelyWrong } of mutationsOf(validInput(definition, stage.world))) {
      const answer = await socket.command(definition, input)
      if (!answer.success) expect(Failure.parse(answer).code, what).not.toBe('INTERNAL')
      if (surelyWrong) expect(answer, what).toMatchObject({ success: false, code: 'VALIDATION_FAILED' })
    }
    expect(socket.socket.connected).toBe(true)
    socket.close()
  })
})

describe('what is not even a request', () => {
  const post = (path: string, body: string, headers: Record<string, string>) =>
    fetch(`${server.url}${path}`, { method: 'POST', body, headers })
  const get = async (path: string) => {
    const response = await fetch(`${server.url}${path}`, { headers: { authorization: `Bearer ${outsider.token}` } })
    return { status: response.status, problem: await response.json() }
  }

  test.each([
    ['broken JSON', '{"a":', 'application/json', 400, 'MALFORMED_JSON'],
    ['a forged prototype', '{"__proto__":{"a":1}}', 'application/json', 400, 'MALFORMED_JSON'],
    ['XML', '<a/>', 'application/xml', 415, 'UNSUPPORTED_MEDIA_TYPE'],
    ['a form', 'a=b', 'application/x-www-form-urlencoded', 415, 'UNSUPPORTED_MEDIA_TYPE'],
    ['10 MB', JSON.stringify({ username: 'x'.repeat(10_000_000) }), 'application/json', 413, 'PAYLOAD_TOO_LARGE'],
  ])('%s is refused', async (_, body, type, status, code) => {
    const response = await post('/api/auth/login', body, { 'content-type': type })
    const problem = Problem.parse(await response.json())
    expect(problem).toMatchObject({ status, code })
    expect(response.headers.get('content-type')).toContain('application/problem+json')
  })

  test.each(['/api/nothing', '/%ff', '/api/users/%00', '/app/../../etc/passwd', '//evil.example/%2e%2e'])('%s is a 4xx', async (path) => {
    const response = await fetch(`${server.url}${path}`)
    expect(response.status).toBeGreaterThanOrEqual(400)
    expect(response.status).toBeLessThan(500)
  })

  test.each(['constructor', '__proto__', 'toString', 'hasOwnProperty'])('a query that asks for %s is a 400', async (name) => {
    const { status, problem } = await get(`/api/users/search?q=a&${name}=1`)
    expect({ status, problem }).toMatchObject({ status: 400, problem: { code: 'VALIDATION_FAILED' } })
  })

  test('a cursor that no answer gave is a 400', async () => {
    const forged = (text: string) => Buffer.from(text).toString('base64url')
    const id = randomUUID()
    for (const moment of ['0000-01-01T00:00:00.000000Z', '9999-12-31T23:59:59.999999Z', '2026-02-29T00:00:00.000000Z', '24', '']) {
      for (const path of ['/api/chats', '/api/messages/starred', '/api/users/blocked']) {
        const { status } = await get(`${path}?before=${forged(`${moment} ${id}`)}`)
        expect(status, `${path} ${moment}`).toBe(moment.startsWith('9999') ? 200 : 400)
      }
    }
    for (const place of ['["a"]', '["a","b"]', `["\\u0000","${id}"]`, `["\\ud800","${id}"]`, '{}', '"']) {
      expect((await get(`/api/users/search?q=a&before=${forged(place)}`)).status, place).toBe(400)
    }
  })

  test('a command that does not exist is an error acknowledgement', async () => {
    const socket = await outsider.connect()
    for (const name of ['nothing', '__proto__', 'constructor', 'x'.repeat(10_000), 5]) {
      expect(await socket.socket.emitWithAck(name as string, {}), String(name)).toMatchObject({ success: false, code: 'UNKNOWN_COMMAND' })
    }
    socket.close()
  })

  test('a packet over the limit ends its own connection and nobody else’s', async () => {
    const [loud, quiet] = await Promise.all([outsider.connect(), bystander.connect()])
    loud.socket.emit('send_message', { content: 'x'.repeat(3_000_000) })
    await loud.closed
    expect(quiet.socket.connected).toBe(true)
    quiet.close()
  })
})
