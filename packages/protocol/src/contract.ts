/** The whole contract: what is mounted, documented, authorised and typed is what stands in these lists. */
import * as auth from './auth.contract.ts'
import * as chats from './chats.contract.ts'
import type { Command, Event, Operation, Route } from './define.ts'
import * as messages from './messages.contract.ts'
import * as operations from './operations.contract.ts'
import * as presence from './presence.contract.ts'
import * as streams from './streams.contract.ts'
import * as users from './users.contract.ts'

const features = { operations, auth, users, chats, messages, streams, presence }

export type Feature = keyof typeof features

type Definition = Route | Command | Event

const isDefinition = (value: unknown): value is Definition =>
  typeof value === 'object' && value !== null && 'kind' in value && ['route', 'command', 'event'].includes(value.kind as string)

/** Every definition with the feature it belongs to; by name, since the order of a module's exports depends on what loads it. */
const definitions = Object.entries(features).flatMap(([feature, members]) =>
  Object.values(members)
    .filter(isDefinition)
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map((definition) => ({ feature: feature as Feature, definition })),
)

export const operationsOf = (feature: Feature): Operation[] =>
  definitions.filter((entry) => entry.feature === feature).flatMap(({ definition }) => (definition.kind === 'event' ? [] : [definition]))

export const allOperations: Operation[] = (Object.keys(features) as Feature[]).flatMap(operationsOf)

export const allEvents: Event[] = definitions.flatMap(({ definition }) => (definition.kind === 'event' ? [definition] : []))

export const featureOf = (wanted: Definition): Feature | undefined => definitions.find(({ definition }) => definition === wanted)?.feature
