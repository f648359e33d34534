import { createClient, webStorageTokens } from '@parley/client'

const demoKey = 'parley-demo-tokens'

const isDemoTab = location.pathname.startsWith('/app/demo/') || sessionStorage.getItem(demoKey) !== null

/**
 * The connection to the server. Everybody is logged in by a cookie that no script can read, except demo people:
 * their tokens are kept with the tab, so that two tabs can be two people.
 */
export const parley = isDemoTab
  ? createClient({ auth: 'bearer', tokenStore: webStorageTokens(sessionStorage, demoKey) })
  : createClient({ auth: 'cookie' })

/** What is kept of whoever is logged in lives as long as their login. */
export const ownStorage: Storage = isDemoTab ? sessionStorage : localStorage
