import { Parser } from '@asyncapi/parser'
import { Validator } from '@seriousme/openapi-schema-validator'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { allEvents, allOperations } from '../contract.ts'
import { errorCodes } from '../errors.ts'
import { sendMessage } from '../messages.contract.ts'
import { buildAsyncApi } from './asyncapi.ts'
import { collectSchemas } from './json-schema.ts'
import { buildOpenApi } from './openapi.ts'

interface OpenApi {
  paths: Record<string, Record<string, OpenApiOperation>>
  components: { schemas: Record<string, { properties: Record<string, unknown> }> }
}

interface OpenApiOperation {
  operationId?: string
  description: string
  parameters: { name: string; in: string; required: boolean }[]
  requestBody?: { required: boolean; content: { 'application/json': { schema: { properties: object; required?: string[] } } } }
  responses: Record<string, { content: Record<string, { schema: Record<string, unknown> }> }>
}

const openApi = buildOpenApi({ version: '1.2.3' }) as unknown as OpenApi
const asyncApi = buildAsyncApi({ version: '1.2.3' })

/** By id, however the contract grows. */
const operationCalled = (name: string): OpenApiOperation => {
  const found = Object.values(openApi.paths)
    .flatMap((item) => Object.values(item))
    .find(({ operationId }) => operationId === name)
  if (!found) throw new Error(`there is no operation ${name}`)
  return found
}

describe('the OpenAPI document', () => {
  test('is valid OpenAPI 3.1', async () => {
    const validator = new Validator()
    const result = await validator.validate({ ...structuredClone(openApi) })
    expect(result.errors).toBeUndefined()
    expect(result.valid).toBe(true)
    expect(validator.version).toBe('3.1')
  })

  test('the validator notices a document that is broken', async () => {
    const result = await new Validator().validate({ ...structuredClone(openApi), paths: { '/x': { get: { responses: { ok: {} } } } } })
    expect(result.valid).toBe(false)
  })

  test('lists every path of every REST operation, aliases too, and nothing else', () => {
    const documented = Object.entries(openApi.paths).flatMap(([path, item]) => Object.keys(item).map((method) => `${method} ${path}`))
    const mounted = allOperations
      .flatMap(({ rest }) => (rest ? [rest, ...(rest.aliases ?? [])] : []))
      .map(({ method, path }) => `${method.toLowerCase()} ${path.replace(/:(\w+)/g, '{$1}')}`)
    expect(documented.sort()).toEqual(mounted.sort())
  })

  test('lists the addresses of other backends, in the words of their clients, and stays valid', async () => {
    const input = z.object({ words: z.string() }).transform(({ words }) => ({ content: words }))
    const answer = { schema: z.strictObject({ words: z.string() }), from: () => ({ words: '' }) }
    const aliases = [{ operation: sendMessage, method: 'POST' as const, path: '/say/:chatId', input, answer }]
    const { paths, ...rest } = buildOpenApi({ version: '1.2.3', origins: [{ name: 'older', aliases }] }) as unknown as OpenApi
    expect((await new Validator().validate({ ...structuredClone({ ...rest, paths }) })).errors).toBeUndefined()
    const said = paths['/say/{chatId}']?.post as OpenApiOperation
    expect(said.operationId).toBeUndefined()
    expect(said.description).toContain('`POST /api/messages` as clients of older know it.')
    expect(said.requestBody?.content['application/json'].schema.properties).toEqual({ words: { type: 'string' } })
    expect(said.responses['201']?.content['application/json']?.schema).toMatchObject({ properties: { success: {}, words: {} } })
    expect(Object.keys(paths)).toHaveLength(Object.keys(openApi.paths).length + 1)
  })

  test('every reference leads somewhere', () => {
    const names = [...JSON.stringify(openApi).matchAll(/"#\/components\/schemas\/([^"]+)"/g)].map((match) => match[1])
    expect(names).toContain('Problem')
    expect(Object.keys(openApi.components.schemas)).toEqual(expect.arrayContaining(names))
  })

  test('puts an input into path and body for a PUT, into path and query for a GET', () => {
    const edit = operationCalled('edit_message')
    expect(edit.parameters).toMatchObject([{ name: 'messageId', in: 'path', required: true }])
    expect(edit.requestBody).toMatchObject({ required: true, content: { 'application/json': { schema: { required: ['content'] } } } })
    const list = operationCalled('listMessages')
    expect(list.parameters.map(({ name, in: place }) => `${place} ${name}`)).toEqual([
      'path chatId',
      'query before',
      'query after',
      'query around',
      'query page',
      'query limit',
    ])
    expect(list.requestBody).toBeUndefined()
  })

  test('a DELETE takes its input from the query or from the body', () => {
    const remove = operationCalled('delete_message')
    expect(remove.parameters).toMatchObject([{ name: 'messageId' }, { name: 'forEveryone', in: 'query', required: false }])
    expect(remove.requestBody?.required).toBe(false)
    expect(remove.requestBody?.content['application/json'].schema.properties).toHaveProperty('forEveryone')
  })

  test('names the headers and the other names of fields that are accepted', () => {
    const send = operationCalled('send_message')
    expect(send.parameters).toMatchObject([{ name: 'Idempotency-Key', in: 'header', required: false }])
    expect(send.description).toContain('`clientMessageId` is read as `tempId`')
  })

  test('answers carry success: true, and every id as _id too', () => {
    const answer = operationCalled('send_message').responses['201']?.content['application/json']?.schema
    expect(answer).toMatchObject({ properties: { success: { const: true }, message: { $ref: '#/components/schemas/Message' } } })
    for (const entity of ['Message', 'Chat', 'OwnUser', 'PublicUser']) {
      expect(openApi.components.schemas[entity]).toMatchObject({ properties: { _id: {} }, required: expect.arrayContaining(['_id']) })
    }
  })

  test('failures are problems, per status, with exactly the codes that come with it', () => {
    for (const { name, rest, errors } of allOperations) {
      if (!rest) continue
      for (const code of errors) {
        const answer = operationCalled(name).responses[String(errorCodes[code].status)]
        const schema = answer?.content['application/problem+json']?.schema as {
          allOf: [unknown, { properties: { code: { enum: string[] } } }]
        }
        expect(schema.allOf[1].properties.code.enum).toContain(code)
      }
    }
  })
})

