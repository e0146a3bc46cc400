import { describe, expect, it } from 'vitest';

import type { OptionSchema } from '@/lib/option-schema';

import { countChanged, initialValues, missingFields, restoreValues, toInput, withoutSecrets } from './option-values';

const schema: OptionSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['address', 'source'],
  properties: {
    address: { type: 'string', title: 'Address' },
    port: { type: 'integer', default: 22 },
    password: { type: 'string', secret: true },
    size: { type: 'string', enum: ['small', 'large'] },
    isOn: { type: 'boolean', default: true },
    mirrors: { type: 'array', items: { type: 'string' }, default: [] },
    environment: { type: 'object', additionalProperties: { type: 'string' }, default: { A: '1' } },
    source: {
      default: { kind: 'script' },
      oneOf: [
        { type: 'object', properties: { kind: { type: 'string', const: 'none' } } },
        {
          type: 'object',
          required: ['kind'],
          properties: {
            kind: { type: 'string', const: 'script' },
            url: { type: 'string', default: 'https://example.test' },
            retries: { type: 'integer' },
          },
        },
      ],
    },
  },
};

describe('initialValues', () => {
  it('fills in the defaults, in the variant of a union too', () => {
    expect(initialValues(schema)).toEqual({
      address: '',
      port: 22,
      password: '',
      size: null,
      isOn: true,
      mirrors: [],
      environment: [{ name: 'A', value: '1' }],
      source: { kind: 'script', url: 'https://example.test', retries: '' },
    });
  });

  it('takes settings as the server has them', () => {
    const values = initialValues(schema, { address: 'x', environment: {}, source: { kind: 'none' } });
    expect(values).toMatchObject({ address: 'x', environment: [], source: { kind: 'none' }, port: 22 });
  });
});

describe('toInput', () => {
  it('leaves out what is empty, and other variants of a union', () => {
    const values = {
      ...initialValues(schema),
      address: 'host',
      port: '',
      environment: [
        { name: 'B', value: '2' },
        { name: '', value: '' },
      ],
      source: { kind: 'none', url: 'left over' },
    };
    expect(toInput(schema, values)).toEqual({
      address: 'host',
      isOn: true,
      mirrors: [],
      environment: { B: '2' },
      source: { kind: 'none' },
    });
  });

  it('keeps a name that is __proto__ as a name', () => {
    const values = { ...initialValues(schema), environment: [{ name: '__proto__', value: 'x' }] };
    expect(JSON.stringify(toInput(schema, values))).toContain('"__proto__":"x"');
  });
});

describe('missingFields', () => {
  it('names what is required and empty', () => {
    expect(missingFields(schema, initialValues(schema))).toEqual(['address']);
    expect(missingFields(schema, { ...initialValues(schema), address: 'host' })).toEqual([]);
  });
});

describe('countChanged', () => {
  it('counts the fields that differ from an untouched form', () => {
    const values = { ...initialValues(schema), port: 2222, mirrors: ['https://m.example.test'] };
    expect(countChanged(schema, values, ['port', 'size', 'mirrors'])).toBe(2);
  });
});

describe('a draft', () => {
  it('holds no secret, and starts those anew', () => {
    const values = { ...initialValues(schema), address: 'host', password: 'hunter2' };
    const draft = withoutSecrets(schema, values);
    expect(JSON.stringify(draft)).not.toContain('hunter2');
    expect(restoreValues(schema, { ...draft, password: 'planted' })).toEqual({ ...values, password: '' });
  });

  it.each([[null], ['nonsense'], [{ port: 'x', isOn: 1, mirrors: [3], environment: [{}], source: { kind: 'gone' } }]])(
    'of another form (%j) gives an untouched one',
    (kept) => {
      expect(restoreValues(schema, kept)).toEqual(initialValues(schema));
    },
  );
});
