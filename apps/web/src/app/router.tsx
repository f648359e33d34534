import { createRootRoute, createRoute, createRouter, lazyRouteComponent, Outlet, redirect } from '@tanstack/react-router'
import { sessionQuery } from '../features/auth/session.ts'
import { ChatScreen } from '../features/chats/chat-screen.tsx'
import { NothingOpen } from '../features/chats/nothing-open.tsx'
import { BrokenScreen, NotFoundScreen, WaitingScreen } from './dead-ends.tsx'
import { HomeScreen } from './home-screen.tsx'
import { queryClient } from './query-client.ts'

const whoAmI = () => queryClient.ensureQueryData(sessionQuery)

/** Screens for those who are nobody yet: whoever is logged in goes on to the chats. */
async function outsideOnly() {
  if (await whoAmI()) throw redirect({ to: '/', replace: true })
}

/** After the login one comes back to a screen of this page, and nowhere else. */
const ownPath = (value: unknown): string | undefined => (typeof value === 'string' && /^\/chats\/[\w-]+$/.test(value) ? value : undefined)

const rootRoute = createRootRoute({ component: Outlet })

const loginRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/login',
  validateSearch: (search): { next?: string; ended?: boolean } => {
    const next = ownPath(search.next)
    return { ...(next !== undefined && { next }), ...(search.ended === true && { ended: true }) }
  },
  beforeLoad: outsideOnly,
  component: lazyRouteComponent(() => import('../features/auth/login-screen.tsx'), 'LoginScreen'),
})

const registerRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/register',
  beforeLoad: outsideOnly,
  component: lazyRouteComponent(() => import('../features/auth/register-screen.tsx'), 'RegisterScreen'),
})

const demoRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/demo/$username',
  component: lazyRouteComponent(() => import('../features/auth/demo-screen.tsx'), 'DemoScreen'),
})

const homeRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: 'home',
  beforeLoad: async ({ location }) => {
    if (await whoAmI()) return
    const next = ownPath(location.pathname)
    throw redirect({ to: '/login', search: next === undefined ? {} : { next }, replace: true })
  },
  component: HomeScreen,
})

const nothingOpenRoute = createRoute({ getParentRoute: () => homeRoute, path: '/', component: NothingOpen })

const chatRoute = createRoute({
  getParentRoute: () => homeRoute,
  path: '/chats/$chatId',
  validateSearch: (search): { message?: string } => (typeof search.message === 'string' ? { message: search.message } : {}),
  component: ChatScreen,
})

const starredRoute = createRoute({
  getParentRoute: () => homeRoute,
  path: '/starred',
  component: lazyRouteComponent(() => import('../features/messages/starred-screen.tsx'), 'StarredScreen'),
})

const settingsRoute = createRoute({
  getParentRoute: () => homeRoute,
  path: '/settings',
  component: lazyRouteComponent(() => import('../features/settings/settings-screen.tsx'), 'SettingsScreen'),
})

export const router = createRouter({
  routeTree: rootRoute.addChildren([
    loginRoute,
    registerRoute,
    demoRoute,
    homeRoute.addChildren([nothingOpenRoute, chatRoute, starredRoute, settingsRoute]),
  ]),
  basepath: '/app',
  defaultPendingComponent: WaitingScreen,
  defaultErrorComponent: BrokenScreen,
  defaultNotFoundComponent: NotFoundScreen,
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
