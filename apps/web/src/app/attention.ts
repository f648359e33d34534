import { useSyncExternalStore } from 'react'

function subscribe(changed: () => void) {
  const changes = new AbortController()
  for (const target of [window, document]) {
    for (const name of ['focus', 'blur', 'visibilitychange']) target.addEventListener(name, changed, { signal: changes.signal })
  }
  return () => changes.abort()
}

/** Whether somebody may be looking: the page is in sight and has the focus. */
export const useAttention = (): boolean =>
  useSyncExternalStore(subscribe, () => document.visibilityState === 'visible' && document.hasFocus())
