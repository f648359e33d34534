import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'
import { scriptBudget } from './script-budget.ts'

const server = process.env.PARLEY_URL ?? 'http://localhost:3000'

export default defineConfig({
  base: '/app/',
  plugins: [react(), scriptBudget({ kilobytes: 250 })],
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
