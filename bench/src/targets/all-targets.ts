/** Every target of the bench: why it may be missing here, and how it is started. */
import { startEjabberd, withoutEjabberd } from './ejabberd.ts'
import { here, ParleyTarget, withoutParley } from './parley.ts'
import { startProsody, withoutProsody } from './prosody.ts'
import { startBareWs, startSocketIo } from './relay.ts'
import type { BeforeName, ParleyName, Target, TargetName } from './target.ts'

export interface Launch {
  /** The checkout whose server those run that are compared with this one. */
  readonly before: string | null
  /** Where this checkout's servers leave their CPU profiles when they end. */
  readonly profile: string | null
}

interface Startable {
  /** Why it can't run here; null where it can. */
  missing(): string | null
  start(launch: Launch): Promise<Target>
}

const parley = (setup: ParleyName): Startable => ({
  missing: () => withoutParley(setup),
  start: ({ profile }) => ParleyTarget.start({ name: setup, setup, checkout: here, profile }),
})

function parleyBefore(setup: ParleyName): Startable {
  const name: BeforeName = `${setup}-before`
  return {
    missing: () => withoutParley(setup),
    async start({ before }) {
      if (before === null) throw new Error(`unable to start ${name}; nothing says where its checkout is`)
      return await ParleyTarget.start({ name, setup, checkout: before, profile: null })
    },
  }
}

export const targets: Readonly<Record<TargetName, Startable>> = {
  'parley-embedded': parley('parley-embedded'),
  'parley-postgres': parley('parley-postgres'),
  'parley-cluster': parley('parley-cluster'),
  'parley-embedded-before': parleyBefore('parley-embedded'),
  'parley-postgres-before': parleyBefore('parley-postgres'),
  'parley-cluster-before': parleyBefore('parley-cluster'),
  socketio: { missing: () => null, start: startSocketIo },
  ws: { missing: () => null, start: startBareWs },
  ejabberd: { missing: withoutEjabberd, start: startEjabberd },
  prosody: { missing: withoutProsody, start: startProsody },
}
