/** The JSON Schema of zod schemas inside a larger document, with everything that has an id of its own kept once, as a component. */
import { z } from 'zod'

export type JsonObject = { [member: string]: unknown }

interface Schemas {
  /** What a caller may send: defaults left out, coercions undone. */
  input(schema: z.ZodType): JsonObject
  /** What comes back. */
  output(schema: z.ZodType): JsonObject
  /** All named schemas that the calls so far have met, for `components.schemas`. */
  named(): JsonObject
}

interface Options {
  /** REST answers carry every `id` as `_id` too. */
  readonly mirrorIds: boolean
}

const isObject = (value: unknown): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value)

/** A schema as the document shows it: references lead to the components, and where a format says it, no pattern repeats it. */
function adapt(value: unknown, mirrorIds: boolean): unknown {
  if (Array.isArray(value)) return value.map((member) => adapt(member, mirrorIds))
  if (!isObject(value)) return value
  const schema = Object.fromEntries(Object.entries(value).map(([key, member]) => [key, adapt(member, mirrorIds)])) as JsonObject
  if (typeof schema.$ref === 'string') schema.$ref = schema.$ref.replace('#/$defs/', '#/components/schemas/')
  if (typeof schema.format === 'string') delete schema.pattern
  if (mirrorIds && isObject(schema.properties) && isObject(schema.properties.id)) {
    schema.properties._id = { ...schema.properties.id, description: 'The same as `id`' }
    if (Array.isArray(schema.required) && schema.required.includes('id')) schema.required = [...schema.required, '_id']
  }
  return schema
}

export function collectSchemas({ mirrorIds }: Options): Schemas {
  const components = new Map<string, { schema: JsonObject; text: string }>()

  function remember(name: string, schema: JsonObject): void {
    const text = JSON.stringify(schema)
    const known = components.get(name)
    if (known !== undefined && known.text !== text) {
      throw new Error(`unable to describe ${name}; its input and its output differ, so each needs an id of its own`)
    }
    components.set(name, { schema, text })
  }

  function convert(schema: z.ZodType, io: 'input' | 'output'): JsonObject {
    // Inside another object a schema with an id becomes a reference, wherever it stands.
    const whole = adapt(z.toJSONSchema(z.object({ schema }), { io }), mirrorIds && io === 'output') as JsonObject
    for (const [name, definition] of Object.entries((whole.$defs ?? {}) as Record<string, JsonObject>)) remember(name, definition)
    return (whole.properties as Record<string, JsonObject>).schema as JsonObject
  }

  return {
    input: (schema) => convert(schema, 'input'),
    output: (schema) => convert(schema, 'output'),
    named: () => Object.fromEntries([...components].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, { schema }]) => [name, schema])),
  }
}
