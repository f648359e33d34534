/** Parley's mark. It says nothing that the text beside it doesn't. */
export function Logo({ size }: { size: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="9" fill="var(--accent)" />
      <path fill="#fff" d="M9 8h14a3 3 0 0 1 3 3v7a3 3 0 0 1-3 3h-6.5l-4.9 4.2c-.6.5-1.6.1-1.6-.8V21H9a3 3 0 0 1-3-3v-7a3 3 0 0 1 3-3Z" />
      <path fill="none" stroke="var(--accent)" strokeWidth="2" strokeLinecap="round" d="M11 12.5h10M11 16.5h6" />
    </svg>
  )
}
