// Runs at the end of `npm ci`, so that `npm start` finds the page ready. A failure here doesn't fail the installation:
// the launcher builds what is missing, and says then what stands in the way.
import { buildWeb } from './build-web.mjs'
import { nodeIsNewEnough, tooOld } from './node-version.mjs'

if (nodeIsNewEnough()) buildWeb()
else process.stderr.write(tooOld())
