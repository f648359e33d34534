// Browser tests see the page as it is now, not as it was when the dependencies were installed.
import { buildWeb } from './build-web.mjs'

export function setup() {
  if (buildWeb() !== 'built') throw new Error('unable to test the page; it could not be built')
}
