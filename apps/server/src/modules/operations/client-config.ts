import type { OutputOf } from '@parley/protocol/define'
import type { getConfig } from '@parley/protocol/operations'

export type ClientConfig = OutputOf<typeof getConfig>['config']
