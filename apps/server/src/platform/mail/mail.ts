export interface Mail {
  readonly to: string
  readonly subject: string
  readonly text: string
  readonly html?: string
  /** The code or link that the mail is about, so that tests and developers find it without parsing. */
  readonly code?: string
}

/** Sends mail. Resolves when it's accepted for delivery. */
export interface Mailer {
  send(mail: Mail): Promise<void>
}
