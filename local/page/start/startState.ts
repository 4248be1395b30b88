/** What the user has typed and chosen in Getting started. It stays while other views are open. */
export const startState: { sql: string | undefined; language: string } = { sql: undefined, language: 'typescript' };
