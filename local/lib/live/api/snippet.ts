/** `GET /api/local/start?table=…`: a program that writes into a table of this server. */
export interface Snippet {
  /** The name of the language: `TypeScript`. */
  readonly title: string;
  readonly language: 'typescript' | 'python' | 'rust' | 'go' | 'java';
  /** The command that installs what it needs. */
  readonly install: string;
  readonly code: string;
}
