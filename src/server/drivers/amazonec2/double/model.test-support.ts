import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { textOf, type Wire, type WireValue } from './wire.test-support';

interface Shape {
  readonly type: string;
  readonly required?: readonly string[];
  readonly members?: Readonly<Record<string, Member>>;
  readonly member?: Member;
  readonly enum?: readonly string[];
}

interface Member {
  readonly shape: string;
  readonly locationName?: string;
  readonly queryName?: string;
}

interface Model {
  readonly operations: Readonly<Record<string, { input?: { shape: string }; output?: { shape: string } }>>;
  readonly shapes: Readonly<Record<string, Shape>>;
}

const modelPath = fileURLToPath(new URL('../../../../../../shared/contracts/aws-ec2.json', import.meta.url));

/** Amazon's own description of the API; null where it is not beside the repository. */
export const readModel = (): Model | null =>
  existsSync(modelPath) ? (JSON.parse(readFileSync(modelPath, 'utf8')) as Model) : null;

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

type Naming = (name: string, member: Member) => string;

/** Names on the wire, see "ec2" in botocore's serialize.py. */
const inRequest: Naming = (name, { queryName, locationName }) => queryName ?? capital(locationName ?? name);
const inAnswer: Naming = (name, { locationName }) => locationName ?? name;

interface Place {
  readonly model: Model;
  readonly naming: Naming;
  readonly path: string;
}

const isWire = (value: WireValue): value is Wire => typeof value === 'object' && !Array.isArray(value);

const judgeText = (shape: Shape, value: WireValue, path: string): readonly string[] => {
  const text = textOf(value);
  if (shape.enum && !shape.enum.includes(text)) return [`${path}: "${text}" is none of its values`];
  if (shape.type === 'boolean' && !/^(true|false)$/.test(text)) return [`${path}: "${text}" is not true or false`];
  if (['integer', 'long'].includes(shape.type) && !/^-?\d+$/.test(text)) return [`${path}: "${text}" is no number`];
  return [];
};

const judgeShape = (name: string, value: WireValue, place: Place): readonly string[] => {
  const { model, path, naming } = place;
  const shape = model.shapes[name];
  if (!shape) return [`${path}: the model has no shape ${name}`];
  if (value === undefined) return [];
  if (shape.type === 'list') {
    if (!Array.isArray(value)) return [`${path}: is no list`];
    return value.flatMap((item: WireValue, index) =>
      judgeShape(shape.member?.shape ?? '', item, { ...place, path: `${path}.${index + 1}` }),
    );
  }
  if (shape.type !== 'structure') {
    return typeof value === 'object' ? [`${path}: is no ${shape.type}`] : judgeText(shape, value, path);
  }
  if (!isWire(value)) return [`${path}: is no structure`];
  const members = new Map(
    Object.entries(shape.members ?? {}).map(([member, about]) => [naming(member, about), about] as const),
  );
  const missing = (shape.required ?? []).filter((member) => {
    const about = shape.members?.[member];
    return about && value[naming(member, about)] === undefined;
  });
  return [
    ...missing.map((member) => `${path}.${member}: is required`),
    ...Object.entries(value).flatMap(([key, inner]) => {
      const about = members.get(key);
      return about
        ? judgeShape(about.shape, inner, { ...place, path: `${path}.${key}` })
        : [`${path}.${key}: is not in the model`];
    }),
  ];
};

/** What is wrong with a request and with its answer, by Amazon's own description. */
export function judge(model: Model, action: string, { request, answer }: { request: Wire; answer?: Wire }) {
  const operation = model.operations[action];
  if (!operation) return [`${action}: is not in the model`];
  const asked = operation.input
    ? judgeShape(operation.input.shape, request, { model, naming: inRequest, path: action })
    : [];
  const answered =
    answer && operation.output
      ? judgeShape(operation.output.shape, answer, { model, naming: inAnswer, path: `${action} answer` })
      : [];
  return [...asked, ...answered];
}
