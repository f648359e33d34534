import './app/styles.css'
import './i18n/i18n.ts'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './app/app.tsx'
import { keepPage } from './app/keep-page.ts'

const root = document.getElementById('root')
if (root === null) throw new Error('unable to start; index.html holds no element "root"')
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
)
keepPage()
