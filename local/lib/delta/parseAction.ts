import type { DeltaAction } from './deltaAction.ts';

type Fields = Readonly<Record<string, unknown>>;

/** What the fields must be that are read of each action. */
const shapes: Readonly<Record<string, Readonly<Record<string, (value: unknown) => boolean>>>> = {
  protocol: {
    minReaderVersion: Number.isSafeInteger,
    minWriterVersion: Number.isSafeInteger,
    readerFeatures: optional(isTexts),
    writerFeatures: optional(isTexts),
  },
  metaData: {
    id: isText,
    schemaString: isText,
    name: optional(isText),
    description: optional(isText),
    partitionColumns: optional(isTexts),
    configuration: optional((value) => isFields(value) && Object.values(value).every(isText)),
  },
  add: {
    path: isText,
    stats: optional(isText),
    deletionVector: optional(isFields),
    partitionValues: optional(isFields),
  },
  remove: { path: isText, deletionVector: optional(isFields) },
  txn: { appId: isText, version: Number.isSafeInteger },
  domainMetadata: { domain: isText, configuration: isText },
};

/**
 * Makes an action of a line of a commit, or of a row of a checkpoint. Fields that are null count as absent.
 *
 * @returns the action, or a problem in words that tell what is wrong with it
 */
export function parseAction(json: unknown): DeltaAction | string {
  if (!isFields(json)) {
    return 'an action is not an object';
  }
  const action = withoutNulls(json);
  for (const [name, shape] of Object.entries(shapes)) {
    const given = action[name];
    if (given === undefined) {
      continue;
    }
    if (!isFields(given)) {
      return `the action ${name} is not an object`;
    }
    const fields = withoutNulls(given);
    const wrong = Object.keys(shape).find((field) => shape[field]?.(fields[field]) === false);
    if (wrong !== undefined) {
      return `${wrong} of the action ${name} is missing or has the wrong type`;
    }
    action[name] = fields;
  }
  return action;
}

function withoutNulls(fields: Fields): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null));
}

function optional(isRight: (value: unknown) => boolean): (value: unknown) => boolean {
  return (value) => value === undefined || isRight(value);
}

function isText(value: unknown): boolean {
  return typeof value === 'string';
}

function isTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every(isText);
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