describe('the AsyncAPI document', () => {
  test('is valid AsyncAPI 3.0', async () => {
    const { document, diagnostics } = await new Parser().parse(JSON.stringify(asyncApi))
    expect(diagnostics.filter(({ severity }) => severity === 0)).toEqual([])
    expect(document?.version()).toBe('3.0.0')
  })

  test('the parser notices a document that is broken', async () => {
    const { diagnostics } = await new Parser().parse(JSON.stringify({ ...asyncApi, operations: { x: { action: 'shout' } } }))
    expect(diagnostics.some(({ severity }) => severity === 0)).toBe(true)
  })

  test('receives every command and answers it, sends every event, and nothing else', () => {
    const operations = asyncApi.operations as Record<string, { action: string; reply?: { messages: { $ref: string }[] } }>
    const commands = allOperations.filter(({ kind }) => kind === 'command').map(({ name }) => name)
    expect(Object.keys(operations).sort()).toEqual([...commands, ...allEvents.map(({ name }) => `on_${name}`)].sort())
    for (const name of commands) {
      expect(operations[name]).toMatchObject({
        action: 'receive',
        reply: {
          messages: [{ $ref: `#/channels/socket/messages/${name}_acknowledgement` }, { $ref: '#/channels/socket/messages/failure' }],
        },
      })
    }
    for (const { name } of allEvents) expect(operations[`on_${name}`]?.action).toBe('send')
  })

  test('socket payloads carry no _id', () => {
    expect(JSON.stringify(asyncApi)).not.toContain('"_id"')
  })
})

test('a schema whose input and output differ needs two ids', () => {
  const schemas = collectSchemas({ mirrorIds: false })
  const Differing = z.strictObject({ size: z.int().default(1) }).meta({ id: 'Differing' })
  schemas.input(Differing)
  expect(() => schemas.output(Differing)).toThrow('Differing')
})
