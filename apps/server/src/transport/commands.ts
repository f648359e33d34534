/** What sockets may say and what is done then: the native commands, and each family's words for them. */
import type { Binding, Viewer } from '../core/call.ts'
import { TextAnswer } from '../core/call.ts'
import { AppError } from '../core/errors.ts'
import { checkAnswer, type Doors, pass, validate } from './doors.ts'
import type { Family, FamilyCommand } from './families.ts'
import { contextOf, emit, type ParleySocket } from './parley-socket.ts'
import { Resends } from './resends.ts'

/** What a socket said, as what it was then. */
export interface Spoken {
  readonly family: Family | null
  readonly name: string
  readonly input: unknown
  readonly viewer: Viewer
}

export class Commands {
  readonly #bindings: ReadonlyMap<string, Binding>
  readonly #resends = new Resends()

  constructor(bindings: readonly Binding[], families: readonly Family[]) {
    const commands = bindings.filter(({ definition }) => definition.kind === 'command')
    this.#bindings = new Map(commands.map((binding) => [binding.definition.name, binding]))
    const needed = families.flatMap((family) => [...family.commands.values()].map(({ native }) => native))
    for (const { name } of [...needed, ...families.flatMap(({ openings }) => openings.map(({ command }) => command))]) this.#bindingOf(name)
  }

  /** Passes it through the doors that the native command has. Returns the members of the acknowledgement. */
  async run(doors: Doors, socket: ParleySocket, { family, name, input, viewer }: Spoken): Promise<object> {
    if (family !== null) return this.#translated(doors, socket, family, { name, input, viewer })
    const binding = this.#bindings.get(name)
    if (binding === undefined) throw unknown(name, 'see /asyncapi.json.')
    return this.#pass(doors, socket, binding, { viewer, input: () => input ?? {} })
  }

  /** Says what clients of a socket's family don't say themselves. They can do without: what fails is logged. */
  async open(doors: Doors, socket: ParleySocket): Promise<void> {
    const { family, viewer } = socket.data
    if (family === null || viewer === null) return
    try {
      for (const { command, input, events } of family.openings) {
        const output = await this.#pass(doors, socket, this.#bindingOf(command.name), { viewer, input: () => input })
        for (const { event, payload } of events(output as never)) emit(socket, event, payload)
      }
    } catch (error) {
      doors.log.warn({ err: error, family: family.name }, 'unable to say what clients of another backend leave unsaid')
    }
  }

  async #translated(doors: Doors, socket: ParleySocket, family: Family, { name, input, viewer }: Omit<Spoken, 'family'>): Promise<object> {
    const command = family.commands.get(name)
    if (command === undefined) throw unknown(name, `clients of ${family.name} have ${[...family.commands.keys()].join(', ')}.`)
    const { native, answer } = command
    const ownId = ownIdIn(command, input)
    const output = await this.#pass(doors, socket, this.#bindingOf(native.name), {
      viewer,
      input: () => {
        const payload = validate(command.input, input ?? {}) as object
        if (ownId === null) return payload
        return { tempId: this.#resends.idFor({ userId: viewer.userId, connection: socket.id, ownId, payload }), ...payload }
      },
    })
    const told = answer === undefined ? output : checkAnswer(doors, name, answer.schema, answer.from(output as never))
    return ownId === null ? told : { ...told, tempId: ownId }
  }

  async #pass(doors: Doors, socket: ParleySocket, binding: Binding, asked: { viewer: Viewer; input: () => unknown }): Promise<object> {
    const output = await pass(doors, binding, { ...asked, context: contextOf(socket) })
    if (output instanceof TextAnswer) throw new AppError('INTERNAL')
    return output
  }

  #bindingOf(name: string): Binding {
    const binding = this.#bindings.get(name)
    if (binding === undefined) throw new Error(`unable to serve a family; nothing answers ${name}`)
    return binding
  }
}

const unknown = (name: string, help: string) =>
  new AppError('UNKNOWN_COMMAND', { message: `There is no command "${name.slice(0, 50)}"; ${help}` })

/** The longest id of a client's own that is told back, in characters. */
const longestOwnId = 200

function ownIdIn({ ownIds = [] }: FamilyCommand, input: unknown): string | null {
  const members = Object(input) as Record<string, unknown>
  const given = ownIds.filter((name) => Object.hasOwn(members, name)).map((name) => members[name])
  const ownId = given.find((value) => typeof value === 'string' && value !== '' && value.length <= longestOwnId)
  return (ownId as string | undefined) ?? null
}
