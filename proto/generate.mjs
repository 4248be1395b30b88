// Generates proto/generated/ from proto/zerobus_service.proto. proto/README.md describes the requirements and the
// reasons.
// Usage: node proto/generate.mjs [folder to write to]

import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const source = fileURLToPath(new URL('.', import.meta.url));
const target = resolve(process.argv[2] ?? join(source, 'generated'));
const protoc = process.env.PROTOC || 'protoc';
const plugin = join(
  source,
  '../node_modules/.bin',
  process.platform === 'win32' ? 'protoc-gen-ts.cmd' : 'protoc-gen-ts',
);

/**
 * Replaces a text that must be present, so that a change in the generator's output fails here and not in a user's
 * program.
 */
function replace(text, from, to) {
  if (text.split(from).length !== 2) {
    throw new Error(
      `The generated code must contain ${JSON.stringify(from)} exactly once. Check the version of the generator.`,
    );
  }
  return text.replace(from, () => to);
}

function checkProtoc() {
  let version;
  try {
    version = execFileSync(protoc, ['--version'], { encoding: 'utf8' }).trim();
  } catch (cause) {
    throw new Error(
      `${protoc} cannot be run. Put protoc 3.20 into the PATH or set PROTOC to its path (see proto/README.md).`,
      {
        cause,
      },
    );
  }
  // Newer versions ("libprotoc 3.21" and, after it, "libprotoc 22") have no built-in JavaScript generator.
  if (!/^libprotoc 3\.([0-9]|1[0-9]|20)(\.|$)/.test(version)) {
    throw new Error(
      `${protoc} is ${version}, but the last protoc that writes JavaScript is 3.20 (see proto/README.md).`,
    );
  }
}

checkProtoc();
const folder = mkdtempSync(join(tmpdir(), 'zerobus-proto-'));
try {
  execFileSync(
    protoc,
    [
      `--plugin=protoc-gen-ts=${plugin}`,
      `--proto_path=${source}`,
      `--js_out=import_style=commonjs_strict,binary:${folder}`,
      `--ts_out=${folder}`,
      'zerobus_service.proto',
    ],
    { stdio: 'inherit' },
  );
  const code = readFileSync(join(folder, 'zerobus_service_pb.js'), 'utf8');
  const declarations = readFileSync(join(folder, 'zerobus_service_pb.d.ts'), 'utf8');
  mkdirSync(target, { recursive: true });
  writeFileSync(
    join(target, 'zerobus_service_pb.cjs'),
    replace(code, 'goog.object.extend(exports, proto);', 'goog.object.extend(exports, proto.databricks.zerobus);'),
  );
  writeFileSync(
    join(target, 'zerobus_service_pb.d.cts'),
    replace(
      declarations,
      '"google-protobuf/google/protobuf/duration_pb"',
      '"google-protobuf/google/protobuf/duration_pb.js"',
    ),
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}
