import type { Page } from 'playwright-core'
import type { RunningServer } from './server-process.ts'

/** How the screens are gone through. */
export interface Visit {
  /** A new person's page, in the look that is wanted. */
  newPage(): Promise<Page>
  /** It's killed and started again on the way. */
  server: Pick<RunningServer, 'kill' | 'start'>
  /** Called at each screen. */
  show(screen: string, page: Page): Promise<void>
}
