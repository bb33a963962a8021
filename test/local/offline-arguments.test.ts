import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeArguments } from '../../src/local/models/offline/arguments.ts';
import { type JsonSchema, newWork } from '../../src/local/models/offline/json-schema.ts';

const object = (properties: object, rest: object = {}) => ({
  type: 'object',
  properties,
  required: Object.keys(properties),
  additionalProperties: false,
  ...rest,
});

const node = {
  type: 'object',
  properties: { name: { type: 'string' }, children: { type: 'array', items: { $ref: '#/$defs/node' } } },
  required: ['name', 'children'],
};

const schemas: Record<string, object> = {
  'no parameters at all': {},
  'an empty object': { type: 'object', properties: {} },
  'a string and an enum': object({ city: { type: 'string' }, unit: { enum: ['celsius', 'fahrenheit'] } }),
  'only optional properties': {
    type: 'object',
    properties: { city: { type: 'string' }, days: { type: 'integer' } },
  },
  'three levels of objects': object({ a: object({ b: object({ c: { type: 'boolean' } }) }) }),
  'a constant': object({ version: { const: 2 }, nothing: { type: 'null' } }),
  'an integer with bounds': object({ count: { type: 'integer', minimum: 3, maximum: 9 } }),
  'an integer with exclusive bounds': object({
    count: { type: 'integer', exclusiveMinimum: 6, exclusiveMaximum: 8 },
  }),
  'a number between zero and one': object({
    share: { type: 'number', exclusiveMinimum: 0, exclusiveMaximum: 1 },
  }),
  'a negative number': object({ depth: { type: 'number', maximum: -2.5 } }),
  'a multiple': object({ minutes: { type: 'integer', minimum: 31, multipleOf: 15 } }),
  'a multiple of a fraction': object({ price: { type: 'number', minimum: 0.07, multipleOf: 0.01 } }),
  'a string with a minimum length': object({ reason: { type: 'string', minLength: 40 } }),
  'a string with a maximum length': object({ abbreviation: { type: 'string', maxLength: 3 } }),
  'a string with an exact length': object({ code: { type: 'string', minLength: 5, maxLength: 5 } }),
  'an array of strings': object({ tags: { type: 'array', items: { type: 'string' } } }),
  'an array of unique enum values': object({
    days: { type: 'array', items: { enum: ['mon', 'tue', 'wed'] }, minItems: 3, uniqueItems: true },
  }),
  'an array of unique numbers': object({
    ids: {
      type: 'array',
      items: { type: 'integer', minimum: 10 },
      minItems: 4,
      maxItems: 6,
      uniqueItems: true,
    },
  }),
  'an array of unique objects': object({
    guests: { type: 'array', items: object({ name: { type: 'string' } }), minItems: 3, uniqueItems: true },
  }),
  'an array of arrays': object({
    matrix: { type: 'array', minItems: 2, items: { type: 'array', minItems: 2, items: { type: 'number' } } },
  }),
  'an array that must be empty': object({ none: { type: 'array', maxItems: 0 } }),
  'a tuple': object({
    place: { type: 'array', prefixItems: [{ type: 'number' }, { type: 'string' }], items: false },
  }),
  'a reference': {
    ...object({ home: { $ref: '#/$defs/address' } }),
    $defs: { address: object({ street: { type: 'string' } }) },
  },
  'a schema that references itself': {
    type: 'object',
    properties: { root: { $ref: '#/$defs/node' } },
    required: ['root'],
    $defs: { node },
  },
  allOf: object({
    both: {
      allOf: [
        object({ a: { type: 'string', minLength: 2 } }, { additionalProperties: true }),
        { required: ['b'], properties: { b: { type: 'integer' } } },
      ],
    },
  }),
  anyOf: object({ value: { anyOf: [{ type: 'integer', minimum: 5 }, { type: 'string' }] } }),
  'oneOf with a discriminator': object({
    shape: {
      oneOf: [
        object({ kind: { const: 'circle' }, radius: { type: 'number', exclusiveMinimum: 0 } }),
        object({ kind: { const: 'square' }, side: { type: 'number' } }),
      ],
    },
  }),
  'a nullable type': object({
    note: { type: ['null', 'string'] },
    maybe: { type: ['integer', 'null'] },
  }),
  'a property with the name of an inherited one': object({
    constructor: { type: 'integer' },
    toString: { type: 'string' },
  }),
  'a format with the name of an inherited property': object({
    a: { type: 'string', format: 'constructor' },
    b: { type: 'string', format: '__proto__' },
  }),
};

const generate = (schema: object) => makeArguments(schema as JsonSchema, newWork());

describe('the arguments from the offline model', () => {
  const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: true });

  it.each(Object.entries(schemas))('validate against %s', (_, schema) => {
    const generated = generate(schema);
    const validate = ajv.compile(schema);
    validate(JSON.parse(generated));
    expect({ generated, errors: validate.errors }).toEqual({ generated, errors: null });
    expect(generate(schema)).toBe(generated);
  });

  it('have strings in their formats', () => {
    const formats = ['date-time', 'date', 'email', 'uri', 'uuid', 'ipv4'];
    const properties = Object.fromEntries(formats.map((format) => [format, { type: 'string', format }]));
    expect(JSON.parse(generate(object(properties)))).toEqual({
      'date-time': '2024-04-15T12:00:00Z',
      date: '2024-04-15',
      email: 'someone@example.com',
      uri: 'https://example.com/',
      uuid: '00000000-0000-4000-8000-000000000000',
      ipv4: '192.0.2.1',
    });
  });

  it('use the example or the default that a schema gives, for which nothing is made up', () => {
    const plate = { type: 'string', pattern: '^[A-Z]{2}-\\d+$' };
    const properties = {
      a: { ...plate, examples: ['AB-1', 'CD-2'] },
      b: { ...plate, default: 'EF-3' },
      c: plate,
    };
    expect(JSON.parse(generate(object(properties)))).toEqual({ a: 'AB-1', b: 'EF-3', c: 'c' });
  });

  it('are an object for any schema, even an invalid one', () => {
    const keyword = fc.constantFrom(
      ...[
        'type',
        'properties',
        'required',
        'items',
        'enum',
        'pattern',
        'minItems',
        'minLength',
        'allOf',
        'oneOf',
      ],
      ...[
        '$ref',
        'multipleOf',
        'minimum',
        'maximum',
        'prefixItems',
        'examples',
        'default',
        'const',
        'format',
      ],
    );
    const value = fc.oneof(
      fc.jsonValue({ maxDepth: 2 }),
      fc.constantFrom('#', '#/properties/a', 'object', 'array', 'integer', '(', '__proto__', 1e308, -1, 1e9),
    );
    const anySchema = fc.letrec((tie) => ({
      schema: fc.dictionary(
        keyword,
        fc.oneof({ maxDepth: 4 }, value, tie('schema'), fc.array(tie('schema'), { maxLength: 2 })),
        { maxKeys: 4 },
      ),
    })).schema as fc.Arbitrary<object>;
    fc.assert(
      fc.property(anySchema, (schema) => {
        expect(JSON.parse(generate(schema))).toBeTypeOf('object');
      }),
      { numRuns: 500 },
    );
  });
});
