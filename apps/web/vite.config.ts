import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'
import { offlinePage } from './offline-page.ts'
import { scriptBudget } from './script-budget.ts'

const server = process.env.PARLEY_URL ?? 'http://localhost:3000'

const base = '/app/'

export default defineConfig({
  base,
  plugins: [react(), scriptBudget({ kilobytes: 250 }), offlinePage({ base })],
  build: { target: 'es2022', reportCompressedSize: false },
  /** `vite dev` serves the page by itself and hands everything else to a running server. */
  server: {
    proxy: {
      '/api': server,
      '/dev': server,
      '/socket.io': { target: server, ws: true },
    },
  },
})
