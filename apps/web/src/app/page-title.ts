import { useEffect } from 'react'

/** Names the browser's tab, and so the screen to those who hear it. */
export function usePageTitle(title: string) {
  useEffect(() => {
    document.title = `${title} · Parley`
  }, [title])
}
